"""Sorting and restricting a case, and the pages on which cases and actions are handled."""

from datetime import date

import pytest
from django.urls import reverse

from improvements.models import Action, Category
from improvements.services import improvement_classify, improvement_restrict, improvement_unrestrict
from qms.exceptions import NotYours, RuleViolation
from qms.forms import last_day
from qms.records.models import Record
from qms.records.services import record_change
from tests.conftest import Town
from tests.factories import improvement, person
from tests.improvements.steps import decide, handled, plan, soon


def sees(town: Town, who: str, record: Record) -> bool:
    return Record.objects.visible_to(town.access(who)).filter(pk=record.pk).exists()


@pytest.mark.parametrize("category", Category.values)
def test_a_handler_sorts_in_one_click_and_the_number_stays(town: Town, sign_in, category: str):
    record = improvement(town.north, town.employee)
    address = reverse("improvements:classify", args=[record.reference])
    response = sign_in(town.handler).post(address, {"category": category})
    assert response.url == record.get_absolute_url()
    reference = record.reference
    record.refresh_from_db()
    assert (record.category, record.reference) == (category, reference)


def test_the_sender_neither_sorts_nor_is_asked_to(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    browser = sign_in(town.employee)
    assert "What sort of case it is" not in browser.get(record.get_absolute_url()).content.decode()
    assert "What sort of case it is" in sign_in(town.handler).get(record.get_absolute_url()).content.decode()
    address = reverse("improvements:classify", args=[record.reference])
    assert browser.post(address, {"category": "praise"}).status_code == 403
    with pytest.raises(RuleViolation):
        improvement_classify(record_id=record.pk, category="other", access=town.access("handler"))


def test_a_restricted_case_is_for_its_handlers_and_those_who_take_part_and_its_actions_follow(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.outsider)
    assert sees(town, "reader", record)
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("handler"))
    who = ("reader", "auditor", "exec", "south_head", "employee", "handler", "manager", "quality", "outsider")
    assert {name for name in who if sees(town, name, record)} == {"employee", "handler", "manager", "quality"}
    # The owner of the action sees that, and of the case no more than its number.
    assert {name for name in who if sees(town, name, action)} == {"handler", "manager", "quality", "outsider"}
    assert Action.objects.get().confidential_reason == "OSL 26"
    later = plan(town, record, town.handler)
    assert later.is_restricted
    improvement_unrestrict(record_id=record.pk, access=town.access("handler"))
    assert sees(town, "reader", record)
    assert sees(town, "reader", action)


def test_restricting_takes_a_reason_and_the_right(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation) as refused:
        improvement_restrict(record_id=record.pk, reason=" ", access=town.access("manager"))
    assert refused.value.field == "confidential_reason"
    with pytest.raises(NotYours):
        improvement_restrict(record_id=record.pk, reason="So", access=town.access("employee"))


def test_whoever_has_an_action_reads_of_a_hidden_source_only_the_number(town: Town, sign_in):
    record = handled(town, improvement(town.north, town.employee, "Secret of the house"))
    stranger = person("stranger")
    action = plan(town, record, stranger)
    page = sign_in(stranger).get(action.get_absolute_url()).content.decode()
    assert record.reference in page
    assert "Secret of the house" not in page
    page = sign_in(town.manager).get(action.get_absolute_url()).content.decode()
    assert "Secret of the house" in page


def test_an_action_is_planned_on_a_page_that_works_without_script(town: Town, sign_in):
    record = handled(town, improvement(town.north, town.employee))
    browser = sign_in(town.manager)
    address = reverse("improvements:add_action", args=[record.reference])
    assert browser.get(address).status_code == 200
    faulty = browser.post(address, {"title": "Paint", "owner": "Nobody Known", "due": soon()})
    assert faulty.status_code == 422
    assert "Nobody fits" in faulty.content.decode()
    done = browser.post(address, {"title": "Paint", "owner": "Employee", "due": soon()}, follow=True)
    assert "is now on Employee&#x27;s work list" in done.content.decode()
    assert "Paint" in done.content.decode()


def test_a_form_for_an_action_refuses_a_date_that_has_passed(town: Town, sign_in):
    record = handled(town, improvement(town.north, town.employee))
    address = reverse("improvements:add_action", args=[record.reference])
    page = sign_in(town.manager).post(address, {"title": "Paint", "owner": "Employee", "due": soon(-1)})
    assert "Choose today or a later date." in str(page.context["form"].errors["due"])


