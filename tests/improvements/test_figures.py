"""Each figure equals an independent plain computation, and leads to exactly its records.

The plain side reads every case and counts in Python, day by day. Today is Tuesday 17 November 2026.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from statistics import median_low

import pytest
import time_machine
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvements.models import Channel, Improvement, Verdict
from improvements.selectors import questions, tally
from improvements.selectors.asked import Asked
from improvements.selectors.part import Part, part_chosen
from improvements.selectors.tally import Span
from improvements.services import improvement_classify, improvement_restrict
from improvements.services.voices import improvement_submit_unnamed
from qms.organisation.access import Access, VisitorAccess, access_for
from qms.organisation.models import Person, Unit
from qms.records.list_page import Selection
from qms.records.services import move
from qms.workdays import is_working_day
from tests.conftest import Town, build_town
from tests.factories import improvement, person
from tests.improvements.moments import at
from tests.improvements.steps import decide, soon

pytestmark = pytest.mark.xdist_group("improvements-figures")  # what they share is made once

NOON = at("2026-11-17 12:00")
TODAY = date(2026, 11, 17)
YEAR = Span.last(365, TODAY)
CARRIED_OUT = ("done", "closed")
Case = Improvement


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker) -> Iterator[Town]:
    """Two and a half years of a small town, from a seed; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = build_town()
        _live(town, random.Random(9001))
        yield town
        transaction.set_rollback(True)


@pytest.fixture
def world(lived: Town, db: None) -> Iterator[Town]:
    """The town, on Tuesday at noon."""
    with time_machine.travel(NOON, tick=False):
        yield lived


def _live(town: Town, chance: random.Random) -> None:
    people = [person(f"worker{n}", town.north) for n in range(7)]
    units = [town.north, town.north, town.north, town.south, town.school, town.care]
    for n in range(90):
        sent = at("2024-05-02 09:00") + timedelta(days=chance.randrange(929), hours=chance.randrange(14))
        with time_machine.travel(sent, tick=False) as clock:
            record = _sent(town, chance, chance.choice(units), people, n)
            if n % 3 == 0:
                category = chance.choice(("deviation", "complaint", "praise"))
                improvement_classify(record_id=record.pk, category=category, access=town.access("quality"))
            if n % 17 == 5:
                improvement_restrict(record_id=record.pk, reason="OSL", access=town.access("quality"))
            later = sent + timedelta(days=chance.randrange(12), hours=1)
            if later < NOON and chance.random() < 0.8:
                clock.move_to(later)
                _answered(town, chance, record)


def _sent(town: Town, chance: random.Random, unit: Unit, people: list[Person], n: int) -> Case:
    if n % 9 == 4:
        return improvement_submit_unnamed(
            text=f"Without a name {n}", unit=unit, channel=Channel.ANONYMOUS, access=VisitorAccess()
        ).record
    return improvement(unit, chance.choice(people))


def _answered(town: Town, chance: random.Random, record: Case) -> None:
    name = chance.choice(("just_do", "just_do", "handle", "not_now", "withdraw"))
    if name == "withdraw":
        if record.created_by:
            move(record_id=record.pk, name=name, access=access_for(record.created_by))
        return
    if name == "handle":
        decide(town, record, name, by="quality", due=soon(40))
        return
    data = {"due": soon(14)} if name == "just_do" else {}
    decide(town, record, name, by="quality", **data)
    if name == "just_do" and chance.random() < 0.6:
        decide(town, record, "done", by="quality")
        if chance.random() < 0.5:
            decide(town, record, "close", by="quality")
            for verdict in range(chance.randrange(3)):
                Verdict.objects.create(
                    record=record, better=chance.random() < 0.7, at=timezone.now() + timedelta(hours=verdict)
                )


def plain(access: Access, units: set[int] | None, first: date, last: date) -> list[Case]:
    """The cases sent in between two days, one by one."""
    seen = Improvement.objects.visible_to(access).select_related("unit").prefetch_related("verdicts")
    return [
        case
        for case in seen
        if first <= timezone.localdate(case.created_at) <= last and (units is None or case.unit_id in units)
    ]


