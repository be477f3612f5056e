"""Joining a case with another: nothing and nobody is lost, and those who followed see where it goes on."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from improvements.models import Improvement
from improvements.selectors.joined import joined
from improvements.services import improvement_restrict
from improvements.services.flags import flag_set
from qms.exceptions import RuleViolation
from qms.records.models import Follow, Link, Notification, Record, Share
from qms.records.selectors.timeline import timeline
from qms.records.services import comment_add, follow_set, link_add, link_remove, note_add, why_not
from qms.records.services.moves import read_token
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.steps import decide, handled, plan, soon
from tests.records.test_locking import meanwhile


def join(town: Town, record: Improvement, into: Improvement, by: str = "quality") -> Improvement:
    return decide(town, record, "same_as", by=by, comment="The same lamp", into=into)


def sees(town: Town, who: str, record: Improvement) -> bool:
    return Record.objects.visible_to(town.access(who)).filter(pk=record.pk).exists()


def test_the_sender_and_all_who_follow_come_along_and_see_where_it_goes_on(town: Town):
    record, into = improvement(town.north, town.employee), improvement(town.school, town.outsider)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    assert not sees(town, "employee", into)
    record = join(town, record, into)
    assert (record.state, record.is_open, record.merged_into) == ("merged", False, into)
    assert record.answered_at is not None
    followers = {follow.person for follow in Follow.objects.filter(record=into)}
    assert followers >= {town.employee, town.reader, town.outsider}
    assert sees(town, "employee", into) and sees(town, "reader", into)
    told = Notification.objects.get(person=town.employee, record=record, decision__name="same_as")
    assert told.urgent
    assert Link.objects.get(type="same_as").target_id == into.pk


def test_both_units_see_both(town: Town):
    record, into = improvement(town.north, town.employee), improvement(town.school, town.outsider)
    join(town, record, into)
    assert sees(town, "outsider", record) and sees(town, "handler", into)


def test_whoever_follows_a_restricted_case_does_not_come_to_see_it(town: Town):
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    join(town, record, into, by="manager")
    assert not sees(town, "employee", into)


def test_what_was_written_stays_and_is_shown_where_it_goes_on(town: Town, sign_in):
    record = improvement(town.north, town.employee, "The lamp by the gate is dark")
    into = improvement(town.north, town.manager, "No light at the gate")
    comment_add(record_id=record.pk, text="Since Monday", access=town.access("employee"))
    note_add(record_id=record.pk, text="Ask him", access=town.access("manager"))
    join(town, record, into)
    page = sign_in(town.manager).get(into.get_absolute_url()).content.decode()
    assert "The lamp by the gate is dark" in page and "Since Monday" in page
    assert "Ask him" not in page
    to_handlers = "They read what you decide here"
    assert to_handlers in page
    assert to_handlers not in sign_in(town.employee).get(into.get_absolute_url()).content.decode()
    assert (
        f"goes on in {into.reference}"
        in sign_in(town.employee).get(record.get_absolute_url()).content.decode()
    )


def test_a_case_not_seen_is_only_counted(town: Town):
    record, into = improvement(town.north, town.manager), improvement(town.school, town.outsider)
    join(town, record, into)
    follow_set(record_id=into.pk, access=town.access("employee"), on=True)
    Share.objects.filter(record=record).delete()
    shown = joined(into, town.access("outsider"))
    assert (shown.cases, shown.unseen) == ([], 1)


def test_of_a_case_that_was_closed_to_others_meanwhile_nothing_tells(town: Town):
    record, into = improvement(town.north, town.manager), improvement(town.north, town.employee)
    join(town, record, into)
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("quality"))
    shown = joined(into, town.access("employee"))
    assert (shown.cases, shown.unseen) == ([], 0)
    assert [case.record for case in joined(into, town.access("manager")).cases] == [record]


def test_what_others_have_sent_in_too_is_not_taken_back_by_one(town: Town):
    record, into = improvement(town.north, town.manager), improvement(town.north, town.employee)
    join(town, record, into)
    assert "theirs too" in str(why_not(into, "withdraw", town.access("employee")))
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("quality"))
    alone = Improvement.objects.get(pk=into.pk)
    assert why_not(alone, "withdraw", town.access("employee")) is None, "what is kept from view is not told"


def read_now(record: Improvement) -> str:
    """Where the form is sent by somebody who has read the case as it is."""
    query = {"read": read_token(record)}
    return reverse("records:move", args=[record.reference, "same_as"], query=query)


def restricted(town: Town, record: Improvement) -> Improvement:
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("quality"))
    record.refresh_from_db()
    return record


def sealed(town: Town, record: Improvement) -> Improvement:
    access = town.access("quality")
    flag_set(record_id=record.pk, kind="lex_sarah", why="Grave", known_at=timezone.now(), access=access)
    record.refresh_from_db()
    return record


def test_what_nobody_may_tell_of_goes_its_own_way_when_what_it_went_on_in_is_taken_back(town: Town, sign_in):
    """To refuse would tell that somebody else has sent in the same."""
    record = restricted(town, improvement(town.north, town.handler, "He shouts at us all"))
    into = restricted(town, improvement(town.north, town.employee))
    record = join(town, record, into, by="manager")
    decide(town, into, "withdraw", by="employee", comment="Never mind")
    record.refresh_from_db()
    assert (record.state, record.merged_into) == ("received", None)
    assert record.tasks.open().get().kind == "answer" and record.due
    again = record.decisions.get(name="reopen")
    assert again.comment == f"{into.reference}, in which it went on, has ended."
    assert Notification.objects.filter(person=town.handler, decision=again).exists()
    page = sign_in(town.employee).get(into.get_absolute_url()).content.decode()
    assert "You have taken it back" in page or "withdrew it" in page
    assert record.reference not in page and "He shouts" not in page


@pytest.mark.parametrize("closed", [restricted, sealed], ids=["restricted", "sealed"])
def test_of_a_case_closed_after_others_were_joined_to_it_only_its_number_stays(
    town: Town, sign_in, closed: Callable[[Town, Improvement], Improvement]
):
    """The decision to join told the number: without it in one place, its lack would tell of the seal."""
    record = improvement(town.north, town.employee)
    into = improvement(town.north, town.manager, "No light at the gate")
    join(town, record, into)
    reader = sign_in(town.reader)
    assert into.get_absolute_url() in reader.get(record.get_absolute_url()).content.decode()
    closed(town, into)
    page = reader.get(record.get_absolute_url()).content.decode()
    assert f'<span class="num">{into.reference}</span>' in page
    assert into.get_absolute_url() not in page and "No light at the gate" not in page
    assert reader.get(into.get_absolute_url()).status_code == 404
    assert not sees(town, "reader", into)


def test_a_restricted_case_goes_on_only_in_one_that_is_restricted_too(town: Town):
    record = restricted(town, improvement(town.north, town.employee))
    with pytest.raises(RuleViolation, match="choose one that is just as closed") as refused:
        join(town, record, improvement(town.north, town.manager))
    assert refused.value.field == "into"
    into = restricted(town, improvement(town.north, town.manager))
    assert join(town, record, into).state == "merged"


def test_a_sealed_case_stands_by_itself(town: Town, sign_in):
    record = sealed(town, improvement(town.north, town.employee))
    page = sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    assert "It is sealed, and so stands by itself" in page
    with pytest.raises(RuleViolation, match="joining it would tell of it"):
        join(town, record, improvement(town.north, town.manager), by="manager")
    with pytest.raises(RuleViolation, match=f"{record.reference} is sealed and stands by itself"):
        join(town, improvement(town.north, town.manager), record, by="manager")


def test_a_sealed_case_is_answered_like_an_unknown_one_to_those_who_do_not_see_it(town: Town):
    record = sealed(town, improvement(town.north, town.employee))
    with pytest.raises(RuleViolation, match="Choose a case that you see"):
        join(town, improvement(town.north, town.manager), record, by="handler")


@pytest.mark.parametrize("prepare", ["itself", "merged", "withdrawn", "unseen"])
def test_a_case_is_joined_only_with_one_that_is_seen_and_can_go_on(town: Town, prepare: str):
    record, into = improvement(town.north, town.employee), improvement(town.north, town.employee)
    by = "quality"
    if prepare == "itself":
        into = record
    elif prepare == "merged":
        join(town, into, improvement(town.north, town.employee))
    elif prepare == "withdrawn":
        decide(town, into, "withdraw", by="employee")
    else:
        into, by = improvement(town.school, town.outsider), "handler"
    with pytest.raises(RuleViolation) as refused:
        join(town, record, into, by=by)
    assert refused.value.field == "into"
    record.refresh_from_db()
    assert record.state == "received"


def test_the_form_offers_those_about_the_same_and_takes_any_other_by_its_reference(town: Town, sign_in):
    record = improvement(town.north, town.employee, "The lamp by the northern gate flickers at night")
    same = improvement(town.north, town.handler, "Flickering lamp: the northern gate lies dark at night")
    other = improvement(town.north, town.handler, "No cups in the kitchen")
    closed = improvement(town.north, town.employee, "The lamp by the northern gate flickers at night again")
    sealed(town, closed)
    browser, address = sign_in(town.manager), reverse("records:move", args=[record.reference, "same_as"])
    page = browser.get(address).content.decode()
    assert f'value="{same.reference}"' in page and "Or another one" in page
    assert other.reference not in page and closed.reference not in page
    refused = browser.post(address, {"comment": ""})
    assert refused.status_code == 422 and "Choose a case, or write its reference." in refused.content.decode()
    refused = browser.post(address, {"like": "F-1999-0001"})
    assert refused.status_code == 422 and "There is no F-1999-0001" in refused.content.decode()
    assert browser.post(read_now(record), {"like": same.reference}).status_code == 302
    record.refresh_from_db()
    assert record.merged_into == same
    record = decide(town, record, "reopen")
    browser.post(read_now(record), {"like": same.reference, "into": other.reference})
    record.refresh_from_db()
    assert record.merged_into == other, "what was written counts"


def test_where_nothing_is_similar_the_form_asks_for_the_reference_alone(town: Town, sign_in):
    record = improvement(town.north, town.employee, "No cups in the kitchen")
    address = reverse("records:move", args=[record.reference, "same_as"])
    page = sign_in(town.manager).get(address).content.decode()
    assert "Which case is it the same as?" in page and 'name="like"' not in page


def test_its_actions_come_first(town: Town):
    record = handled(town, improvement(town.north, town.employee))
    action = plan(town, record, town.handler)
    assert why_not(record, "same_as", town.access("manager")) == "Its actions come first: 1 is left."
    decide(town, action, "done", by="handler")
    assert join(town, record, improvement(town.north, town.manager)).state == "merged"


def test_a_case_that_was_wrongly_joined_stands_by_itself_again(town: Town):
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    record = decide(town, join(town, record, into), "reopen")
    assert (record.state, record.merged_into) == ("received", None)
    assert not Link.objects.present().exists() and not joined(into, town.access("manager")).cases
    assert [decision.name for decision in record.decisions.all()] == ["created", "same_as", "reopen"]


def test_both_timelines_keep_that_they_were_joined_and_parted(town: Town):
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    decide(town, join(town, record, into), "reopen")
    for here, other in ((record, into), (into, record)):
        told = [entry.text for entry in timeline(here, town.access("manager")).entries]
        assert f"untied it from {other.reference}" in told
    link = Link.objects.get()
    assert (link.removed_by_name, link.removed_at is not None) == ("Manager", True)


def test_a_case_that_was_solved_already_can_be_joined_with(town: Town):
    into = decide(town, improvement(town.north, town.manager), "just_do", by="quality", due=soon())
    into = decide(town, decide(town, into, "done", by="quality"), "close", by="quality")
    assert join(town, improvement(town.north, town.employee), into).state == "merged"


@pytest.mark.django_db(transaction=True)
def test_a_case_closed_while_another_is_joined_with_it_keeps_both():
    town = build_town()
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    decide(town, decide(town, into, "just_do", by="quality", due=soon()), "done", by="quality")
    with meanwhile(lambda: join(town, record, into)):
        decide(town, into, "close", by="quality")
    record.refresh_from_db()
    assert (record.state, record.merged_into) == ("merged", into)


@pytest.mark.django_db(transaction=True)
def test_two_cases_joined_with_each_other_at_once_leave_one_that_goes_on():
    town = build_town()
    one, other = improvement(town.north, town.employee), improvement(town.north, town.manager)
    with pytest.raises(RuleViolation, match="goes on in"), meanwhile(lambda: join(town, other, one)):
        join(town, one, other)
    assert [case.state for case in Improvement.objects.order_by("pk")] == ["merged", "received"]


def test_cases_that_were_untied_by_hand_are_tied_again_when_they_are_joined(town: Town):
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    access = town.access("manager")
    link = link_add(source_id=record.pk, target_id=into.pk, type="same_as", access=access)
    link_remove(link_id=link.pk, access=access)
    join(town, record, into)
    tied = Link.objects.present().get()
    assert (tied.source_id, tied.target_id, tied.created_by_name) == (record.pk, into.pk, "Quality")


def test_what_joined_two_cases_is_not_untied_by_hand_and_it_is_said_what_parts_them(town: Town, sign_in):
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    join(town, record, into)
    link = Link.objects.get()
    for one in (record, into):
        html = sign_in(town.manager).get(f"/r/{one.reference}/links/").content.decode()
        assert "open that one again, and they part" in html and "/remove/" not in html
        answer = sign_in(town.manager).post(f"/r/{one.reference}/links/{link.pk}/remove/")
        assert answer.status_code == 409
        assert "open that one again, and they part" in answer.content.decode()
    record.refresh_from_db()
    assert (record.state, record.merged_into) == ("merged", into) and Link.objects.present().exists()
    decide(town, record, "reopen")
    assert not Link.objects.present().exists()


@pytest.mark.django_db(transaction=True)
def test_cases_untied_while_they_are_joined_stay_joined_and_tied():
    town = build_town()
    record, into = improvement(town.north, town.employee), improvement(town.north, town.manager)
    access = town.access("manager")
    link = link_add(source_id=record.pk, target_id=into.pk, type="same_as", access=access)
    untying = meanwhile(lambda: link_remove(link_id=link.pk, access=access))
    with pytest.raises(RuleViolation, match="they part"), untying:
        join(town, record, into)
    record.refresh_from_db()
    assert record.merged_into == into and Link.objects.present().exists()
