"""Markup put together in Python: what is no markup is escaped, whatever it is."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from qms.ui.html import filled


@pytest.mark.parametrize(
    "part",
    ["<b>&\"'", SafeString("<b>"), mark_safe("<i>"), gettext_lazy("<u>"), 7, None, "", "{0} %s {}"],
    ids=repr,
)
def test_it_says_what_djangos_own_says(part):
    written = filled('<p title="{}">{}</p>', part, part)
    assert written == format_html('<p title="{}">{}</p>', part, part)
    assert isinstance(written, SafeString)


def test_part_of_what_was_markup_is_none_any_more():
    assert filled("{}", SafeString("<b>x</b>")[:3]) == "&lt;b&gt;"
