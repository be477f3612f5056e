"""Full handling: why it happened, what is done, whether it helped; round once more when it did not."""

import pytest
from django.urls import reverse

from improvements.models import Action, Cause, Improvement
from improvements.services import (
    cause_add,
    cause_change,
    cause_remove,
    improvement_correct,
    improvement_harm_set,
)
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Person, Unit
from qms.organisation.services import deputy_set, person_deactivate, unit_head_set
from qms.records.models import Notification, Record, Task
from qms.records.services import move, task_hand_over, why_not
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, handled, judged, plan, put_to_test, rooted, soon


def ready(town: Town) -> Improvement:
    """A case handled in full whose root cause is known."""
    return rooted(town, handled(town, improvement(town.north, town.employee)))


def test_it_cannot_be_tested_before_a_root_cause_is_marked_and_all_actions_are_done(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.employee)
    assert why_not(record, "test", town.access("manager")) == "Its actions come first: 1 is left."
    decide(town, action, "done", by="employee")
    assert why_not(record, "test", town.access("manager")) == (
        "Find out why it happened first, and mark a root cause."
    )
    rooted(town, record)
    assert why_not(record, "test", town.access("manager")) is None


def test_where_the_cause_is_lacking_the_page_leads_to_where_it_is_written(town: Town, sign_in):
    record = judged(
        town, put_to_test(town, ready(town), town.employee), "effect_failed", by="employee", due=soon()
    )
    page = sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    held_back = page.split('class="whynot"')[1].split("</ul>")[0]
    assert "Find out why it happened first, and mark a root cause." in held_back
    way = f'href="{reverse("improvements:causes", args=[record.reference])}">Find the causes<'
    assert way in held_back
    refused = sign_in(town.manager).get(reverse("records:move", args=[record.reference, "test"]))
    assert refused.status_code == 409 and way in refused.content.decode()


def test_it_cannot_be_called_done_without_a_test_of_its_effect(town: Town):
    record = ready(town)
    assert why_not(record, "done", town.access("manager")) == "Full handling ends with a test of the effect."


def test_what_was_just_done_may_be_tested_too(town: Town):
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    record = judged(town, put_to_test(town, record, town.employee), "effect_worked", by="employee")
    assert record.state == "done"


def test_the_effect_is_judged_by_whom_it_was_given_to_without_any_role(town: Town):
    record = put_to_test(town, ready(town), town.outsider)
    task = Task.objects.open().get(record=record)
    assert (task.kind, task.assignee, task.due) == ("judge", town.outsider, soon(30))
    assert Record.objects.visible_to(town.access("outsider")).filter(pk=record.pk).exists()
    record = judged(town, record, "effect_worked", by="outsider")
    check = record.checks.get()
    assert (record.state, check.result, check.judged_by_name) == ("done", "worked", "Outsider")
    assert Task.objects.open().get(record=record).kind == "close"


@pytest.mark.parametrize("judge", ["manager", "handler"])
def test_nobody_who_did_it_can_be_asked_to_judge_it(town: Town, judge: str):
    record = handled(town, improvement(town.north, town.employee))
    decide(town, plan(town, record, town.handler), "done", by="handler")
    rooted(town, record)
    with pytest.raises(RuleViolation, match="has taken part in doing it"):
        put_to_test(town, record, getattr(town, judge))


def test_whoever_calls_it_done_does_not_judge_it(town: Town):
    record = ready(town)
    with pytest.raises(RuleViolation, match="has taken part"):
        put_to_test(town, record, town.quality, by="quality")


def test_the_judgement_is_handed_to_nobody_who_did_it(town: Town):
    record = put_to_test(town, ready(town), town.employee)
    task = Task.objects.open().get(record=record)
    with pytest.raises(RuleViolation, match="has taken part in doing it") as refused:
        task_hand_over(task_id=task.pk, to=town.manager, access=town.access("employee"))
    assert refused.value.field == "to"
    task_hand_over(task_id=task.pk, to=town.outsider, access=town.access("employee"))
    assert record.checks.get().judge == town.outsider


def leaves(town: Town, who: Person, to: Person | None = None) -> None:
    person_deactivate(person_id=who.pk, to_id=to.pk if to else None, access=town.access("admin"))


@pytest.mark.parametrize("to", ["", "manager"])
def test_the_judgement_of_one_who_leaves_goes_to_the_nearest_who_did_not_do_it(town: Town, to: str, sign_in):
    record = put_to_test(town, ready(town), town.reader)
    leaves(town, town.reader, getattr(town, to) if to else None)
    judge = Task.objects.open().get(record=record).assignee
    assert judge == town.handler
    page = sign_in(town.handler).get(record.get_absolute_url()).content.decode()
    assert "Handler judges it by" in page and "It worked" in page
    judged(town, record, "effect_worked", by="handler")


