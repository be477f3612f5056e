"""A case only for those who handle it is sent on: secrecy goes first, and nobody is left to wonder.

Before it is sent on the page says who sees it no longer; afterwards it is answered calmly to whoever sent it
on, and to nobody else; and whoever sent it in is told who answers now.
"""

import pytest
from django.test import Client
from django.urls import reverse

from improvements.models import Channel, Improvement
from improvements.services import improvement_restrict, improvement_submit_unnamed, improvement_unrestrict
from improvements.services.flags import flag_set
from qms.mail.models import Mail
from qms.organisation.access import VisitorAccess
from qms.records.models import Notification, Record
from qms.records.selectors.sentences import said
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at
from tests.improvements.steps import decide
from tests.improvements.test_merge import sees

TITLE = "The heron in the cellar"
NOTICE = "neither you nor others who handle cases only here see it any longer"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(town: Town) -> Improvement:
    record = improvement(town.north, town.employee, TITLE)
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("manager"))
    record.refresh_from_db()
    return record


def step(record: Improvement) -> str:
    return f"/r/{record.reference}/move/send_on/"


def send_on(browser: Client, record: Improvement, to: str = "South", **how: object):
    return browser.post(step(record), {"unit": to, "comment": "It is theirs"}, **how)


def test_the_page_says_before_it_is_sent_who_sees_it_no_longer(town: Town, case: Improvement, sign_in):
    """Also in the dialog; not of an open one, nor that they see it no longer to those who see all."""
    assert NOTICE in sign_in(town.manager).get(step(case)).content.decode()
    assert NOTICE in sign_in(town.handler).get(step(case), headers=HTMX).content.decode()
    page = sign_in(town.quality).get(step(case)).content.decode()
    assert NOTICE not in page and "those who handle cases only here see it no longer" in page
    open_one = improvement(town.north, town.employee)
    assert "cases only here" not in sign_in(town.manager).get(step(open_one)).content.decode()


def test_whoever_sent_it_on_is_led_to_a_calm_page_and_finds_it_there_later(
    town: Town, case: Improvement, sign_in
):
    browser = sign_in(town.manager)
    sent = send_on(browser, case)
    assert sent.url == case.get_absolute_url()
    for page in (browser.get(sent.url), sign_in(town.manager).get(sent.url.lower())):
        text = page.content.decode()
        assert page.status_code == 200 and case.reference in text
        assert "You sent it on to South on" in text and "you see it no longer" in text
        assert TITLE not in text and "It is theirs" not in text
    assert not sees(town, "manager", case) and sees(town, "south_head", case)


def test_with_htmx_it_leads_there_too(town: Town, case: Improvement, sign_in):
    assert send_on(sign_in(town.manager), case, headers=HTMX)["HX-Redirect"] == case.get_absolute_url()


def test_the_second_press_reads_the_same_and_changes_nothing(town: Town, case: Improvement, sign_in):
    browser = sign_in(town.manager)
    send_on(browser, case)
    again = send_on(browser, case, to="School")
    assert again.status_code == 409 and "You sent it on to South on" in again.content.decode()
    dialog = browser.get(step(case), headers=HTMX)
    assert dialog["X-Refusal"] and "You sent it on to South on" in dialog.content.decode()
    assert Improvement.objects.get().unit == town.south


def test_to_everybody_else_it_is_as_if_it_were_not_there(town: Town, case: Improvement, sign_in):
    send_on(sign_in(town.manager), case)
    for who in ("handler", "reader", "auditor", "outsider"):
        page = sign_in(getattr(town, who)).get(case.get_absolute_url())
        assert page.status_code == 404, who
        assert "South" not in page.content.decode()


def test_nobody_reads_of_what_was_closed_to_them_after_they_had_sent_it_on(town: Town, sign_in):
    """It was open when they did: that it is closed now is not theirs to know."""
    record = improvement(town.north, town.employee)
    decide(town, record, "send_on", unit=town.south)
    assert sees(town, "manager", record)
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=town.access("south_head"))
    assert sign_in(town.manager).get(record.get_absolute_url()).status_code == 404


