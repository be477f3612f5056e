"""Lex Sarah, lex Maria and data breaches: sealed, with their own handlers and their own terms."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.flags import RULES, Term
from improvements.models import Flag, FlagHandler, FlagSetting, Improvement
from improvements.permissions import HANDLE
from improvements.selectors.flags import flag_handlers
from improvements.services.flag_settings import flag_handler_add, flag_handler_remove, flag_setting_change
from improvements.services.flags import flag_lift, flag_not_reported, flag_reported, flag_set
from qms.exceptions import NotYours, RuleViolation
from qms.mail.models import Mail
from qms.organisation.models import Person, Unit
from qms.organisation.services import person_deactivate, person_reactivate, unit_head_set
from qms.records.mailing import digests, urgent_mails
from qms.records.models import Notification, Record
from qms.records.selectors.notifications import notifications
from qms.records.services import comment_add, follow_set, move, record_change
from qms.records.services.handover import task_hand_over
from qms.records.services.reminders import reminders_write
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, handled, plan, soon

SignIn = Callable[[Person], Client]


def local(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def mark(town: Town, record: Improvement, kind: str = "lex_sarah", by: str = "manager") -> Flag:
    return flag_set(
        record_id=record.pk, kind=kind, why="A fall", known_at=timezone.now(), access=town.access(by)
    )


def sees(town: Town, record: Record) -> set[str]:
    people = ("employee", "manager", "handler", "reader", "care_head", "auditor", "exec", "quality", "admin")
    return {who for who in people if Record.objects.visible_to(town.access(who)).filter(pk=record.pk)}


@pytest.fixture
def case(town: Town) -> Improvement:
    return improvement(town.north, town.employee, "Greta fell out of bed")


@pytest.fixture
def auditor_handles(town: Town) -> None:
    for kind in RULES:
        flag_handler_add(kind=kind, person=town.auditor, access=town.access("admin"))


@pytest.mark.parametrize(("name", "data"), [("not_now", {}), ("lack_means", {"means": ["time"]})])
def test_what_the_law_asks_comes_before_any_end_of_the_case(
    town: Town, case: Improvement, name: str, data: dict
):
    flag = mark(town, case)
    with pytest.raises(RuleViolation, match="Lex Sarah comes first"):
        decide(town, case, name, **data)
    flag_not_reported(flag_id=flag.pk, why="Not serious", access=town.access("manager"))
    assert not decide(town, case, name, **data).is_open


def test_its_sender_does_not_take_back_a_marked_case(town: Town, case: Improvement):
    mark(town, case)
    with pytest.raises(RuleViolation, match="looked into to the end"):
        decide(town, case, "withdraw", by="employee")


def test_a_marked_case_is_seen_by_those_who_take_part_and_the_flags_handlers_alone(
    town: Town, case: Improvement, auditor_handles: None
):
    mark(town, case, by="handler")
    assert sees(town, case) == {"employee", "manager", "auditor"}
    case.refresh_from_db()
    assert case.is_sealed and case.confidential_reason == "Lex Sarah: OSL 26 kap. 1 §"


def test_its_handler_gets_the_task_and_may_handle_it_without_any_role_there(
    town: Town, case: Improvement, auditor_handles: None
):
    mark(town, case)
    task = case.tasks.open().get(assignee=town.auditor)
    assert str(task.label) == "Investigate lex Sarah"
    moved = move(record_id=case.pk, name="handle", access=town.access("auditor"), data={"due": soon(20)})
    assert moved.state == "doing"
    task.refresh_from_db()
    assert task.closed_at is None, "a move of the case ends no term of the law"


def test_where_nobody_handles_them_whoever_answers_for_the_case_does(town: Town, case: Improvement):
    mark(town, case)
    assert case.tasks.open().filter(kind="lex_sarah").get().assignee == town.manager
    assert sees(town, case) == {"employee", "manager"}


def test_everybody_in_the_group_gets_the_task(town: Town, case: Improvement):
    group = Group.objects.create(name="Investigators")
    town.reader.groups.add(group)
    town.exec.groups.add(group)
    flag_setting_change(kind="lex_maria", amount=1, unit="months", group=group, access=town.access("quality"))
    mark(town, case, "lex_maria")
    tasks = case.tasks.open().filter(kind="lex_maria")
    assert {task.assignee for task in tasks} == {town.reader, town.exec}


def test_a_role_gives_nothing_on_a_sealed_case_not_even_to_its_sender(town: Town, auditor_handles: None):
    """The handler of North sent it in: sees it, and is nothing but its sender there."""
    case = improvement(town.north, town.handler)
    mark(town, case)
    with pytest.raises(NotYours):
        record_change(record_id=case.pk, changes={"title": "Mine"}, access=town.access("handler"))
    assert comment_add(record_id=case.pk, text="More about it", access=town.access("handler"))


def test_the_actions_of_a_sealed_case_are_sealed_with_it(
    town: Town, case: Improvement, auditor_handles: None
):
    before = plan(town, handled(town, case), town.handler)
    mark(town, case)
    after = plan(town, case, town.reader, title="Mend the bed")
    before.refresh_from_db()
    assert before.is_sealed and after.is_sealed
    assert sees(town, before) == {"handler", "manager", "auditor"}
    assert sees(town, after) == {"reader", "manager", "auditor"}


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (Term(72, "hours"), "2026-11-20T15:00", "2026-11-23T15:00"),  # a weekend lengthens nothing
        (Term(72, "hours"), "2026-03-28T12:00", "2026-03-31T13:00"),  # an hour less on the way
        (Term(72, "hours"), "2026-10-24T12:00", "2026-10-27T11:00"),
        (Term(14, "days"), "2026-11-20T15:00", "2026-12-04T23:59"),
        (Term(2, "months"), "2026-12-31T00:10", "2027-02-28T23:59"),
        (Term(2, "months"), "2026-11-20T15:00", "2027-01-20T23:59"),
    ],
)
def test_a_term_runs_by_the_clock_or_to_the_end_of_its_day(term: Term, start: str, end: str):
    assert term.end(local(start)) == local(end)


def test_the_72_hours_are_shown_to_the_minute_and_so_is_their_passing(
    town: Town, case: Improvement, auditor_handles: None, sign_in: SignIn, time_machine
):
    time_machine.move_to(local("2026-11-20T16:00"), tick=False)
    flag_set(
        record_id=case.pk, kind="data_breach", why="Sent to the wrong address",
        known_at=local("2026-11-20T15:10"), access=town.access("manager"),
    )  # fmt: skip
    task = case.tasks.get(kind="data_breach")
    assert (task.due.isoformat(), task.due_at) == ("2026-11-23", local("2026-11-23T15:10"))
    browser = sign_in(town.auditor)
    assert "23 Nov 15:10" in browser.get(reverse("home:work")).content.decode()
    assert "Term: 23 Nov 15:10" in browser.get(case.get_absolute_url()).content.decode()
    time_machine.move_to(local("2026-11-23T15:11"), tick=False)
    assert (
        "The term ran out today 15:10" in sign_in(town.auditor).get(case.get_absolute_url()).content.decode()
    )


def test_only_those_named_are_reminded_of_a_term_that_has_passed(
    town: Town, case: Improvement, auditor_handles: None, time_machine
):
    time_machine.move_to(local("2026-11-16T09:00"), tick=False)
    mark(town, case, "data_breach")
    Notification.objects.all().delete()
    time_machine.move_to(local("2026-11-20T09:00"), tick=False)
    reminders_write(access=town.access("admin"))
    told = Notification.objects.filter(task__kind="data_breach").values_list("person__email", flat=True)
    assert set(told) == {"auditor@town.test"}


@pytest.mark.parametrize("kind", ["lex_sarah", "lex_maria", "data_breach"])
def test_a_stopped_answer_clock_lengthens_no_term_of_the_law(
    town: Town, case: Improvement, auditor_handles: None, kind: str
):
    mark(town, case, kind)
    before = case.tasks.open().get(kind=kind)
    record = decide(town, case, "pause", by="auditor", until=soon(30))
    assert record.promised_by > case.promised_by
    after = case.tasks.open().get(kind=kind)
    assert (after.due, after.due_at) == (before.due, before.due_at)
    decide(town, case, "resume", by="auditor")
    assert case.tasks.open().get(kind=kind).due == before.due


def test_a_report_after_the_hours_of_the_law_says_why(
    town: Town, case: Improvement, auditor_handles: None, time_machine
):
    time_machine.move_to(local("2026-11-16T09:00"), tick=False)
    flag = mark(town, case, "data_breach")
    time_machine.move_to(local("2026-11-19T09:01"), tick=False)
    report = {"flag_id": flag.pk, "reported_at": timezone.now(), "access": town.access("auditor")}
    with pytest.raises(RuleViolation, match="later than 72 hours"):
        flag_reported(**report)
    flag_reported(**report, why="The log came late", number="IMY-2026-1")
    flag.refresh_from_db()
    assert (flag.outcome, flag.number, flag.is_late) == ("reported", "IMY-2026-1", True)
    assert not case.tasks.open().filter(kind="data_breach")
    assert sees(town, case) == {"employee", "manager", "auditor"}, "reported, it stays sealed"


def test_what_is_not_reported_has_its_reason_and_what_was_a_mistake_opens_the_case_to_its_handlers(
    town: Town, case: Improvement, auditor_handles: None
):
    sarah, breach = mark(town, case), mark(town, case, "data_breach")
    with pytest.raises(RuleViolation, match="why"):
        flag_not_reported(flag_id=sarah.pk, why=" ", access=town.access("auditor"))
    flag_lift(flag_id=sarah.pk, why="Wrong case", access=town.access("auditor"))
    case.refresh_from_db()
    assert case.is_sealed, "the other mark is still there"
    flag_lift(flag_id=breach.pk, why="Wrong case", access=town.access("auditor"))
    case.refresh_from_db()
    assert case.visibility == "restricted"
    assert sees(town, case) == {"employee", "manager", "handler", "care_head", "quality"}
    with pytest.raises(RuleViolation, match="already settled"):
        flag_lift(flag_id=breach.pk, why="Again", access=town.access("manager"))
    mark(town, case)  # a mark that was taken away can be set again


def test_a_case_is_marked_once_with_words_and_since_a_moment_that_can_be(town: Town, case: Improvement):
    access = town.access("manager")
    right = {"record_id": case.pk, "kind": "lex_sarah", "why": "A fall", "access": access}
    now = timezone.now()
    for wrong, field in (
        ({"why": "", "known_at": now}, "why"),
        ({"known_at": now + timedelta(hours=1)}, "known_at"),
        ({"known_at": now - timedelta(days=5000)}, "known_at"),
    ):
        with pytest.raises(RuleViolation) as refused:
            flag_set(**{**right, **wrong})
        assert refused.value.field == field
    mark(town, case)
    with pytest.raises(RuleViolation, match="already marked"):
        mark(town, case)
    with pytest.raises(NotYours):
        flag_set(**{**right, "kind": "lex_maria", "known_at": now, "access": town.access("employee")})


def test_nobody_seals_or_opens_a_case_by_hand(town: Town, case: Improvement):
    for visibility in ("sealed", "internal"):
        with pytest.raises(RuleViolation, match="not chosen here"):
            changes = {"visibility": visibility, "confidential_reason": "x"}
            record_change(record_id=case.pk, changes=changes, access=town.access("manager"))
        if visibility == "sealed":
            mark(town, case)


def test_a_task_handed_over_keeps_its_hour(town: Town, case: Improvement, auditor_handles: None):
    mark(town, case, "data_breach")
    task = case.tasks.open().get(kind="data_breach")
    moved = task_hand_over(task_id=task.pk, to=town.exec, access=town.access("auditor"))
    assert moved.due_at == task.due_at
    assert "exec" in sees(town, case)
    case.refresh_from_db()
    assert town.access("exec").can(HANDLE, case), "whoever has the task can do it"


@pytest.mark.parametrize("to", ["", "reader"])
def test_what_a_leaver_had_to_look_into_can_be_done_by_whoever_gets_it(
    town: Town, case: Improvement, auditor_handles: None, to: str
):
    mark(town, case)
    successor = getattr(town, to) if to else None
    person_deactivate(
        person_id=town.auditor.pk, access=town.access("admin"), to_id=successor.pk if successor else None
    )
    task = case.tasks.open().get(kind="lex_sarah")
    assert task.assignee == (successor or town.manager)
    case.refresh_from_db()
    assert town.access(to or "manager").can(HANDLE, case)


def test_who_handled_flags_and_comes_back_sees_and_handles_none(
    town: Town, case: Improvement, auditor_handles: None, sign_in: SignIn
):
    mark(town, case)
    person_deactivate(person_id=town.auditor.pk, access=town.access("admin"))
    assert "Nobody yet" in sign_in(town.quality).get(reverse("improvements:flags")).content.decode()
    person_reactivate(
        person_id=town.auditor.pk, access=town.access("admin"), home_unit_id=town.auditor.home_unit_id
    )
    assert "auditor" not in sees(town, case)
    assert flag_handlers("lex_sarah") == []
    assert case.named.get(person=town.auditor).ended_by_name == "Admin"


def test_the_law_gives_no_more_than_72_hours(town: Town):
    access = town.access("quality")
    for amount, unit in ((73, "hours"), (3, "days"), (0, "hours")):
        with pytest.raises(RuleViolation):
            flag_setting_change(kind="data_breach", amount=amount, unit=unit, group=None, access=access)
    setting = flag_setting_change(kind="data_breach", amount=24, unit="hours", group=None, access=access)
    assert setting.history.get().history_change_reason == "Quality"
    with pytest.raises(NotYours):
        flag_setting_change(
            kind="lex_sarah", amount=5, unit="days", group=None, access=town.access("manager")
        )


def test_who_handles_them_and_who_decided_it_stands_in_the_history(town: Town, sign_in: SignIn):
    browser = sign_in(town.quality)
    add = reverse("improvements:flag_handler_add", args=["lex_sarah"])
    assert browser.post(add, {"person": "Auditor"}).status_code == 302
    row = FlagHandler.objects.get()
    flag_handler_remove(handler_id=row.pk, access=town.access("admin"))
    page = browser.get(reverse("improvements:flags")).content.decode()
    assert "Auditor handles Lex Sarah from now on" in page
    assert "Auditor handles Lex Sarah no longer" in page
    assert "Nobody yet" in page
    change = reverse("improvements:flag_setting", args=["lex_sarah"])
    assert browser.post(change, {"amount": "10", "unit": "days"}).status_code == 302
    assert FlagSetting.objects.get().amount == 10
    assert "Lex Sarah: term 10 days" in browser.get(reverse("improvements:flags")).content.decode()
    refused = browser.post(change, {"amount": "500", "unit": "days"})
    assert refused.status_code == 422


def test_marking_on_the_page_says_who_gets_it_and_takes_leave_of_who_sees_it_no_longer(
    town: Town, case: Improvement, auditor_handles: None, sign_in: SignIn
):
    browser = sign_in(town.handler)
    address = reverse("improvements:flag", args=[case.reference])
    assert "Auditor" in browser.get(address).content.decode()
    assert browser.post(address, {"kind": "lex_sarah", "why": "", "known_at": ""}).status_code == 422
    sent = browser.post(address, {"kind": "lex_sarah", "why": "A fall", "known_at": "2026-01-10T08:00"})
    assert sent.url == "/"
    assert browser.get(case.get_absolute_url()).status_code == 404


def test_what_became_of_it_is_said_on_its_own_page_and_told_in_the_timeline_to_those_who_handle_it(
    town: Town, case: Improvement, auditor_handles: None, sign_in: SignIn
):
    flag = mark(town, case)
    address = reverse("improvements:flag_settle", args=[case.reference, flag.pk])
    browser = sign_in(town.auditor)
    assert browser.post(address, {"outcome": "reported"}).status_code == 422
    sent = browser.post(address, {"outcome": "not_reported", "why": "Not serious"})
    assert sent.url == case.get_absolute_url()
    words = "decided that Lex Sarah is not to be reported"
    assert words in browser.get(case.get_absolute_url()).content.decode()
    sender = sign_in(town.employee).get(case.get_absolute_url()).content.decode()
    assert words not in sender and "marked it as" not in sender and "Not serious" not in sender


def test_no_mail_and_no_news_of_a_sealed_case_for_those_who_followed_it(
    town: Town, case: Improvement, auditor_handles: None
):
    """Followed, told and not yet mailed when it is sealed; then more is said."""
    for who in ("quality", "care_head", "handler"):
        follow_set(record_id=case.pk, access=town.access(who), on=True)
        comment_add(record_id=case.pk, text="I saw Greta fall", access=town.access("manager"))
    mark(town, case)
    comment_add(record_id=case.pk, text="Greta is better", access=town.access("manager"))
    digests()
    urgent_mails()
    for who in ("quality", "care_head", "handler"):
        assert not notifications(town.access(who)), who
        assert not Mail.objects.filter(to=f"{who}@town.test", text__contains=case.reference), who
    assert not Mail.objects.filter(text__contains="Greta"), "those who see it read it here, not in a mail"


def test_a_sealed_case_that_waited_for_nobody_opens_to_no_new_head_but_is_theirs_who_are_named(
    town: Town, auditor_handles: None
):
    Unit.objects.update(head=None)
    case = improvement(town.north, town.employee, "Greta fell out of bed")
    mark(town, case, by="handler")
    before = sees(town, case)
    assert "manager" not in before and case.tasks.open().get(kind="answer").assignee is None
    unit_head_set(unit_id=town.north.pk, head_id=town.manager.pk, access=town.access("admin"))
    case.refresh_from_db()
    assert case.owner == town.auditor and case.tasks.open().get(kind="answer").assignee == town.auditor
    assert sees(town, case) == before


def test_a_sealed_case_on_which_nobody_is_named_comes_to_whoever_answers_by_now(town: Town):
    Unit.objects.update(head=None)
    case = improvement(town.north, town.employee, "Greta fell out of bed")
    mark(town, case, by="handler")
    assert not case.named.exists()
    unit_head_set(unit_id=town.north.pk, head_id=town.manager.pk, access=town.access("admin"))
    assert case.tasks.open().get(kind="answer").assignee == town.manager
