"""Reads about actions and what they belong to."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from improvements import workflow
from improvements.models import Action, Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Record, RecordQuerySet


def why_no_action(source: Record, access: Access) -> RuleViolation | None:
    """Why `access` cannot plan an action for `source` now, or None. Needs the source's unit loaded."""
    if not access.can(source.kind_offer.edit, source):
        return NotYours(_("Only those who handle %(reference)s plan its actions.") % named(source))
    if not source.is_open:
        return RuleViolation(_("%(reference)s is closed. Open it again first.") % named(source))
    if source.kind == Improvement.KIND and source.state != workflow.DOING:
        return RuleViolation(
            _("Decide first to handle %(reference)s; then plan its actions.") % named(source)
        )
    return None


def holding(source_id: int) -> RecordQuerySet:
    """The open actions that their source waits for. One that follows on another goes on by itself: what
    comes again every year must not keep a case open for ever."""
    open_ones: RecordQuerySet = Action.objects.open().filter(source_id=source_id, previous__isnull=True)
    return open_ones


def series_of(record: Action, access: Access) -> list[Action]:
    """The actions of its series that `access` sees, the newest first. One query."""
    rows = Action.objects.filter(series_id=record.series_id).visible_to(access)
    return list(rows.select_related("owner").defer("search").order_by("-occurrence", "-pk"))


def before_and_after(record: Action, access: Access) -> dict[str, Any]:
    """What an action waits for, what waits for it, and its neighbours in a series. Two queries at most.

    What `access` does not see is named by its reference alone.
    """
    ties = Q(after_id=record.pk) | Q(previous_id=record.pk)
    tied = [pk for pk in (record.after_id, record.previous_id) if pk]
    rows = list(Action.objects.filter(ties | Q(pk__in=tied)).defer("search").order_by("pk"))
    seen = set()
    if rows:
        visible = Record.objects.visible_to(access).filter(pk__in=[row.pk for row in rows])
        seen = set(visible.order_by().values_list("pk", flat=True))
    for row in rows:
        row.seen = row.pk in seen
    return {
        "after": next((row for row in rows if row.pk == record.after_id), None),
        "waiting": [row for row in rows if row.after_id == record.pk],
        "previous": next((row for row in rows if row.pk == record.previous_id), None),
        "next": next((row for row in rows if row.previous_id == record.pk), None),
    }


def why_it_waits(record: Action, after: Action | None) -> str:
    """ "Cannot start before Å-2026-0004 is done", for one that waits for `after`; else nothing."""
    if record.state != workflow.WAITING or after is None:
        return ""
    return _("Cannot start before %(reference)s is done") % named(after)


def named(record: Record) -> dict[str, str]:
    """What a sentence about `record` is filled in with."""
    return {"reference": record.reference}
