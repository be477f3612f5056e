"""Sending without a name: nothing ties the case to the person, and the private link leads back to it."""

import html
import logging
import re
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from improvements.models import Channel, FollowLink, Improvement
from improvements.services import improvement_restrict, improvement_submit_unnamed
from improvements.services.voices import digest_of, link_open
from qms.access_log import AccessLog
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import VisitorAccess
from qms.organisation.models import Person
from qms.organisation.services import unit_close
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Comment, Notification, Record
from qms.records.selectors.notifications import notifications
from qms.records.selectors.sentences import said as told
from qms.records.selectors.timeline import timeline
from qms.records.services import attachments_add, comment_add, move, note_add
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, soon
from tests.records.files import docx, picture, upload

SEND = reverse("improvements:send")
TEXT = "The night shift is one person short"


def sent(town: Town, sign_in, **more: object):
    """The employee sends without a name, in a browser in which they are signed in."""
    form = {"text": TEXT, "unit": town.north.pk, "submission": str(uuid4()), "nameless": "1", **more}
    return sign_in(town.employee).post(SEND, form)


def link(town: Town, text: str = TEXT) -> str:
    """The address of the link of a case sent without a name."""
    made = improvement_submit_unnamed(
        text=text, unit=town.north, channel=Channel.ANONYMOUS, access=VisitorAccess()
    )
    return reverse("voices:follow", args=[made.token])


def key_of(address: str) -> str:
    """What opens the case, in the address of its link."""
    return address.split("/")[2]


def rows_that_point_at(who: Person) -> dict[str, int]:
    """Every row of every table that names the person, by table and column."""
    found = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Person:
                label = f"{model._meta.label}.{field.name}"
                found[label] = model._default_manager.filter(**{field.attname: who.pk}).count()
    return found


def every_text() -> str:
    """All rows of all tables but the people's own and their sessions."""
    skipped = {"organisation.Person", "sessions.Session", "organisation.HistoricalPerson"}
    models = [model for model in apps.get_models() if model._meta.label not in skipped]
    return "\n".join(str(row) for model in models for row in model._default_manager.values())


def test_the_box_and_the_private_page_say_what_without_a_name_means(town: Town, sign_in):
    box = sign_in(town.employee).get(reverse("improvements:propose")).content.decode()
    page = Client().get(link(town) + "?lang=en").content.decode()
    for said in ("are not kept with the case, nor anywhere beside it.", "nobody can find it for you."):
        assert said in box and said in page


def test_no_row_anywhere_points_at_whoever_sent_it(town: Town, sign_in):
    town.employee.name, town.employee.email = "Quetzal Anonymsson", "quetzal@example.test"
    town.employee.save()
    browser = sign_in(town.employee)
    browser.get(reverse("improvements:propose"))
    before = rows_that_point_at(town.employee)
    form = {"text": TEXT, "unit": town.north.pk, "submission": str(uuid4()), "nameless": "1"}
    photo = upload("quetzals-phone.jpg", picture())
    answer = browser.post(SEND, {**form, "attachments": photo})
    record = Improvement.objects.get()
    assert (record.channel, record.created_by, record.follows.count()) == ("anonymous", None, 0)
    assert record.attachments.get().name == "1.jpg"
    assert rows_that_point_at(town.employee) == before
    assert "uetzal" not in every_text()
    assert form["submission"] not in every_text()
    assert answer.url.split("/")[2] not in every_text()


def test_when_the_unit_closes_the_sender_reads_who_has_it_now(town: Town):
    nameless = improvement_submit_unnamed(
        text="The lamp is dark", unit=town.north, channel=Channel.ANONYMOUS, access=VisitorAccess()
    )
    ours = improvement(town.north, town.employee)
    unit_close(unit_id=town.north.pk, access=town.access("admin"))
    page = Client().get(reverse("voices:follow", args=[nameless.token]) + "?lang=en").content.decode()
    assert "Care has taken over from North and has it now." in page
    line = next(one for one in notifications(town.access("employee")) if one.record_id == ours.pk)
    assert told(line).text == "Admin: Care has taken over from North and has it now."
    (entry, *_) = timeline(ours, town.access("quality")).entries
    assert entry.text == "moved it along from North to Care, which took over"


def test_the_sender_is_led_to_a_private_link_and_no_cookie_goes_with_it(town: Town, sign_in):
    answer = sent(town, sign_in)
    page = Client().get(answer.url)
    text = page.content.decode()
    assert Improvement.objects.get().reference in text
    assert "Save the link below" in text
    assert "data-draft-clear-sent" in text
    assert not page.cookies
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_only_the_digest_of_a_token_is_kept_and_a_wrong_one_leads_nowhere(town: Town):
    address = link(town)
    token = address.split("/")[2]
    assert FollowLink.objects.get().digest == digest_of(token) != token
    assert Client().get(reverse("voices:follow", args=["0" * 64])).status_code == 404
    assert Client().get(reverse("voices:follow", args=[digest_of(token)])).status_code == 404