def test_where_nobody_else_may_judge_it_the_one_to_whom_it_comes_is_told_to_hand_it_over(town: Town):
    record = put_to_test(town, ready(town), town.reader)
    for name in ("handler", "care_head", "quality"):
        leaves(town, getattr(town, name))
    leaves(town, town.reader)
    assert Task.objects.open().get(record=record).assignee == town.manager
    with pytest.raises(RuleViolation, match="Hand it over to somebody who has not"):
        judged(town, record, "effect_worked", by="manager")


def test_a_judgement_that_waited_for_nobody_goes_past_a_new_head_who_did_it(town: Town):
    record = put_to_test(town, ready(town), town.reader)
    Unit.objects.update(head=None)
    leaves(town, town.reader)
    assert Task.objects.open().get(record=record).assignee is None
    unit_head_set(unit_id=town.north.pk, head_id=town.manager.pk, access=town.access("admin"))
    assert Task.objects.open().get(record=record).assignee == town.handler
    assert record.checks.get().judge == town.handler
    judged(town, record, "postpone_test", by="handler", due=soon(60))
    assert Task.objects.open().get(record=record).assignee == town.handler


def test_whoever_was_asked_to_judge_still_can_when_the_case_becomes_theirs(town: Town):
    record = put_to_test(town, ready(town), town.care_head)
    leaves(town, town.manager)
    record.refresh_from_db()
    assert record.owner == town.care_head
    judged(town, record, "effect_worked", by="care_head")


def test_whoever_was_asked_to_judge_still_can_while_standing_in_for_who_did_it(town: Town):
    record = put_to_test(
        town, rooted(town, handled(town, improvement(town.north, town.employee))), town.reader
    )
    for deputy in (town.reader, town.handler):
        deputy_set(
            person_id=town.manager.pk,
            deputy_id=deputy.pk,
            starts=soon(0),
            ends=soon(20),
            access=town.access("manager"),
        )
    record.refresh_from_db()
    assert why_not(record, "effect_worked", town.access("reader")) is None
    for who in ("manager", "handler"):
        said = why_not(record, "effect_worked", town.access(who))
        assert said == "Nobody judges what they have done themselves. Reader does it.", who
    assert judged(town, record, "effect_worked", by="reader").state == "done"


def test_whoever_has_neither_role_nor_task_cannot_judge(town: Town):
    record = put_to_test(town, ready(town), town.outsider)
    with pytest.raises(NotYours):
        judged(town, record, "effect_failed", by="employee", due=soon())


def test_somebody_who_has_left_is_not_asked_to_judge(town: Town):
    record = ready(town)
    town.reader.is_active = False
    town.reader.save()
    with pytest.raises(RuleViolation, match="has left"):
        put_to_test(town, record, town.reader)


def test_what_did_not_help_goes_round_once_more_with_causes_and_actions_of_its_own(town: Town):
    record = ready(town)
    first = plan(town, record, town.employee)
    decide(town, first, "done", by="employee")
    record = put_to_test(town, record, town.outsider)
    record = judged(town, record, "effect_failed", by="outsider", comment="Dark again", due=soon(20))
    assert (record.state, record.round, record.due) == ("doing", 2, soon(20))
    assert Task.objects.open().get(record=record).kind == "carry_out"
    assert why_not(record, "test", town.access("manager")).startswith("Find out why")  # type: ignore[union-attr]
    rooted(town, record, "Nobody looks after lamps")
    second = plan(town, record, town.employee, "Look after lamps")
    assert [cause.round for cause in Cause.objects.order_by("pk")] == [1, 2]
    decide(town, second, "done", by="employee")
    record = judged(town, put_to_test(town, record, town.outsider), "effect_worked", by="outsider")
    decide(town, record, "close")
    assert [check.result for check in record.checks.all()] == ["failed", "worked"]


