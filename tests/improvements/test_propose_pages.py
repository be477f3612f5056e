"""The box and the receipt: what a person meets, also with bad input, an ended session, a closed unit."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from improvements.models import Improvement
from tests.conftest import Town

PROPOSE = reverse("improvements:propose")
SEND = reverse("improvements:send")


def sent(town: Town, **fields: object) -> dict[str, object]:
    return {"text": "The key is lost", "unit": town.north.pk, "submission": str(uuid4()), **fields}


def test_the_page_has_the_home_unit_and_says_who_answers_and_when(town: Town, sign_in, time_machine):
    time_machine.move_to("2026-11-17 09:00+01:00")
    page = sign_in(town.employee).get(PROPOSE).content.decode()
    assert f'<option value="{town.north.pk}" selected>' in page
    assert 'Manager answers by <strong><time datetime="2026-11-19">Thursday 19 November</time>' in page


def test_a_form_has_at_most_three_fields_to_fill_in(town: Town, sign_in):
    form = sign_in(town.employee).get(PROPOSE).context["form"]
    assert len(form.visible_fields()) <= 3


def test_sending_leads_to_a_receipt_with_number_name_day_and_the_end_of_the_draft(
    town: Town, sign_in, time_machine
):
    time_machine.move_to("2026-11-17 09:00+01:00")
    page = sign_in(town.employee).post(SEND, sent(town), follow=True)
    record = Improvement.objects.get()
    assert page.redirect_chain == [(f"/improvements/{record.reference}/received/", 302)]
    text = page.content.decode()
    assert record.reference in text
    assert "Manager" in text
    assert "Thursday 19 November" in text
    assert 'data-draft-clear="propose"' in text
    assert "If the day passes without an answer, Care Head is told too" in text


def test_sent_again_it_leads_to_the_same_receipt(town: Town, sign_in):
    browser, form = sign_in(town.employee), sent(town)
    first, second = browser.post(SEND, form), browser.post(SEND, form)
    assert first.url == second.url
    assert Improvement.objects.count() == 1


def test_sent_again_with_other_words_it_keeps_them_and_can_be_sent_as_new(town: Town, sign_in):
    browser, form = sign_in(town.employee), sent(town)
    browser.post(SEND, form)
    page = browser.post(SEND, {**form, "text": "Something else"})
    assert page.status_code == 422
    assert "You have already sent this form" in page.content.decode()
    again = page.context["form"]
    assert again["text"].value() == "Something else"
    browser.post(SEND, {**form, "text": "Something else", "submission": again["submission"].value()})
    assert Improvement.objects.count() == 2


def test_a_receipt_is_its_senders_alone(town: Town, sign_in):
    url = sign_in(town.employee).post(SEND, sent(town)).url
    assert sign_in(town.manager).get(url).status_code == 404
    assert sign_in(town.handler).get(url).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "One sentence is enough"),
        ({"text": "\u200f \u202e"}, "One sentence is enough"),
        ({"text": "Ä" * 5_000_000}, "Write at most 10000 characters. This is 5000000."),
        ({"unit": ""}, "Choose a unit"),
        ({"unit": "999999"}, "No unit fits"),
    ],
    ids=["empty", "only direction marks", "10 MB", "no unit", "unknown unit"],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(town: Town, sign_in, fields, sentence):
    form = sent(town, **fields)
    page = sign_in(town.employee).post(SEND, form)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert page.context["form"]["text"].value() == form["text"]
    assert not Improvement.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Emoji 👩‍⚕️🙈", "Emoji 👩‍⚕️🙈"),
        ("NUL \x00 inside", "NUL  inside"),
        ("مرحبا \u202e turned", "مرحبا \u202e turned"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_unusual_signs_are_kept_and_shown_as_text(town: Town, sign_in, typed: str, kept: str):
    page = sign_in(town.employee).post(SEND, sent(town, text=typed), follow=True)
    assert page.status_code == 200
    assert Improvement.objects.get().text == kept
    assert "<script>alert" not in page.content.decode()


def test_a_unit_that_closed_meanwhile_is_named_and_the_text_kept(town: Town, sign_in):
    town.south.valid_until = date(2020, 1, 1)
    town.south.save()
    page = sign_in(town.employee).post(SEND, sent(town, unit=town.south.pk))
    assert page.status_code == 422
    assert "South has closed" in page.content.decode()
    assert page.context["form"]["text"].value() == "The key is lost"


def test_a_form_sent_after_the_session_has_ended_shows_what_was_written(town: Town):
    page = Client().post(SEND, sent(town))
    assert page.status_code == 403
    assert "You had been signed out" in page.content.decode()
    assert "The key is lost" in page.content.decode()
    assert not Improvement.objects.exists()


def test_a_form_older_than_the_sign_in_shows_what_was_written(town: Town):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(town.employee, backend="qms.organisation.backends.PersonBackend")
    page = browser.post(SEND, {**sent(town), "csrfmiddlewaretoken": "x" * 64})
    assert page.status_code == 403
    assert "The key is lost" in page.content.decode()


def test_somebody_signed_out_is_asked_to_sign_in(db):
    assert Client().get(PROPOSE).status_code == 302
    assert Client().get(SEND).url == PROPOSE


def test_choosing_another_unit_tells_who_answers_there(town: Town, sign_in, time_machine):
    time_machine.move_to("2026-11-17 09:00+01:00")
    browser = sign_in(town.employee)
    part = browser.get(reverse("improvements:promise"), {"unit": town.south.pk}).content.decode()
    assert "South Head answers by" in part
    assert 'id="unit" hx-swap-oob="true">South<' in part
    without_script = browser.post(SEND, sent(town, unit=town.south.pk, show="1"))
    assert "South Head answers by" in without_script.content.decode()
    assert without_script.context["form"]["text"].value() == "The key is lost"


def test_the_page_says_truthfully_when_nobody_heads_the_unit(town: Town, sign_in):
    for unit in (town.north, town.care):
        unit.head = None
        unit.save()
    browser = sign_in(town.employee)
    assert "Nobody heads North right now" in browser.get(PROPOSE).content.decode()
    page = browser.post(SEND, sent(town), follow=True).content.decode()
    assert "Nobody is named yet" in page


def test_the_head_of_a_unit_reads_that_it_comes_to_the_own_list(town: Town, sign_in):
    browser = sign_in(town.manager)
    assert "You answer for North yourself" in browser.get(PROPOSE).content.decode()
    assert "You yourself" in browser.post(SEND, sent(town), follow=True).content.decode()


def test_somebody_without_a_home_unit_chooses_one(town: Town, sign_in):
    town.employee.home_unit = None
    town.employee.save()
    page = sign_in(town.employee).get(PROPOSE).content.decode()
    assert "No unit chosen yet" in page
    assert "<details" in page
    assert "Choose a unit and you see who answers" in page
