"""Asking other units whether what was done applies to them, and what they say."""

import pytest
from django.urls import reverse

from improvements.models import Improvement, SpreadQuestion
from improvements.selectors.detail import improvement_detail
from improvements.selectors.spread import sisters, spread_of, why_no_spread
from improvements.services import improvement_restrict, improvement_unrestrict
from improvements.services.flags import flag_set
from improvements.workflow import APPLIES
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.models import Person, Unit
from qms.organisation.services import person_deactivate, unit_close, unit_head_set, unit_merge
from qms.records.models import Decision, Link, Notification, Record, Task
from qms.records.selectors.acts import now
from qms.records.selectors.sentences import said
from qms.records.selectors.timeline import timeline
from qms.records.services import task_hand_over
from tests.conftest import Town, build_town
from tests.factories import grant, improvement
from tests.improvements.moments import at
from tests.improvements.steps import answer, ask, carried_out, decide, handled, soon
from tests.improvements.test_merge import sees
from tests.records.test_locking import meanwhile


@pytest.fixture
def lamp(town: Town) -> Improvement:
    """A case in North, sent in by the employee, done by the manager."""
    return carried_out(town, improvement(town.north, town.employee, "The lamp by the gate is dark"))


def waiting_with(record: Record) -> list[tuple[str, str]]:
    """Who is asked, for which unit."""
    tasks = Task.objects.open().filter(record=record, kind=APPLIES).order_by("unit__path", "pk")
    return [(task.assignee.name if task.assignee else "", task.waits_in.name) for task in tasks]


def told(person: Person) -> list[str]:
    """What a person has been told, the newest first."""
    lines = Notification.objects.filter(person=person).with_what_happened()
    return [said(line).text for line in lines.order_by("-pk")]


def test_each_unit_gets_the_question_with_a_date_and_sees_what_was_done(town: Town, lamp: Improvement):
    assert not sees(town, "outsider", lamp)
    questions = ask(town, lamp, town.south, town.school, word="Look at your gates")
    assert [(one.unit, one.is_waiting, one.word) for one in questions] == [
        (town.south, True, "Look at your gates"),
        (town.school, True, "Look at your gates"),
    ]
    assert waiting_with(lamp) == [("South Head", "South"), ("Outsider", "School")]
    task = Task.objects.get(assignee=town.outsider, kind=APPLIES)
    assert (task.due, task.note) == (soon(14), "Look at your gates")
    assert sees(town, "outsider", lamp) and sees(town, "south_head", lamp)
    assert told(town.outsider)[0] == "Newly yours: Say whether it applies to you"
    assert told(town.employee)[0] == "Manager: Other units have been asked whether it is something for them."


def test_the_timeline_tells_who_asked_whom_and_what_they_said(town: Town, lamp: Improvement):
    south, school = ask(town, lamp, town.south, town.school)
    answer(town, south, "already", words="Since 2024")
    answer(town, school, "not_for_us", by="outsider", words="We have no gates")
    lines = [(one.text, one.speech) for one in timeline(lamp, town.access("manager")).entries]
    assert ("answered for South: we do it already", "Since 2024") in lines
    assert ("answered for School: not for us", "We have no gates") in lines
    assert ("asked 2 other units whether it applies to them", "") in lines


def test_what_waits_with_other_units_does_not_hold_up_the_case(town: Town, lamp: Improvement):
    ask(town, lamp, town.south)
    closed = decide(town, lamp, "close", comment="Thank you")
    assert waiting_with(closed) == [("South Head", "South")]
    assert now(closed, town.access("manager")).heading == "Nothing more is expected"
    assert now(closed, town.access("south_head")).heading.startswith("Does it apply to your unit?")


def test_only_those_who_handle_it_ask_and_only_when_it_is_done(town: Town, lamp: Improvement):
    with pytest.raises(NotYours):
        ask(town, lamp, town.south, by="employee")
    with pytest.raises(Record.DoesNotExist):
        ask(town, lamp, town.south, by="outsider")
    with pytest.raises(RuleViolation, match="when it is done"):
        ask(town, improvement(town.north, town.employee), town.south)
    assert not SpreadQuestion.objects.exists()


@pytest.mark.parametrize("kept", ["restricted", "sealed"])
def test_what_is_kept_back_is_never_spread_and_it_is_said_why(town: Town, lamp: Improvement, kept: str):
    if kept == "restricted":
        improvement_restrict(record_id=lamp.pk, reason="OSL 26", access=town.access("manager"))
    else:
        flag_set(
            record_id=lamp.pk, kind="lex_sarah", why="A fall", known_at=at("2026-01-10 10:00"),
            access=town.access("manager"),
        )  # fmt: skip
    lamp.refresh_from_db()
    with pytest.raises(RuleViolation, match="no other unit may come to see it"):
        ask(town, lamp, town.south)
    shown = improvement_detail(town.access("manager"), lamp)
    assert "no other unit may come to see it" in shown["spread_kept"]