def test_each_round_is_told_by_itself(town: Town, sign_in):
    record = rooted(town, handled(town, improvement(town.north, town.employee)), "It was old")
    decide(town, plan(town, record, town.employee, "Buy a lamp"), "done", by="employee")
    record = put_to_test(town, record, town.outsider)
    record = judged(town, record, "effect_failed", by="outsider", comment="Dark again", due=soon(20))
    rooted(town, record, "Nobody looks after lamps")
    plan(town, record, town.employee, "Look after lamps")
    context = sign_in(town.manager).get(record.get_absolute_url()).context
    (before,), now = context["rounds"], context["round"]
    assert [action.title for action in before.actions] == ["Buy a lamp"]
    assert [why.cause.text for why in before.whys] == ["It was old"]
    assert before.check.finding == "Dark again"
    assert [action.title for action in now.actions] == ["Look after lamps"]
    assert now.check is None


def test_a_just_done_thing_that_did_not_help_is_handled_in_full(town: Town):
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    record = put_to_test(town, record, town.employee)
    record = judged(town, record, "effect_failed", by="employee", due=soon())
    assert (record.lane, record.state) == ("full", "doing")


def test_an_action_opened_again_holds_back_the_word_that_it_worked(town: Town):
    record = ready(town)
    action = plan(town, record, town.employee)
    decide(town, action, "done", by="employee")
    record = put_to_test(town, record, town.outsider)
    decide(town, action, "reopen", by="employee", due=soon())
    assert why_not(record, "effect_worked", town.access("outsider")) == "Its actions come first: 1 is left."
    assert why_not(record, "effect_failed", town.access("outsider")) is None


def test_the_judgement_can_be_put_off_in_the_open_and_stays_with_who_has_it(town: Town):
    record = put_to_test(town, ready(town), town.outsider)
    task_hand_over(
        task_id=Task.objects.open().get(record=record).pk, to=town.reader, access=town.access("outsider")
    )
    record = judged(town, record, "postpone_test", by="reader", due=soon(60))
    task = Task.objects.open().get(record=record)
    assert (task.assignee, task.due, record.checks.get().day) == (town.reader, soon(60), soon(60))


def test_the_sender_is_told_at_once_that_it_is_tested_and_how_it_went(town: Town):
    record = put_to_test(town, ready(town), town.outsider)
    judged(town, record, "effect_worked", by="outsider")
    told = Notification.objects.filter(person=town.employee, urgent=True).order_by("pk")
    assert [line.decision.name for line in told] == ["handle", "test", "effect_worked"]


def test_a_case_opened_again_after_handling_begins_a_new_round(town: Town):
    record = decide(town, improvement(town.north, town.employee), "just_do", due=soon())
    record = decide(town, decide(town, record, "done"), "close")
    record = decide(town, record, "reopen")
    assert (record.round, record.state) == (2, "received")


