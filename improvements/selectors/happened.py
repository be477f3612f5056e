"""What happened with a case beside its decisions, for the timeline."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import permissions
from improvements.models import Action, Improvement
from improvements.selectors.flags import flag_entries
from improvements.selectors.seconders import second_entries
from qms.organisation.access import Access
from qms.ui.components import TimelineEntry


def happened(access: Access, record: Improvement) -> Iterator[TimelineEntry]:
    """Who wants it too; and the flags of a case and the copies handed out, for those who handle it. Three
    queries at most."""
    handles = access.can(permissions.HANDLE, record)
    yield from second_entries(record, access, named=handles)
    if handles:
        yield from flag_entries(record)
        yield from _handed_out(record)


def _handed_out(record: Improvement) -> Iterator[TimelineEntry]:
    for made in record.disclosures.all():
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


def series_entries(access: Access, record: Action) -> Iterator[TimelineEntry]:
    """That the series of an action was paused, or has ended. No query but that of the series."""
    series = record.series
    if series is None:
        return
    if series.paused_at:
        yield TimelineEntry(
            "notnow", _("paused it: nothing more opens"), series.paused_at, series.paused_by_name
        )
    if series.ended_at:
        yield TimelineEntry("stop", _("ended it: nothing more comes"), series.ended_at, series.ended_by_name)