@pytest.mark.parametrize("kept", ["restricted", "sealed"])
def test_what_comes_to_be_kept_back_leaves_those_who_were_asked(town: Town, lamp: Improvement, kept: str):
    (question,) = ask(town, lamp, town.school)
    if kept == "restricted":
        improvement_restrict(record_id=lamp.pk, reason="OSL 26", access=town.access("manager"))
    else:
        flag_set(
            record_id=lamp.pk, kind="data_breach", why="A list", known_at=at("2026-01-10 10:00"),
            access=town.access("manager"),
        )  # fmt: skip
    assert waiting_with(lamp) == [] and not sees(town, "outsider", lamp)
    question.refresh_from_db()
    assert (question.answer, question.is_over) == ("withdrawn", True)
    with pytest.raises(Record.DoesNotExist):
        answer(town, question, by="outsider")


def test_a_unit_that_was_asked_no_longer_can_be_asked_anew(town: Town, lamp: Improvement):
    ask(town, lamp, town.south)
    access = town.access("manager")
    improvement_restrict(record_id=lamp.pk, reason="OSL 26", access=access)
    improvement_unrestrict(record_id=lamp.pk, access=access)
    (question,) = ask(town, lamp, town.south)
    assert question.is_waiting and waiting_with(lamp) == [("South Head", "South")]


@pytest.mark.parametrize("wrong", ["none", "own", "closed", "asked", "yesterday", "long"])
def test_what_cannot_be_asked_is_said_beside_the_field(town: Town, lamp: Improvement, wrong: str):
    ask(town, lamp, town.south)
    units, days, word, field = (town.school,), 14, "", "units"
    if wrong == "none":
        units = ()
    elif wrong == "own":
        units = (town.north,)
    elif wrong == "closed":
        unit_close(unit_id=town.school.pk, access=town.access("admin"))
    elif wrong == "asked":
        units = (town.south,)
    elif wrong == "yesterday":
        days, field = -1, "due"
    else:
        word, field = "x" * 301, "word"
    with pytest.raises(RuleViolation) as refused:
        ask(town, lamp, *units, days=days, word=word)
    assert refused.value.field == field
    assert SpreadQuestion.objects.count() == 1


def test_yes_opens_a_case_of_their_own_with_owner_and_date_in_one_act(town: Town, lamp: Improvement):
    (question,) = ask(town, lamp, town.south)
    someone = town.reader
    question = answer(town, question, words="Lamps at our gate too", owner=someone, days=40)
    own = question.own_case
    assert own is not None
    assert (own.unit, own.owner, own.due, own.state) == (town.south, someone, soon(40), "doing")
    assert (own.title, own.category, own.created_by) == (lamp.title, "proposal", town.south_head)
    assert "Lamps at our gate too" in own.text and lamp.reference in own.text
    link = Link.objects.present().get()
    assert (link.source_id, link.target_id, link.type) == (own.pk, lamp.pk, "adopts")
    assert [task.kind for task in Task.objects.open().filter(assignee=someone)] == ["carry_out"]
    assert len([line for line in told(someone) if line.startswith("Newly yours")]) == 1
    assert waiting_with(lamp) == [] and question.answered_by_name == "South Head"


def test_the_sender_is_told_that_it_spreads(town: Town, lamp: Improvement):
    south, school = ask(town, lamp, town.south, town.school)
    answer(town, south)
    answer(town, school, by="outsider")
    assert told(town.employee)[:2] == [
        "Outsider: School does the same. Your idea is now used in 2 more units.",
        "South Head: South does the same. Your idea is now used in one more unit.",
    ]
    first = Notification.objects.filter(person=town.employee, decision__name="adopted").first()
    assert first is not None and first.urgent


@pytest.mark.parametrize(
    ("what", "field"), [("already", "said"), ("not_for_us", "said"), ("maybe", "answer")]
)
def test_a_no_has_a_reason_and_an_already_says_how(town: Town, lamp: Improvement, what: str, field: str):
    (question,) = ask(town, lamp, town.south)
    with pytest.raises(RuleViolation) as refused:
        answer(town, question, what, words=" ")
    assert refused.value.field == field
    assert waiting_with(lamp) == [("South Head", "South")]


