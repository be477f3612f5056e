"""Many cases at once: shown row by row first, then done to each by itself."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from improvements.models import Improvement
from improvements.services import improvement_classify
from qms.exceptions import RuleViolation
from qms.organisation.models import Person
from qms.organisation.services import unit_close
from qms.records.bulk import MOST, acts_for, bulk_acts
from qms.records.models import Record, Visibility
from qms.records.services import record_save
from qms.records.services.bulk import Looked, bulk_run
from qms.records.services.change import edit_token
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.steps import decide, soon

SignIn = Callable[[Person], Client]
ADDRESS = "/records/bulk/improvement/"


def fresh(record: Record) -> Improvement:
    return Improvement.objects.select_related("unit", "owner").get(pk=record.pk)


def looked(*records: Record) -> list[Looked]:
    return [Looked(r.pk, r.reference, r.title, edit_token(fresh(r))) for r in records]


def send(client: Client, act: str, step: str, **sent: object):
    return client.post(ADDRESS, {"act": f"improvement.{act}", "step": step, **sent})


def test_from_the_list_through_a_preview_to_a_report_without_a_script(town: Town, sign_in: SignIn):
    one, two = improvement(town.north, town.employee), improvement(town.north, town.employee)
    client = sign_in(town.manager)
    page = client.get("/improvements/").content.decode()
    assert f'name="row" value="{one.reference}"' in page
    assert 'id="bulk"' in page
    rows = [one.reference, two.reference]
    asked = client.post(ADDRESS, {"act": "improvement.classify", "row": rows}).content.decode()
    assert "2 are chosen" in asked
    seen = send(client, "classify", "preview", row=rows, category="deviation")
    assert "Proposal → Deviation" in seen.content.decode()
    assert fresh(one).category == "proposal", "nothing has happened yet"
    tokens = [row.token for row in seen.context["able"]]
    report = send(client, "classify", "do", token=tokens, category="deviation").content.decode()
    assert "Done with 2." in report
    assert {fresh(one).category, fresh(two).category} == {"deviation"}
    again = send(client, "classify", "do", token=tokens, category="praise").content.decode()
    assert "2 were left alone." in again, "sent once more it does nothing"


def test_the_preview_says_of_each_row_what_will_happen_or_why_not(town: Town, sign_in: SignIn):
    fits, there = improvement(town.north, town.employee), improvement(town.south, town.employee)
    ended = improvement(town.north, town.employee)
    decide(town, ended, "not_now")
    client = sign_in(town.quality)
    rows = [fits.reference, there.reference, ended.reference]
    seen = send(client, "send_on", "preview", row=rows, unit="South", comment="It is about the hall")
    why = {row.record.reference: row.why_not for row in seen.context["rows"]}
    assert why[fits.reference] == ""
    assert why[there.reference] == "It is already with South."
    assert "it is now “Not now”" in why[ended.reference]
    assert [row.record.reference for row in seen.context["able"]] == [fits.reference]


def test_rows_of_others_are_refused_by_right_and_hidden_ones_are_not_there(town: Town, sign_in: SignIn):
    mine, theirs = improvement(town.north, town.employee), improvement(town.south, town.employee)
    hidden = improvement(town.north, town.employee, "Kept from view")
    hidden.visibility, hidden.confidential_reason = Visibility.SEALED, "x"
    hidden.owner = None
    record_save(record=hidden, access=town.access("quality"))
    client = sign_in(town.handler)
    rows = [mine.reference, theirs.reference, hidden.reference]
    seen = send(client, "not_now", "preview", row=rows, comment="Not this year")
    text = seen.content.decode()
    assert hidden.reference not in text
    found = {row.record.reference: bool(row.why_not) for row in seen.context["rows"]}
    assert found == {mine.reference: False, theirs.reference: True}


def test_what_changed_between_the_preview_and_the_confirmation_is_left_alone(town: Town):
    one, two = improvement(town.north, town.employee), improvement(town.north, town.employee)
    rows = looked(one, two)
    improvement_classify(record_id=one.pk, category="praise", access=town.access("quality"))
    act = bulk_acts["improvement.not_now"]
    outcomes = bulk_run(act=act, rows=rows, data={"comment": "Later"}, access=town.access("manager"))
    assert [outcome.done for outcome in outcomes] == [False, True]
    assert "Somebody changed it meanwhile" in outcomes[0].why_not
    assert (fresh(one).state, fresh(two).state) == ("received", "not_now")


def test_one_that_is_refused_does_not_stop_the_others_and_each_is_told_as_alone(town: Town):
    one, ended, two = (improvement(town.north, town.employee) for _ in range(3))
    decide(town, ended, "withdraw", by="employee")
    act, data = bulk_acts["improvement.not_now"], {"comment": "Not this year"}
    rows = looked(one, ended, two)
    outcomes = bulk_run(act=act, rows=rows, data=data, access=town.access("manager"))
    assert [outcome.done for outcome in outcomes] == [True, False, True]
    for record in (one, two):
        assert record.decisions.last().comment == "Not this year"
        assert record.notifications.filter(person=town.employee, urgent=True).exists()


def test_several_are_given_to_somebody_else_with_what_waits(town: Town, sign_in: SignIn):
    one, two = improvement(town.north, town.employee), improvement(town.north, town.employee)
    act, data = bulk_acts["improvement.owner"], {"owner": town.handler}
    outcomes = bulk_run(act=act, rows=looked(one, two), data=data, access=town.access("manager"))
    assert all(outcome.done for outcome in outcomes)
    for record in (one, two):
        assert fresh(record).owner == town.handler
        assert record.tasks.open().get().assignee == town.handler


def test_several_are_joined_into_one_which_itself_is_left_as_it_is(town: Town, sign_in: SignIn):
    into, one, two = (improvement(town.north, town.employee) for _ in range(3))
    client = sign_in(town.manager)
    rows = [into.reference, one.reference, two.reference]
    asked = send(client, "same_as", "", row=rows).content.decode()
    assert f'<span class="num">{two.reference}</span>' in asked, "the number to write stands on the page"
    seen = send(client, "same_as", "preview", row=rows, into=into.reference)
    why = {row.record.reference: row.why_not for row in seen.context["rows"]}
    assert why[into.reference] == "The others go on in this one."
    tokens = [row.token for row in seen.context["able"]]
    send(client, "same_as", "do", token=tokens, into=into.reference)
    assert [fresh(record).merged_into_id for record in (one, two)] == [into.pk, into.pk]
    assert fresh(into).state == "received"


def test_all_that_the_filter_shows_are_taken_up_to_a_cap(town: Town, sign_in: SignIn, monkeypatch):
    kept = [improvement(town.north, town.employee, f"The lamp {n} is dark") for n in range(3)]
    other = improvement(town.north, town.employee, "The door is stuck")
    client = sign_in(town.manager)
    seen = send(client, "not_now", "preview", all="1", query="q=lamp", comment="Later")
    assert {row.record.pk for row in seen.context["rows"]} == {record.pk for record in kept}
    assert other.reference not in seen.content.decode()
    monkeypatch.setattr("qms.records.selectors.bulk.MOST", 2)
    asked = client.post(ADDRESS, {"act": "improvement.not_now", "all": "1", "query": "q=lamp"})
    assert len(asked.context["choice"].records) == 2
    assert "cannot be taken at once" in asked.content.decode()


def test_more_than_can_be_looked_through_are_refused(town: Town):
    rows = [Looked(number, f"F-{number}", "", "") for number in range(MOST + 1)]
    with pytest.raises(RuleViolation, match="at most 200"):
        bulk_run(act=bulk_acts["improvement.not_now"], rows=rows, data={}, access=town.access("manager"))


def test_a_fault_is_said_beside_the_field_and_what_was_marked_is_kept(town: Town, sign_in: SignIn):
    one = improvement(town.north, town.employee)
    page = send(sign_in(town.manager), "not_now", "preview", row=one.reference, comment=" ")
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"comment"}
    assert f'name="row" value="{one.reference}"' in page.content.decode()


def test_what_was_asked_for_and_is_no_more_possible_when_it_is_confirmed_is_asked_anew(
    town: Town, sign_in: SignIn
):
    """The unit has closed since the preview: the page says so, and what was marked is kept."""
    one, two = improvement(town.north, town.employee), improvement(town.north, town.employee)
    client = sign_in(town.manager)
    asked = {"row": [one.reference, two.reference], "unit": "South", "comment": "Theirs"}
    tokens = [row.token for row in send(client, "send_on", "preview", **asked).context["able"]]
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    page = send(client, "send_on", "do", token=tokens, unit="South", comment="Theirs")
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"unit"}
    text = page.content.decode()
    assert "2 are chosen" in text and "Theirs" in text
    for record in (one, two):
        assert f'name="row" value="{record.reference}"' in text and fresh(record).unit == town.north


def test_nothing_marked_leads_back_with_a_word(town: Town, sign_in: SignIn):
    page = sign_in(town.manager).post(
        ADDRESS, {"act": "improvement.classify", "query": "state=all"}, follow=True
    )
    assert "Mark at least one row first." in page.content.decode()
    assert page.redirect_chain[0][0] == "/improvements/?state=all"


def test_whoever_handles_nothing_is_offered_nothing(town: Town, sign_in: SignIn):
    improvement(town.north, town.employee)
    assert acts_for("improvement", town.access("reader")) == []
    assert 'id="bulk"' not in sign_in(town.reader).get("/improvements/").content.decode()


def test_an_unknown_act_or_kind_is_not_found(town: Town, sign_in: SignIn):
    client = sign_in(town.manager)
    assert client.post(ADDRESS, {"act": "improvement.burn"}).status_code == 404
    assert client.post("/records/bulk/action/", {"act": "x"}).status_code == 404
    assert client.post("/records/bulk/nothing/", {"act": "x"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_do_the_same_to_the_same_rows_at_once_do_each_once():
    town = build_town()
    records = [improvement(town.north, town.employee) for _ in range(4)]
    rows, barrier, found = looked(*records), threading.Barrier(2), []

    def run(who: str, order: list[Looked]) -> None:
        try:
            access = town.access(who)
            barrier.wait(20)
            act, data = bulk_acts["improvement.not_now"], {"comment": who}
            found.extend(bulk_run(act=act, rows=order, data=data, access=access))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=("manager", rows)),
        threading.Thread(target=run, args=("quality", rows[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(outcome.done for outcome in found) == len(records)
    for record in records:
        assert record.decisions.filter(name="not_now").count() == 1


def test_where_nothing_can_be_done_nothing_is_offered_to_confirm(town: Town, sign_in: SignIn):
    one = improvement(town.north, town.employee)
    decide(town, one, "just_do", due=soon())
    seen = send(sign_in(town.manager), "not_now", "preview", row=one.reference, comment="Later")
    assert seen.context["able"] == []
    assert "Do it with" not in seen.content.decode()


def test_what_comes_to_be_kept_from_view_between_the_preview_and_the_confirmation_is_not_passed_over(
    town: Town, sign_in: SignIn
):
    one, two = (
        improvement(town.north, town.employee),
        improvement(town.north, town.employee, "Kept from view"),
    )
    client = sign_in(town.handler)
    rows = [one.reference, two.reference]
    seen = send(client, "classify", "preview", row=rows, category="deviation")
    tokens = [row.token for row in seen.context["able"]]
    Improvement.objects.filter(pk=two.pk).update(visibility=Visibility.SEALED, owner=None)
    report = send(client, "classify", "do", token=tokens, category="deviation").content.decode()
    assert "Done with one. One was left alone." in report
    assert "You no longer see one of them. Nothing was done with it." in report
    assert "Kept from view" not in report and two.reference not in report