def day_of(moment: datetime) -> date:
    return timezone.localdate(moment)


def waited(case: Case) -> int:
    """Working days from the day after it was sent in to the day of the answer."""
    assert case.answered_at
    day, count = day_of(case.created_at), 0
    while day < day_of(case.answered_at):
        day += timedelta(days=1)
        count += is_working_day(day)
    return count


def in_time(case: Case) -> bool:
    answered = case.answered_at and case.promised_by and day_of(case.answered_at) <= case.promised_by
    return bool(answered) and not case.broke_promise


def due(case: Case) -> bool:
    late = case.promised_by is not None and case.promised_by < TODAY and case.closed_at is None
    return case.answered_at is not None or late


PARTS = [
    ("quality", None),
    ("care_head", "care"),
    ("manager", "north"),
    ("exec", None),
    ("outsider", "school"),
]


@pytest.fixture(params=PARTS, ids=[f"{who}-{unit}" for who, unit in PARTS])
def asked(request, world: Town) -> tuple[Asked, set[int] | None]:
    """Somebody who follows a part, and the ids of the units in it."""
    who, code = request.param
    unit = getattr(world, code) if code else None
    ids = set(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True)) if unit else None
    return Asked(world.access(who), Part(unit), YEAR), ids


def cases(asked: tuple[Asked, set[int] | None], span: Span = YEAR) -> list[Case]:
    return plain(asked[0].access, asked[1], span.start, span.end)


def listed(url: str, access: Access) -> int:
    """How many records the list at `url` shows."""
    selection = Selection(QueryDict(url.partition("?")[2]), access, "improvement")
    assert selection.ignored == ""
    return selection.records.count()


def both(asked: tuple[Asked, set[int] | None]) -> Iterator[tuple[tally.Totals, list[Case]]]:
    found = tally.counted(asked[0].access, asked[0].part, YEAR)
    yield found.now, cases(asked)
    yield found.before, cases(asked, YEAR.before)


def test_how_many_were_sent_in_and_by_how_many(asked):
    for found, plainly in both(asked):
        assert found.sent == len(plainly)
    named = {case.created_by_id for case in cases(asked) if case.created_by_id}
    unnamed = any(case.created_by_id is None for case in cases(asked))
    assert tally.counted(asked[0].access, asked[0].part, YEAR).whole.senders == len(named) + unnamed


def test_how_many_were_answered_by_the_promised_day(asked):
    for found, plainly in both(asked):
        assert found.answered == sum(case.answered_at is not None for case in plainly)
        assert found.judged == sum(map(due, plainly))
        assert found.kept == sum(map(in_time, plainly))


def test_the_middle_waiting_time_in_working_days(asked):
    for found, plainly in both(asked):
        waits = [waited(case) for case in plainly if case.answered_at]
        assert found.waiting_days == (median_low(waits) if waits else None)


def test_what_was_decided_and_what_was_just_done(asked):
    for found, plainly in both(asked):
        lanes = Counter(case.lane for case in plainly)
        assert (found.just_do, found.decided) == (lanes["just_do"], lanes["just_do"] + lanes["full"])


def test_where_they_stand(asked):
    for found, plainly in both(asked):
        states = Counter(case.state for case in plainly)
        done = sum(states[state] for state in CARRIED_OUT)
        assert (found.received, found.doing, found.done, found.not_now, found.other) == (
            states["received"], states["doing"], done, states["not_now"], states["withdrawn"],
        )  # fmt: skip


def test_how_many_of_each_sort(asked):
    by_key: dict[str, list[Case]] = {}
    for case in cases(asked):
        by_key.setdefault(case.category, []).append(case)
    found = {
        group.key: (group.count, group.senders)
        for group in tally.counted(asked[0].access, asked[0].part, YEAR).sorts
    }
    assert found == {key: (len(some), len({c.created_by_id for c in some})) for key, some in by_key.items()}