def test_sent_twice_it_is_one_case_with_one_link(town: Town, sign_in):
    key = str(uuid4())
    first, second = sent(town, sign_in, submission=key), sent(town, sign_in, submission=key)
    assert first.url == second.url
    assert Improvement.objects.count() == FollowLink.objects.count() == 1


def test_whoever_holds_the_link_reads_answers_and_messages_but_no_notes(town: Town):
    address = link(town)
    record = Improvement.objects.get()
    decide(town, record, "not_now", comment="There is no money for it this year")
    manager = town.access("manager")
    comment_add(record_id=record.pk, text="We come back in spring", access=manager)
    note_add(record_id=record.pk, text="I think it is Bosse", access=manager)
    text = Client().get(address).content.decode()
    assert "Not now. The reason stands below." in text
    assert "There is no money for it this year" in text
    assert "We come back in spring" in text
    assert "Bosse" not in text


def test_the_holder_writes_and_the_handlers_are_told_that_the_sender_did(town: Town):
    address = link(town)
    record = Improvement.objects.get()
    decide(town, record, "pause", comment="Which night?", until=soon())
    answer = Client().post(f"{address}write/", {"text": "Every Tuesday"})
    assert answer.status_code == 302
    said = Comment.objects.latest("pk")
    assert (said.author, said.author_name, said.internal) == (None, "The sender", False)
    assert Notification.objects.filter(person=town.manager, comment=said).exists()
    assert "Every Tuesday" in Client().get(answer.url.split("#")[0]).content.decode()


def test_a_program_that_has_a_link_cannot_flood_those_who_handle_the_case(town: Town):
    address = link(town)
    answers = [Client().post(f"{address}write/", {"text": f"Again {n}"}).status_code for n in range(20)]
    assert set(answers) == {302}
    page = Client().post(f"{address}write/?lang=en", {"text": "Once more"}, REMOTE_ADDR="203.0.113.9")
    assert page.status_code == 422
    assert "Much has been written here" in page.content.decode() and "Once more" in page.content.decode()
    refused = Client().post(f"{address}withdraw/?lang=en", {"comment": ""})
    assert refused.status_code == 409 and "Much has been written here" in refused.content.decode()
    assert Comment.objects.count() == 20
    assert Client().post(f"{link(town, 'Another')}write/", {"text": "Mine"}).status_code == 302


def test_the_holder_adds_photos_which_are_shown_by_the_link_and_named_by_number(town: Town):
    address = link(town)
    record = Improvement.objects.get()
    for number in (1, 2):
        sent = {"text": "It looks like this", "attachments": upload(f"Bosse {number}.jpg", picture())}
        assert Client().post(f"{address}write/", sent).status_code == 302
    assert [file.name for file in record.attachments.order_by("pk")] == ["1.jpg", "2.jpg"]
    assert {file.uploaded_by_name for file in record.attachments.all()} == {"The sender"}
    assert Notification.objects.filter(person=town.manager, record=record, event="changed").exists()
    page = Client().get(address).content.decode()
    for file in record.attachments.all():
        for name in ("file", "thumbnail"):
            one = reverse(f"voices:{name}", args=[address.split("/")[2], file.public_id])
            assert one in page
            assert Client().get(one).status_code == 200


def test_a_link_shows_no_file_of_those_who_handle_it_nor_of_another_case(town: Town):
    address = link(town)
    record, other = Improvement.objects.get(), improvement(town.north, town.employee)
    for case in (record, other):
        with stored([receive(upload("plan.jpg", picture()))]) as files:
            attachments_add(record_id=case.pk, files=files, access=town.access("manager"))
        file = case.attachments.get()
        hidden = reverse("voices:file", args=[address.split("/")[2], file.public_id])
        assert Client().get(hidden).status_code == 404
        assert str(file.public_id) not in Client().get(address).content.decode()


def test_a_wrong_file_is_refused_beside_the_field_and_the_words_are_kept(town: Town):
    sent = {"text": "It looks like this", "attachments": upload("lamp.exe", b"MZ" + b"0" * 200)}
    page = Client().post(f"{link(town)}write/", sent)
    assert page.status_code == 422 and "It looks like this" in page.content.decode()
    assert not Comment.objects.exists()


def test_a_document_which_may_hold_its_authors_name_is_not_taken_without_login(town: Town, sign_in):
    refused = "letter.docx is no photo. Without login send photos only"
    page = sent(town, sign_in, attachments=upload("letter.docx", docx()))
    assert page.status_code == 422 and refused in page.content.decode() and TEXT in page.content.decode()
    with stored([receive(upload("letter.docx", docx()))]) as files, pytest.raises(RuleViolation) as said:
        improvement_submit_unnamed(
            text=TEXT, unit=town.north, channel=Channel.RESIDENTS, files=files, access=VisitorAccess()
        )
    assert (refused in str(said.value), said.value.field) == (True, "attachments")
    assert not Improvement.objects.exists()
    message = {"text": "It looks like this", "attachments": upload("letter.docx", docx())}
    page = Client().post(f"{link(town)}write/?lang=en", message)
    assert page.status_code == 422 and refused in page.content.decode()
    assert not Comment.objects.exists()


