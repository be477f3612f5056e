"""Similar cases as they are shown to whoever is writing: what became of each, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from improvements import workflow
from improvements.selectors.periods import CARRIED_OUT
from improvements.selectors.seconders import JOINABLE, counts, how_many, joined_by
from improvements.selectors.similar import similar_ids
from improvements.workflow.noted import ENDED_BEFORE
from qms.organisation.access import Access
from qms.records.models import Decision, Record
from qms.records.models.record import SHOWN_IN_LISTS
from qms.records.selectors.heard import heard_by_all_since, is_heard

_NEEDED = (*SHOWN_IN_LISTS, "created_by", "state_since")
TOLD = (
    "done",
    "test",
    "not_now",
    "lack_means",
    ENDED_BEFORE,
)  # the decisions whose words say what became of it


@dataclass(frozen=True)
class Suggestion:
    """A case about the same. `became` is what became of it ("Solved in March 2026"), `said` what was done or
    why not; `joined` whether the person wants it too, `may_join` whether they may."""

    record: Record
    became: str
    said: str
    agree: str
    joined: bool
    may_join: bool

    @property
    def icon(self) -> str:
        """The icon of its state."""
        return self.record.state_offer.icon


@dataclass(frozen=True)
class Suggestions:
    """What is shown beside the box."""

    cases: list[Suggestion]

    @property
    def known(self) -> str:
        """What is shown, so that the same need not be shown, and told, again."""
        return ",".join(one.record.reference for one in self.cases)

    @property
    def is_solved(self) -> bool:
        """Whether somebody has solved one of them."""
        return any(one.record.state in CARRIED_OUT for one in self.cases)

    @property
    def may_join(self) -> bool:
        """Whether one of them can be joined."""
        return any(one.may_join for one in self.cases)


def suggestions(text: str, access: Access, *, but: int | None = None) -> Suggestions:
    """Cases about the same as `text` that `access` sees, best first, apart from the one with the id `but`.

    Four queries more than `similar_ids`, three for a visitor, none when nothing is found.
    """
    ids = similar_ids(text, access, but=but)
    if not ids:
        return Suggestions([])
    shown = Record.objects.select_related("unit", "owner").only(*_NEEDED)
    found = {record.pk: record for record in shown.filter(pk__in=ids)}
    agree, said = counts(ids), _said(list(found.values()))
    joined = joined_by(access, ids) if access.person else set()
    return Suggestions(
        [_suggestion(found[pk], agree.get(pk, 0), said.get(pk, ""), pk in joined, access) for pk in ids]
    )


def _said(records: list[Record]) -> dict[int, str]:
    """The words of the last decision that tells what became of each; none where fewer than now saw it when
    they were written. Two queries."""
    since = heard_by_all_since(records)
    rows = Decision.objects.filter(record__in=records, name__in=TOLD).order_by("at", "pk")
    return {
        pk: comment if is_heard(at, since.get(pk)) else ""
        for pk, at, comment in rows.values_list("record_id", "at", "comment")
    }


def _suggestion(record: Record, agree: int, said: str, joined: bool, access: Access) -> Suggestion:
    own = access.person is None or record.created_by_id == access.person.pk
    return Suggestion(
        record,
        _became(record),
        said if record.state not in (workflow.RECEIVED, workflow.DOING) else "",
        how_many(agree),
        joined,
        record.state in JOINABLE and not own and not joined,
    )


def _became(record: Record) -> str:
    if record.state in CARRIED_OUT:
        return _("Solved in %(month)s") % {"month": _month(record.closed_at or record.state_since)}
    if record.state == workflow.RECEIVED:
        return _("Sent in in %(month)s, not answered yet") % {"month": _month(record.created_at)}
    label = str(record.state_offer.label)
    if record.is_open:
        return label
    return _("%(state)s, %(month)s") % {"state": label, "month": _month(record.state_since)}


def _month(moment: datetime) -> str:
    """ "March 2026"."""
    day = timezone.localdate(moment)
    return f"{MONTHS[day.month]} {day.year}"