def test_the_units_right_below(asked):
    part = asked[0].part
    own = part.unit.path if part.unit else "0001"
    by_branch: dict[str, list[Case]] = {}
    for case in cases(asked):
        by_branch.setdefault(case.unit.path[: len(own) + 4], []).append(case)
    found = {
        row.path: (row.group.count, row.judged, row.kept, row.done)
        for row in tally.counted(asked[0].access, part, YEAR).units
    }
    assert found == {
        path: (
            len(some),
            sum(map(due, some)),
            sum(map(in_time, some)),
            sum(c.state in CARRIED_OUT for c in some),
        )
        for path, some in by_branch.items()
    }


def test_the_last_eight_full_quarters(asked):
    found = tally.quarters(asked[0].access, asked[0].part, TODAY)
    assert [start.isoformat() for start in found.starts] == [
        "2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01",
        "2025-10-01", "2026-01-01", "2026-04-01", "2026-07-01",
    ]  # fmt: skip
    seen = plain(asked[0].access, asked[1], date(2024, 10, 1), date(2026, 9, 30))
    plainly = Counter(
        (day_of(case.created_at).year, (day_of(case.created_at).month - 1) // 3) for case in seen
    )
    assert found.counts == [plainly[start.year, (start.month - 1) // 3] for start in found.starts]
    proposals = Counter(
        (day_of(case.created_at).year, (day_of(case.created_at).month - 1) // 3)
        for case in seen
        if case.category == "proposal"
    )
    assert found.proposals == [proposals[start.year, (start.month - 1) // 3] for start in found.starts]
    assert (found.before, found.now, found.known) == (sum(found.counts[:4]), sum(found.counts[4:]), True)


def test_how_long_the_open_has_lain(asked):
    ages = [0, 0, 0, 0]
    for case in plain(asked[0].access, asked[1], date(2020, 1, 1), TODAY):
        if case.closed_at is None:
            days = (TODAY - day_of(case.created_at)).days
            ages[0 if days <= 30 else 1 if days <= 90 else 2 if days <= 365 else 3] += 1
    assert tally.by_age(asked[0].access, asked[0].part, TODAY) == ages


def test_whether_it_got_better_by_the_newest_answer(asked):
    newest = [
        max(case.verdicts.all(), key=lambda one: one.at) for case in cases(asked) if case.verdicts.all()
    ]
    found = tally.verdicts(asked[0].access, asked[0].part, YEAR)
    assert found == (sum(verdict.better for verdict in newest), len(newest))


def test_each_question_leads_to_exactly_its_records(asked):
    mine = asked[0]
    found = tally.counted(mine.access, mine.part, YEAR)
    now, seasons = found.now, tally.quarters(mine.access, mine.part, TODAY)
    assert listed(questions.speaking_up(mine, found, seasons).url, mine.access) == now.sent
    late = now.judged - now.kept
    kept = questions.promise(mine, found)
    assert not kept.url or listed(kept.url, mine.access) == (late or now.kept)
    became = questions.outcome(mine, found)
    assert not became.url or listed(became.url, mine.access) == (now.just_do or now.done)
    opened = questions.waiting(mine)
    assert opened.value in ("", "0") or listed(opened.url, mine.access) == int(opened.value)
    heard = tally.verdicts(mine.access, mine.part, YEAR)[1]
    assert not heard or listed(questions.better(mine).url, mine.access) == heard
    for line in questions.report(
        mine.access, mine.part, part_chosen(mine.access, "").units, "365", TODAY
    ).units:
        assert not line.url or listed(line.url, mine.access) == line.sent


def test_the_page_costs_thirteen_questions_at_most(world: Town, sign_in: Callable[[Person], Client]):
    browser = sign_in(world.quality)
    browser.get("/improvements/figures/")
    with CaptureQueriesContext(connection) as queries:
        page = browser.get("/improvements/figures/?period=1095").content.decode()
    assert len(queries) <= 13, [query["sql"][:90] for query in queries]
    assert "How many speak up?" in page and "The units below" in page