def test_it_is_answered_by_whoever_handles_cases_there_or_has_been_given_it(town: Town, lamp: Improvement):
    (question,) = ask(town, lamp, town.south)
    for who in ("manager", "employee", "reader", "handler"):
        with pytest.raises(NotYours, match="Whoever handles the cases of South"):
            answer(town, question, by=who)
    task = Task.objects.get(kind=APPLIES)
    task_hand_over(task_id=task.pk, to=town.outsider, note="You know lamps", access=town.access("south_head"))
    assert waiting_with(lamp) == [("Outsider", "South")] and sees(town, "outsider", lamp)
    question = answer(town, question, by="outsider")
    own = question.own_case
    assert own is not None and (own.unit, own.owner) == (town.south, town.outsider)


def test_the_unit_can_change_its_answer_and_what_was_begun_goes_on(town: Town, lamp: Improvement):
    (question,) = ask(town, lamp, town.south)
    question = answer(town, question, "not_for_us", words="No gates")
    question = answer(town, question, seen=question.answered_at)
    own = question.own_case
    question = answer(town, question, "already", words="We had it", seen=question.answered_at)
    assert (question.answer, question.own_case) == ("already", own)
    question = answer(town, question, seen=question.answered_at)
    assert question.own_case == own, "a yes once more opens no second case"
    names = Decision.objects.filter(record=lamp, details__has_key="unit").order_by("pk")
    assert [one.name for one in names] == ["not_for_us", "adopted", "already", "adopted"]
    assert spread_of(lamp, town.access("manager")).adopted == 1


def test_a_yes_after_the_own_case_was_given_up_begins_anew(town: Town, lamp: Improvement):
    (question,) = ask(town, lamp, town.south)
    question = answer(town, question)
    first = question.own_case
    assert first is not None
    decide(town, first, "lack_means", by="south_head", means=["time"])
    question = answer(town, question, seen=question.answered_at)
    assert question.own_case not in (None, first)


def test_a_case_opened_again_keeps_what_other_units_were_asked_and_said(
    town: Town, lamp: Improvement, sign_in
):
    south, school = ask(town, lamp, town.south, town.school)
    answer(town, south, "already", words="Since 2024")
    again = decide(town, lamp, "reopen", comment="Dark again")
    assert waiting_with(again) == [("Outsider", "School")]
    assert len(spread_of(again, town.access("manager")).asked) == 2
    address = reverse("improvements:spread_answer", args=[again.reference, school.pk])
    assert "opened the case again" in sign_in(town.outsider).get(address).content.decode()
    answer(town, school, by="outsider")
    assert spread_of(again, town.access("manager")).adopted == 1


def test_the_page_shows_whom_one_may_not_see_nothing_of(town: Town, lamp: Improvement):
    """What came of it in a unit is named to all who see the case; its own case only to those who see that."""
    (question,) = ask(town, lamp, town.school)
    answer(town, question, by="outsider")
    (seen,) = spread_of(lamp, town.access("quality")).asked
    (hidden,) = spread_of(lamp, town.access("employee")).asked
    assert seen.own is not None and hidden.own is None
    assert not hidden.may_answer and hidden.question.stands == "Yes, we do it"


def test_the_page_of_the_case_asks_and_shows(town: Town, lamp: Improvement, sign_in):
    (question,) = ask(town, lamp, town.south, word="Look at your gates")
    page = sign_in(town.south_head).get(lamp.get_absolute_url()).content.decode()
    assert "Does it apply to South?" in page and "Look at your gates" in page
    answer(town, question, "not_for_us", words="No gates here")
    page = sign_in(town.manager).get(lamp.get_absolute_url()).content.decode()
    assert "No gates here" in page and "Ask other units" in page


def test_sister_units_come_first_then_those_called_alike_then_any(town: Town, lamp: Improvement):
    children = Unit.objects
    school = Unit.objects.get(code="SCHOOL")
    children.add_child(school, {"code": "S1", "name": "Library", "kind": "unit"})
    children.add_child(Unit.objects.get(code="SCHOOL"), {"code": "S2", "name": "North gate", "kind": "unit"})
    lamp = Improvement.objects.select_related("unit").get(pk=lamp.pk)
    lamp.unit.name = "North home"
    found = sisters(lamp)
    assert [unit.name for unit in found.beside] == ["South"]
    assert [unit.name for unit in found.elsewhere] == ["North gate", "Library"]
    assert [unit.name for unit in sisters(lamp, "schoo").found] == ["School"]
    looked = sisters(lamp, "north g")
    assert [unit.name for unit in looked.found] == ["North gate"], "also what is offered anyhow"
    assert [unit.name for unit in looked.elsewhere] == ["Library"]
    ask(town, lamp, town.south)
    assert sisters(lamp).beside == []
    assert [unit.name for unit in sisters(lamp, chosen=[town.school.pk]).found] == ["School"]