def test_causes_hang_together_as_asked_and_are_removed_with_what_explains_them(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    access = town.access("manager")
    top = cause_add(record_id=record.pk, text="  The lamp\nwas dark ", access=access)
    below = cause_add(record_id=record.pk, text="It was old", parent_id=top.pk, access=access)
    cause_add(record_id=record.pk, text="Nobody looks", parent_id=top.pk, access=access)
    cause_change(cause_id=below.pk, text="It was very old", is_root=True, access=access)
    assert (top.text, Cause.objects.get(is_root=True).text) == ("The lamp was dark", "It was very old")
    cause_remove(cause_id=top.pk, access=access)
    assert not Cause.objects.exists()
    assert Cause.history.filter(history_type="-", history_user=town.manager).count() == 3


def test_causes_are_for_those_who_handle_it_and_while_it_is_handled_in_full(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation, match="while a case is handled in full"):
        cause_add(record_id=record.pk, text="Old", access=town.access("manager"))
    handled(town, record)
    with pytest.raises(NotYours):
        cause_add(record_id=record.pk, text="Old", access=town.access("employee"))
    with pytest.raises(Record.DoesNotExist):
        cause_add(record_id=record.pk, text="Old", access=town.access("outsider"))


@pytest.mark.parametrize(("text", "says"), [(" \u200b ", "Write why"), ("x" * 301, "at most 300")])
def test_a_cause_says_something_and_no_more_than_one_thing(town: Town, text: str, says: str):
    record = handled(town, improvement(town.north, town.employee))
    with pytest.raises(RuleViolation, match=says):
        cause_add(record_id=record.pk, text=text, access=town.access("manager"))


def test_why_is_asked_seven_times_at_most(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    parent = None
    for number in range(7):
        parent = cause_add(
            record_id=record.pk, text=f"Why {number}", parent_id=parent, access=town.access("manager")
        ).pk
    with pytest.raises(RuleViolation, match="7 times is enough"):
        cause_add(record_id=record.pk, text="Why", parent_id=parent, access=town.access("manager"))


def test_a_cause_of_an_earlier_round_or_another_case_stands(town: Town):
    record = ready(town)
    old = record.causes.get()
    record = put_to_test(town, record, town.outsider)
    judged(town, record, "effect_failed", by="outsider", due=soon())
    with pytest.raises(RuleViolation, match="earlier round"):
        cause_change(cause_id=old.pk, text="Other", is_root=False, access=town.access("manager"))
    other = handled(town, improvement(town.north, town.employee))
    with pytest.raises(RuleViolation, match="taken that cause away"):
        cause_add(record_id=other.pk, text="Below", parent_id=old.pk, access=town.access("manager"))


def test_causes_are_found_on_the_page_without_script(town: Town, sign_in):
    record = handled(town, improvement(town.north, town.employee))
    browser = sign_in(town.manager)
    address = reverse("improvements:causes", args=[record.reference])
    wrong = browser.post(address, {"text": " "})
    assert wrong.status_code == 422 and "Write why." in wrong.content.decode()
    first = browser.post(address, {"text": "It was dark"})
    cause = record.causes.get()
    assert first.headers["Location"] == f"{address}#cause-{cause.pk}"
    browser.post(address, {"text": "It was old", "parent": cause.pk})
    own = reverse("improvements:cause", args=[record.reference, record.causes.last().pk])
    browser.post(own, {"text": "It was very old", "act": "root"})
    assert record.causes.get(is_root=True).text == "It was very old"
    browser.post(own, {"text": "It was too old", "act": "save", "is_root": "1"})
    assert record.causes.get(is_root=True).text == "It was too old"
    browser.post(own, {"act": "remove"})
    gone = browser.post(own, {"text": "Again", "act": "save"})
    assert gone.status_code == 422
    assert record.causes.get() == cause


def test_what_was_done_at_once_is_written_by_those_who_handle_it(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    improvement_correct(record_id=record.pk, text=" Put up a torch ", access=town.access("handler"))
    page = sign_in(town.employee).get(record.get_absolute_url()).content.decode()
    assert "Put up a torch" in page
    with pytest.raises(NotYours):
        improvement_correct(record_id=record.pk, text="No", access=town.access("employee"))


def test_harm_is_said_in_one_click(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    address = reverse("improvements:harm", args=[record.reference])
    assert sign_in(town.handler).post(address, {"harm": "minor"}).status_code == 302
    record.refresh_from_db()
    assert record.harm == "minor"
    with pytest.raises(RuleViolation):
        improvement_harm_set(record_id=record.pk, harm="immense", access=town.access("handler"))


def test_who_may_judge_is_named_to_those_who_may_not(town: Town, sign_in):
    record = put_to_test(town, ready(town), town.outsider)
    reasons = [
        why.reason for why in sign_in(town.employee).get(record.get_absolute_url()).context["now"].reasons
    ]
    assert any(reason.startswith("Outsider") for reason in reasons)


def test_the_form_proposes_who_judges_and_refuses_a_doer_beside_the_field(town: Town, sign_in):
    record = ready(town)
    address = reverse("records:move", args=[record.reference, "test"])
    browser = sign_in(town.manager)
    assert browser.get(address).context["form"].fields["judge"].initial == town.care_head
    sent = {"comment": "New lamp", "judge": town.manager.email, "due": soon(30).isoformat()}
    form = browser.post(address, sent).context["form"]
    assert "has taken part" in str(form.errors["judge"])
    browser.post(address, {**sent, "judge": town.care_head.email, "sign": "No dark mornings"})
    assert Improvement.objects.get().state == "testing"
    page = browser.get(record.get_absolute_url()).content.decode()
    assert "No dark mornings" in page and not Action.objects.exists()


def test_two_who_judge_at_once_leave_one_judgement(town: Town):
    record = put_to_test(town, ready(town), town.outsider)
    judged(town, record, "effect_worked", by="outsider")
    with pytest.raises(RuleViolation, match="no longer possible"):
        move(record_id=record.pk, name="effect_failed", access=town.access("quality"), comment="No", data={})


def test_a_cause_is_reached_under_its_own_case_alone(town: Town, sign_in):
    record, other = ready(town), ready(town)
    client, cause = sign_in(town.manager), record.causes.get()
    words = {"text": "Reworded", "is_root": "1"}
    assert (
        client.post(reverse("improvements:cause", args=[other.reference, cause.pk]), words).status_code == 404
    )
    assert (
        client.post(reverse("improvements:cause", args=[record.reference, cause.pk]), words).status_code
        == 302
    )
    assert record.causes.get().text == "Reworded"
