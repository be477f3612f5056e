"""The pages on which people move records: what they ask, what they refuse, what they say afterwards."""

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client

from improvements.services import action_add
from qms.organisation.models import Person
from qms.records.models import Record
from qms.records.services import follow_set, move
from tests.conftest import Town
from tests.factories import improvement

SignIn = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}


def address(record: Record, name: str) -> str:
    return f"/r/{record.reference}/move/{name}/"


def test_the_form_says_what_will_happen_and_who_is_told(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    html = sign_in(town.manager).get(address(record, "not_now")).content.decode()
    assert "It becomes “Not now”." in html
    assert "Employee, who sent it, is told at once." in html
    assert "1 other who follows it is told." in html
    assert "Why not now? The sender reads this." in html


def test_sending_moves_the_record_and_says_so(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.manager)
    response = client.post(address(record, "not_now"), {"comment": "No money this year"}, follow=True)
    assert response.redirect_chain == [(record.get_absolute_url(), 302)]
    assert f"{record.reference} is now “Not now”. Employee, who sent it, is told at once." in (
        response.content.decode()
    )
    assert "No money this year" in response.content.decode()


def test_whoever_sends_a_case_on_reads_where_it_is_and_how_to_have_it_back(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    sent = {"unit": town.school.pk, "comment": "Theirs"}
    page = sign_in(town.manager).post(address(record, "send_on"), sent, follow=True).content.decode()
    assert f"{record.reference} is now with School. Did it go wrong? Write a comment there: Outsider" in page


def test_a_form_that_can_no_longer_be_sent_promises_nothing(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.manager)
    client.post(address(record, "not_now"), {"comment": "No money"})
    late = client.post(address(record, "send_on"), {"unit": town.school.pk, "comment": "Theirs"})
    assert late.status_code == 422
    page = late.content.decode()
    assert "is told at once" not in page.split('id="act-title"')[1].split("</header>")[0]


def test_the_page_after_sending_lets_go_of_the_draft(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.manager).post(address(record, "not_now"), {"comment": "No"}, follow=True)
    assert f'data-draft-clear="move-{record.reference}-not_now"' in response.content.decode()


def test_a_missing_reason_is_asked_for_beside_the_box(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.manager).post(address(record, "not_now"), {"comment": " "})
    assert response.status_code == 422
    assert "Write the reason: it is sent along." in response.content.decode()
    record.refresh_from_db()
    assert record.state == "received"


def test_with_htmx_the_form_is_a_part_and_the_answer_leads_back(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.manager)
    part = client.get(address(record, "not_now"), headers=HTMX)
    assert "<html" not in part.content.decode()
    done = client.post(address(record, "not_now"), {"comment": "No"}, headers=HTMX)
    assert done["HX-Redirect"] == record.get_absolute_url()


def test_whoever_may_not_reads_who_may(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.reader)
    for response in (
        client.get(address(record, "not_now")),
        client.post(address(record, "not_now"), {"comment": "No"}),
    ):
        assert response.status_code == 403
        assert "case handler, manager or quality manager in North" in response.content.decode()


def test_with_htmx_a_refusal_is_only_its_sentence(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.reader).get(address(record, "not_now"), headers=HTMX)
    assert (response.status_code, response["X-Refusal"]) == (403, "1")
    assert "<html" not in response.content.decode()


def test_what_one_does_not_see_cannot_be_moved(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.outsider)
    assert client.get(address(record, "not_now")).status_code == 404
    assert client.post(address(record, "not_now"), {"comment": "No"}).status_code == 404


def test_an_unknown_step_does_not_exist(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    assert sign_in(town.manager).get(address(record, "explode")).status_code == 404


def test_a_step_that_is_no_longer_possible_says_so_and_keeps_the_text(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    move(record_id=record.pk, name="not_now", access=town.access("handler"), comment="No")
    client = sign_in(town.manager)
    late = client.post(address(record, "not_now"), {"comment": "My long reason"})
    assert late.status_code == 422
    assert "This is no longer possible: it is now “Not now”." in late.content.decode()
    assert "My long reason" in late.content.decode()


def test_whoever_comes_back_to_a_step_that_is_made_is_led_to_the_record(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.manager)
    client.post(address(record, "not_now"), {"comment": "No"})
    again = client.get(address(record, "not_now"))
    page = again.content.decode()
    assert again.status_code == 409 and "it is now “Not now”" in page
    assert f'href="{record.get_absolute_url()}">Open {record.reference}</a>' in page
    assert "Nothing has been changed." not in page, "one might think that one's own answer was lost"


def test_a_guard_holds_back_with_its_sentence(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    later = date.today() + timedelta(days=9)
    move(record_id=record.pk, name="handle", access=town.access("manager"), data={"due": later})
    action_add(
        source_id=record.pk, title="Paint", owner=town.employee, due=later, access=town.access("manager")
    )
    response = sign_in(town.manager).get(address(record, "done"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "Its actions come first" in page
    assert f'href="{record.get_absolute_url()}">To the page it belongs to' in page, "from a mail, or by Back"


def test_who_is_refused_on_the_form_they_came_from_is_not_led_round_in_a_circle(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    here = address(record, "not_now")
    page = sign_in(town.reader).get(here, headers={"referer": f"http://testserver{here}"}).content.decode()
    assert f'href="{record.get_absolute_url()}">To the page it belongs to' in page
    assert "Back to the page" not in page


def test_control_characters_get_a_sentence_beside_the_box(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.manager).post(address(record, "not_now"), {"comment": "No\x00"})
    assert response.status_code == 422
    assert "Null characters" in response.content.decode()
