"""How many more want what a case is about, and who of them may be told to whom."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import workflow
from improvements.models import Improvement, Seconder
from qms.organisation.access import Access
from qms.sql import Question
from qms.ui.components import TimelineEntry

# Those in which something is still to come: what is done is told, not joined.
JOINABLE = (workflow.RECEIVED, workflow.DOING, workflow.TESTING)


@dataclass(frozen=True)
class Wanted:
    """How many more want a case; whether `access` does (`mine`), and whether they may join it now."""

    count: int
    mine: bool
    may_join: bool

    @property
    def sentence(self) -> str:
        """The count in words; empty when nobody does."""
        return how_many(self.count)


def how_many(count: int) -> str:
    """ "6 agree"; empty for nobody."""
    return ngettext("%(count)d agrees", "%(count)d agree", count) % {"count": count} if count else ""


def wanted(record: Improvement, access: Access) -> Wanted:
    """How many more want `record`, and what `access` may do about it. One query; none on its page, which has
    read them."""
    people = [row.person_id for row in record.seconders.all() if row.ended_at is None]
    person = access.person
    mine = person is not None and person.pk in people
    own = person is None or record.created_by_id == person.pk
    return Wanted(len(people), mine, record.state in JOINABLE and not mine and not own)


def counts(ids: list[int]) -> dict[int, int]:
    """How many more want each of the cases; those that nobody does are left out. One query."""
    return dict(_COUNTS.fetch([ids]))


# Every list of cases asks this.
_COUNTS = Question("""
SELECT record_id, COUNT(*) FROM improvements_seconder
    WHERE record_id = ANY (%s) AND ended_at IS NULL GROUP BY record_id
""")


def marks(ids: list[int]) -> dict[int, str]:
    """The same in words, for lists and boards."""
    return {pk: how_many(count) for pk, count in counts(ids).items()} if ids else {}


def joined_by(access: Access, ids: list[int]) -> set[int]:
    """Which of the cases the person wants too. One query."""
    rows = Seconder.objects.in_force().filter(record__in=ids, person=access.person)
    return set(rows.values_list("record_id", flat=True))


def awaited_by(record: Improvement) -> frozenset[int]:
    """Ids of those who wait for the answer beside its sender. One query."""
    rows = Seconder.objects.in_force().filter(record_id=record.pk, person__isnull=False)
    return frozenset(rows.values_list("person_id", flat=True))


def second_entries(record: Improvement, access: Access, *, named: bool) -> Iterator[TimelineEntry]:
    """That somebody joined a case, and took it back. One query; none on its page, which has read them.

    Names are told to those who handle it (`named`) and to each their own. Who came along with another case
    is told where the two are joined.
    """
    for row in record.seconders.all():
        if row.came_with_id is not None:
            continue
        own = access.person is not None and row.person_id == access.person.pk
        who = row.person.name if row.person and (named or own) else ""
        text = _("wants the same: me too") if who else _("One more wants the same")
        yield TimelineEntry("thumb", text, row.at, who)
        if row.ended_at:
            text = _("took back “me too”") if who else _("One took back “me too”")
            yield TimelineEntry("na", text, row.ended_at, who)