def test_the_key_of_the_link_stands_in_no_line_of_the_log(town: Town):
    address = link(town)
    [handler] = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    written, handler.stream = handler.stream, StringIO()
    try:
        assert Client().post(f"{address}write/", {"text": ""}).status_code == 422
        assert Client().get(f"{address}reopen/").status_code == 409
        for taken_along in (".", ")", "write/,"):
            assert Client().get(f"{address}{taken_along}").status_code == 404
        lines = handler.stream.getvalue()
    finally:
        handler.stream = written
    for said in ("Unprocessable", "Conflict", "Not Found: /follow/…/.", "/follow/…/)", "/follow/…/write/,"):
        assert said in lines
    assert key_of(address) not in lines


@pytest.mark.parametrize("ending", ["/.", "/)", ""])
def test_nor_does_it_stand_in_the_web_servers_log_where_it_leads_to_no_page(town: Town, caplog, ending: str):
    address = link(town).removesuffix("/") + ending
    answer = Client().get(address)
    assert "X-Robots-Tag" not in answer
    config = Config()
    config.set("accesslog", "-")
    log = AccessLog(config)
    caplog.clear()
    log.access_log.addHandler(caplog.handler)
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "RAW_URI": address, "SERVER_PROTOCOL": "HTTP/1.1"}
    try:
        log.access(
            SimpleNamespace(status=answer.status_code, sent=0, headers=answer.items()),
            SimpleNamespace(headers=[]),
            asked,
            timedelta(),
        )
    finally:
        log.access_log.removeHandler(caplog.handler)
    assert f'"GET /follow/…{ending}" {answer.status_code}' in caplog.text
    assert key_of(address) not in caplog.text


def test_an_empty_message_is_refused_beside_the_field(town: Town):
    page = Client().post(f"{link(town)}write/", {"text": " "})
    assert page.status_code == 422
    assert "Write something first" in page.content.decode()


def test_the_holder_takes_it_back_after_having_been_asked_and_only_while_it_is_open(town: Town):
    address = link(town)
    assert "Then nobody goes on with it" in Client().get(f"{address}withdraw/").content.decode()
    withdrawn = Client().post(f"{address}withdraw/", {"comment": "Solved"}, follow=True).content.decode()
    assert "You have taken it back" in withdrawn
    assert "Answer promised by" not in withdrawn, "no answer is owed any more"
    assert "It is with" not in withdrawn, "nobody has it any more"
    record = Improvement.objects.get()
    assert (record.state, record.decisions.latest("pk").actor_name) == ("withdrawn", "The sender")
    again = Client().get(f"{address}withdraw/")
    assert again.status_code == 409
    assert "no longer possible" in again.content.decode()


def test_the_holder_who_has_not_read_the_answer_does_not_take_it_back_over_it(town: Town):
    address = link(town)
    opened = Client().get(address).content.decode()
    step = re.search(r'href="([^"]*/withdraw/[^"]*)"', opened)
    assert step
    asked = Client().get(html.unescape(step.group(1))).content.decode()
    read = re.search(r'name="read" value="([^"]+)"', asked)
    assert read
    decide(town, Improvement.objects.get(), "just_do", comment="A lamp on Thursday", due=soon())
    for answer in (
        Client().get(html.unescape(step.group(1))),
        Client().post(f"{address}withdraw/", {"comment": "Never mind", "read": html.unescape(read.group(1))}),
    ):
        assert answer.status_code == 409
        assert "Something has been decided about it after you opened it" in answer.content.decode()
    assert Improvement.objects.get().state == "doing"


def test_a_link_gives_access_to_its_own_case_alone(town: Town):
    own, other = link(town), link(town, "Another thing")
    cases = list(Improvement.objects.order_by("pk"))
    text = Client().get(own).content.decode()
    assert cases[0].reference in text
    assert cases[1].reference not in text and cases[1].title not in text
    _link, access = link_open(token=own.split("/")[2])
    assert list(Improvement.objects.visible_to(access)) == [cases[0]]
    with pytest.raises(Record.DoesNotExist):
        comment_add(record_id=cases[1].pk, text="Hello", access=access)
    with pytest.raises(NotYours, match="This is done by"):
        move(record_id=cases[0].pk, name="just_do", access=access, comment="x", data={"due": soon()})
    assert other != own


def test_a_restricted_case_is_still_followed_by_whoever_sent_it(town: Town):
    address = link(town)
    record = Improvement.objects.get()
    improvement_restrict(record_id=record.pk, reason="OSL 26:1", access=town.access("manager"))
    assert Client().get(address).status_code == 200


def test_the_page_is_read_in_the_language_of_its_address(town: Town):
    page = Client().get(link(town) + "?lang=sv")
    assert page.headers["Content-Language"] == "sv"
    assert 'lang="sv"' in page.content.decode()