def test_sealed_later_it_says_no_more_than_before(town: Town, case: Improvement, sign_in):
    browser = sign_in(town.manager)
    send_on(browser, case)
    before = browser.get(case.get_absolute_url()).content.decode()
    flag_set(
        record_id=case.pk,
        kind="lex_sarah",
        why="A fall",
        known_at=at("2026-01-10 08:00"),
        access=town.access("south_head"),
    )
    lead = before.split('<p class="lead">')[1].split("</p>")[0]
    assert lead in browser.get(case.get_absolute_url()).content.decode()


def test_whoever_sees_it_again_sees_the_case(town: Town, case: Improvement, sign_in):
    browser = sign_in(town.manager)
    send_on(browser, case)
    improvement_unrestrict(record_id=case.pk, access=town.access("south_head"))
    assert TITLE in browser.get(case.get_absolute_url()).content.decode()


def test_whoever_sent_it_in_is_told_at_once_who_answers_now(town: Town, case: Improvement, sign_in):
    Notification.objects.all().delete()
    send_on(sign_in(town.manager), case)
    told = Notification.objects.get(person=town.employee)
    assert told.urgent
    assert (
        "It was sent on to South, where South Head answers now. The promised day stands." in said(told).text
    )
    page = sign_in(town.employee).get(case.get_absolute_url()).content.decode()
    assert TITLE in page and "South Head" in page


def test_where_nobody_heads_the_other_unit_its_sender_reads_the_unit(town: Town, case: Improvement):
    town.kf.head = None
    for unit in (town.kf, town.school):
        unit.head = None
        unit.save()
    Notification.objects.all().delete()
    decide(town, case, "send_on", unit=town.school)
    told = Notification.objects.get(person=town.employee)
    assert "It was sent on to School, who can do something about it." in said(told).text


def test_whoever_sent_it_without_a_name_reads_by_the_link_who_answers_now(town: Town, sign_in):
    """And by mail, of what is kept from view, only that there is news."""
    sent = improvement_submit_unnamed(
        text=TITLE, unit=town.north, channel=Channel.RESIDENTS, access=VisitorAccess(), email="a@example.test"
    )
    improvement_restrict(record_id=sent.record.pk, reason="OSL 26", access=town.access("manager"))
    send_on(sign_in(town.manager), sent.record)
    page = Client().get(reverse("voices:follow", args=[sent.token]) + "?lang=en").content.decode()
    assert "It was sent on to South, where South Head answers now." in page
    assert "South Head, South" in page and "From North to South" not in page, "it is said once"
    mail = Mail.objects.get(to="a@example.test")
    assert "South" not in mail.text and TITLE not in mail.text


def test_of_many_sent_on_at_once_the_preview_says_which_are_seen_no_longer(
    town: Town, case: Improvement, sign_in
):
    open_one = improvement(town.north, town.employee, "The lamp is dark")
    asked = {"act": "improvement.send_on", "row": [case.reference, open_one.reference]}
    answer = {"step": "preview", "unit": "South", "comment": "Theirs"}
    browser = sign_in(town.manager)
    page = browser.post(reverse("records:bulk", args=["improvement"]), asked | answer)
    says = {row.record.pk: row.says for row in page.context["rows"]}
    closed = (
        "Send on. It is only for those who handle it: whoever handles cases only in North sees it no longer."
    )
    assert says == {case.pk: closed, open_one.pk: "Send on"}
    tokens = [row.token for row in page.context["rows"]]
    done = {"act": "improvement.send_on", "step": "do", "unit": "South", "comment": "Theirs", "token": tokens}
    report = browser.post(reverse("records:bulk", args=["improvement"]), done)
    assert [outcome.done for outcome in report.context["outcomes"]] == [True, True]
    assert not Record.objects.visible_to(town.access("manager")).filter(pk=case.pk)
    assert browser.get(case.get_absolute_url()).status_code == 200, "the report leads to the calm page"
