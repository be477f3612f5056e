"""Cases joined in any order, some opened again or sent on: no comment, follower, file or decision is ever
lost, nor what other units were asked about them and have answered."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from improvements.models import Improvement, SpreadQuestion
from improvements.selectors.joined import joined
from improvements.selectors.seconders import awaited_by
from improvements.selectors.spread import spread_of
from improvements.services import improvement_second
from improvements.workflow import APPLIES
from qms.exceptions import RuleViolation
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Attachment, Comment, Decision, Follow, Task
from qms.records.services import attachments_add, comment_add, follow_set, note_add
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.steps import answer, ask, carried_out, decide
from tests.improvements.test_merge import join, sees
from tests.records.files import picture, upload

WHO = ("employee", "manager", "handler", "outsider", "reader", "south_head", "care_head")
UNITS = ("north", "south", "school")
CASES = 4
ANSWERS = ("adopted", "already", "not_for_us")


@dataclass(frozen=True)
class Case:
    """A case as it is sent in, and what is hung on it."""

    unit: str
    sender: str
    said: tuple[bool, ...]  # a comment each; true: among those who handle it
    has_file: bool
    followers: frozenset[str]
    seconders: frozenset[str]
    spread: tuple[str, ...]  # done once and opened again; what each of the two other units has said


CASE = st.builds(
    Case,
    unit=st.sampled_from(UNITS),
    sender=st.sampled_from(WHO),
    said=st.lists(st.booleans(), max_size=2).map(tuple),
    has_file=st.booleans(),
    followers=st.frozensets(st.sampled_from(WHO)),
    seconders=st.frozensets(st.sampled_from(WHO), max_size=3),
    spread=st.one_of(st.just(()), st.tuples(*[st.sampled_from(("", *ANSWERS))] * 2)),
)
# Which case, with which other it is joined, and whether it is opened again or sent on instead.
STEP = st.tuples(st.permutations(range(CASES)), st.sampled_from(("join", "join", "join", "again", "on")))


@pytest.mark.usefixtures("db")
@settings(max_examples=12, deadline=None)
@given(cases=st.lists(CASE, min_size=CASES, max_size=CASES), steps=st.lists(STEP, min_size=1, max_size=5))
def test_whatever_is_joined_nothing_and_nobody_is_lost(cases: list[Case], steps: list[tuple[list[int], str]]):
    with transaction.atomic():
        town = build_town()
        records = [_made(town, case) for case in cases]
        for order, what in steps:
            _step(town, records, records[order[0]], records[order[1]], what)
        transaction.set_rollback(True)


def _made(town: Town, case: Case) -> Improvement:
    record = improvement(getattr(town, case.unit), getattr(town, case.sender))
    access = town.access("quality")
    for internal in case.said:
        (note_add if internal else comment_add)(record_id=record.pk, text="Said", access=access)
    if case.has_file:
        with stored([receive(upload("lamp.jpg", picture()))]) as files:
            attachments_add(record_id=record.pk, files=files, access=access)
    for who in case.followers:
        if sees(town, who, record):
            follow_set(record_id=record.pk, access=town.access(who), on=True)
    for who in case.seconders - {case.sender}:
        if sees(town, who, record):
            improvement_second(record_id=record.pk, access=town.access(who))
    return _spread(town, record, case) if case.spread else record


def _spread(town: Town, record: Improvement, case: Case) -> Improvement:
    """Done, asked about in the other units, answered by some of them, and opened again."""
    others = [unit for unit in UNITS if unit != case.unit]
    record = carried_out(town, record, by="quality")
    questions = ask(town, record, *(getattr(town, unit) for unit in others), by="quality")
    for question, said in zip(questions, case.spread, strict=True):
        if said:
            answer(town, question, said, by="quality")
    return decide(town, record, "reopen", by="quality")


def _step(town: Town, records: list[Improvement], one: Improvement, other: Improvement, what: str) -> None:
    """Join, open again or send on; what is refused changes nothing, what is done loses nothing."""
    rows, following = _rows(), {record.pk: _followers(record) for record in records}
    seeing = {record.pk: {who for who in WHO if sees(town, who, record)} for record in records}
    try:
        if what == "again":
            decide(town, one, "reopen", by="quality")
        elif what == "on":
            decide(town, one, "send_on", by="quality", unit=town.school)
        else:
            join(town, one, other)
    except RuleViolation:
        assert _rows() == rows
        return
    assert rows <= _rows()
    for record in records:
        assert following[record.pk] <= _followers(record)
        assert all(sees(town, who, record) for who in seeing[record.pk])
    if what == "join":
        assert following[one.pk] <= _followers(other)
        assert _wanting(one) <= _wanting(other)
        known = {who for who in seeing[one.pk] if getattr(town, who).pk in following[one.pk]}
        assert all(sees(town, who, other) for who in known)
        shown = [case.record.pk for case in joined(other, town.access("quality")).cases]
        assert one.pk in shown
        asked = {each.question.pk for each in spread_of(other, town.access("quality")).asked}
        assert set(one.spread.values_list("pk", flat=True)) <= asked
    for question in SpreadQuestion.objects.waiting():
        assert Task.objects.open().filter(record=question.record, kind=APPLIES, unit=question.unit).exists()


def _rows() -> set[object]:
    """What people have written, shown and decided."""
    return {
        *Comment.objects.values_list("pk", "record_id", "text", "internal", "author_id"),
        *Attachment.objects.values_list("pk", "record_id", "sha256", "removed_at"),
        *Decision.objects.values_list("pk", "record_id", "name", "comment"),
        *Improvement.objects.values_list("pk", "text", "created_by_id", "reference"),
        *SpreadQuestion.objects.values_list("pk", "record_id", "unit_id", "answer", "said", "own_case_id"),
    }


def _wanting(record: Improvement) -> set[int]:
    """Who wants what the case is about: its sender, and those who joined."""
    return {record.created_by_id, *awaited_by(record)} - {None}


def _followers(record: Improvement) -> set[int]:
    return set(Follow.objects.filter(record=record).values_list("person_id", flat=True))
