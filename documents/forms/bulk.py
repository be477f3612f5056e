"""What is asked for when many documents are changed at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access
from qms.records.forms.edit import SEEN_BY
from qms.records.models import Visibility
from qms.ui.widgets import ChoiceCards

LEVELS = (Visibility.STAFF, Visibility.PUBLIC)


class ShownForm(forms.Form):
    """Who sees what is in force."""

    visibility = forms.ChoiceField(
        label=_("Who sees them"),
        choices=[(level.value, level.label) for level in LEVELS],
        widget=ChoiceCards(hints=SEEN_BY),
    )

    def __init__(self, data: Any = None, *, access: Access) -> None:
        super().__init__(data)