def test_a_new_head_and_whoever_takes_over_from_one_who_leaves_has_the_question(
    town: Town, lamp: Improvement
):
    ask(town, lamp, town.south, town.school)
    admin = town.access("admin")
    unit_head_set(unit_id=town.south.pk, head_id=town.reader.pk, access=admin)
    person_deactivate(person_id=town.outsider.pk, access=admin)
    assert waiting_with(lamp) == [("Reader", "South"), ("", "School")]


def test_when_a_unit_closes_the_one_above_is_asked(town: Town, lamp: Improvement):
    grant(town.admin, "manager", town.kf)
    (question,) = ask(town, lamp, town.south)
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    question.refresh_from_db()
    assert (question.unit, question.is_waiting) == (town.care, True)
    assert waiting_with(lamp) == [("Care Head", "Care")]
    answer(town, question, by="care_head")
    assert waiting_with(lamp) == []


def test_before_a_unit_closes_it_is_said_what_it_is_asked(town: Town, lamp: Improvement, sign_in):
    (question,) = ask(town, lamp, town.south)
    address = f"/organisation/units/{town.south.pk}/close/"
    html = sign_in(town.admin).get(address).content.decode()
    assert "1 question from another unit, not answered yet" in html
    assert lamp.title not in html  # whoever keeps the tree in order need not see the case
    ask(town, lamp, town.school)  # there the administrator works
    html = sign_in(town.admin).get(address).content.decode()
    assert lamp.title in html and f"{lamp.reference} · North" in html
    answer(town, question, by="south_head")
    assert "not answered yet" not in sign_in(town.admin).get(address).content.decode()


def test_when_a_unit_merges_its_question_goes_along_and_is_asked_once(town: Town, lamp: Improvement):
    south, school = ask(town, lamp, town.south, town.school)
    unit_merge(unit_id=town.south.pk, into_id=town.school.pk, access=town.access("admin"))
    south.refresh_from_db()
    assert (south.answer, south.unit) == ("moved", town.south)
    assert waiting_with(lamp) == [("Outsider", "School")]
    answer(town, school, by="outsider")
    assert waiting_with(lamp) == []
    lines = [one.text for one in timeline(lamp, town.access("manager")).entries]
    assert "passed the question to South on to School" in lines


def test_what_the_successor_has_answered_is_not_asked_again(town: Town, lamp: Improvement):
    south, school = ask(town, lamp, town.south, town.school)
    answer(town, school, "already", by="outsider", words="Always")
    unit_merge(unit_id=town.south.pk, into_id=town.school.pk, access=town.access("admin"))
    assert waiting_with(lamp) == []
    south.refresh_from_db()
    assert south.answer == "moved"


def test_an_answer_stays_with_the_unit_that_gave_it_when_it_has_closed(town: Town, lamp: Improvement):
    (question,) = ask(town, lamp, town.south)
    question = answer(town, question, "already", words="Always")
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    question.refresh_from_db()
    assert (question.unit, question.answer) == (town.south, "already")
    with pytest.raises(RuleViolation, match="has closed"):
        answer(town, question, by="care_head", seen=question.answered_at)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_for_the_same_unit_at_once_one_wins_and_the_other_reads_why():
    town = build_town()
    grant(town.reader, "handler", town.south)
    lamp = carried_out(town, improvement(town.north, town.employee))
    (question,) = ask(town, lamp, town.south)
    won = "South Head has just answered for South: “Yes, we do it”"
    late = meanwhile(lambda: answer(town, question, "not_for_us", by="reader"))
    with pytest.raises(StaleEdit, match=won), late:
        answer(town, question)
    question.refresh_from_db()
    assert (question.answer, question.answered_by_name) == ("adopted", "South Head")
    assert Improvement.objects.count() == 2 and Link.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_the_same_unit_at_once_it_is_asked_once():
    town = build_town()
    lamp = carried_out(town, improvement(town.north, town.employee))
    late = meanwhile(lambda: ask(town, lamp, town.south, by="quality"))
    with pytest.raises(RuleViolation, match="asked them already"), late:
        ask(town, lamp, town.south)
    assert SpreadQuestion.objects.count() == 1 and Task.objects.filter(kind=APPLIES).count() == 1


def test_why_a_case_is_not_spread_is_asked_of_its_page_too(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    assert isinstance(why_no_spread(record, town.access("manager")), RuleViolation)
    assert isinstance(why_no_spread(record, town.access("employee")), NotYours)