def test_the_page_for_an_action_says_why_there_can_be_none_yet(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    address = reverse("improvements:add_action", args=[record.reference])
    page = sign_in(town.manager).get(address)
    assert (page.status_code, "Decide first" in page.content.decode()) == (409, True)
    assert sign_in(town.employee).get(address).status_code == 403
    assert sign_in(town.outsider).get(address).status_code == 404


def test_the_page_of_a_case_tells_how_the_promise_was_kept(town: Town, sign_in, time_machine):
    time_machine.move_to("2026-11-16 10:00+01:00")
    record = improvement(town.north, town.employee)
    browser = sign_in(town.employee)
    assert "Answer promised by 18 November" in browser.get(record.get_absolute_url()).content.decode()
    time_machine.move_to("2026-11-19 10:00+01:00")
    browser = sign_in(town.employee)
    assert "18 November: 1 working day late" in browser.get(record.get_absolute_url()).content.decode()
    decide(town, record, "just_do", due=soon())
    assert "Answered after 3 working days" in browser.get(record.get_absolute_url()).content.decode()


def test_the_date_proposed_for_what_is_just_done_is_two_weeks_ahead_on_a_working_day(
    town: Town, sign_in, time_machine
):
    time_machine.move_to("2026-12-11 10:00+01:00")  # two weeks later is Christmas Day
    record = improvement(town.north, town.employee)
    page = sign_in(town.manager).get(reverse("records:move", args=[record.reference, "just_do"]))
    assert 'value="2026-12-28"' in page.content.decode()


def test_sending_on_by_the_page(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    address = reverse("records:move", args=[record.reference, "send_on"])
    browser = sign_in(town.manager)
    same = browser.post(address, {"comment": "Theirs", "unit": town.north.pk})
    assert "already with North" in str(same.context["form"].errors["unit"])
    page = browser.post(address, {"comment": "Theirs", "unit": town.school.pk}, follow=True).content.decode()
    assert "From North to School" in page


def test_who_sees_a_case_is_changed_on_its_edit_page_and_its_actions_follow(town: Town, sign_in):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.handler)
    browser = sign_in(town.manager)
    address = reverse("records:edit", args=[record.reference])
    form = browser.get(address).context["form"]
    assert "due" not in form.fields
    sent = {
        "title": "A better title", "category": "deviation", "owner": "Manager", "visibility": "restricted",
        "confidential_reason": "OSL 26", "registry_number": "VON 1", "token": form["token"].value(),
    }  # fmt: skip
    assert browser.post(address, sent).status_code == 302
    action.refresh_from_db()
    assert action.is_restricted


def test_a_case_is_always_of_some_sort(town: Town):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation, match="no such kind"):
        improvement_classify(record_id=record.pk, category="", access=town.access("handler"))


def test_an_action_of_a_restricted_case_has_its_reason_and_can_be_changed(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    improvement_restrict(record_id=record.pk, reason="OSL 26 kap. 1 §", access=town.access("handler"))
    action = plan(town, record, town.handler)
    assert action.confidential_reason == "OSL 26 kap. 1 §"
    changed = record_change(record_id=action.pk, changes={"title": "Other"}, access=town.access("handler"))
    assert changed.title == "Other"


def test_a_date_at_the_end_of_the_calendar_can_be_moved(town: Town, sign_in):
    record = decide(town, improvement(town.north, town.employee), "handle", due=date.max)
    address = reverse("records:move", args=[record.reference, "postpone"])
    assert sign_in(town.handler).get(address).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("20266-01-01", "That is no date."),
        ("2926-01-01", "Check the year: choose"),
        ("2026-02-30", "That is no date."),
        ("", "Choose a date."),
    ],
)
def test_a_date_that_cannot_be_meant_is_answered_beside_the_field(town: Town, sign_in, typed: str, said: str):
    record = improvement(town.north, town.employee)
    address = reverse("records:move", args=[record.reference, "just_do"])
    answer = sign_in(town.manager).post(address, {"due": typed, "comment": "Keep this"})
    assert answer.status_code == 422
    assert said in answer.content.decode() and "Keep this" in answer.content.decode()


def test_the_last_date_that_can_be_planned_is_ten_years_ahead(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    address = reverse("records:move", args=[record.reference, "just_do"])
    client = sign_in(town.manager)
    assert f'max="{last_day().isoformat()}"' in client.get(address).content.decode()
    assert client.post(address, {"due": last_day().isoformat(), "comment": "Yes"}).status_code == 302
