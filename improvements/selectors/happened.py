"""What happened with a case beside its decisions, for the timeline."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import permissions
from improvements.models import Disclosure, Improvement
from improvements.selectors.flags import flag_entries
from qms.organisation.access import Access
from qms.ui.components import TimelineEntry


def happened(access: Access, record: Improvement) -> Iterator[TimelineEntry]:
    """The flags of a case and the copies handed out, for those who handle it. Two queries."""
    if access.can(permissions.HANDLE, record):
        yield from flag_entries(record)
        yield from _handed_out(record)


def _handed_out(record: Improvement) -> Iterator[TimelineEntry]:
    for made in Disclosure.objects.filter(case=record).defer("content"):
        text = _("made a masked copy for %(whom)s") if made.for_whom else _("made a masked copy")
        passages = ngettext("%(n)d passage masked", "%(n)d passages masked", made.masked)
        yield TimelineEntry(
            "leave",
            text % {"whom": made.for_whom},
            made.at,
            made.by_name,
            detail=" · ".join(part for part in (passages % {"n": made.masked}, made.ground) if part),
            url=reverse("improvements:disclosure", args=[record.reference, made.pk]),
        )
