"""Did it get better? Asked of the sender alone, once it is done; a no offers to open it again."""

import pytest
from django.test import Client
from django.urls import reverse

from improvements.models import Channel, Improvement, Verdict
from improvements.selectors.detail import improvement_detail
from improvements.selectors.sender import is_asked, what_was_done
from improvements.services import (
    improvement_restrict,
    improvement_second,
    improvement_submit,
    improvement_submit_unnamed,
    verdict_give,
)
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import VisitorAccess
from qms.records.models import Notification
from qms.records.selectors.sentences import said
from qms.records.services import move
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out, decide, handled, judged, put_to_test, rooted, soon
from tests.improvements.test_merge import join


def done(town: Town, record: Improvement) -> Improvement:
    decide(town, record, "just_do", due=soon())
    return decide(town, record, "done")


@pytest.fixture
def record(town: Town) -> Improvement:
    return improvement_submit(text="The key is lost", unit=town.north, access=town.access("employee"))


def test_it_is_asked_when_it_is_done_of_the_sender_and_once(town: Town, record: Improvement):
    assert not is_asked(record, town.access("employee"))
    record = done(town, record)
    assert is_asked(record, town.access("employee"))
    assert not is_asked(record, town.access("manager"))
    verdict_give(record_id=record.pk, better=True, words="So much", access=town.access("employee"))
    assert not is_asked(record, town.access("employee"))
    with pytest.raises(RuleViolation, match="answered already"):
        verdict_give(record_id=record.pk, better=False, words="", access=town.access("employee"))
    with pytest.raises(NotYours):
        verdict_give(record_id=record.pk, better=False, words="", access=town.access("manager"))
    assert Verdict.objects.get().better


def test_whoever_is_asked_reads_what_was_done_before_the_question(town: Town, record: Improvement, sign_in):
    decide(town, record, "just_do", due=soon())
    move(
        record_id=record.pk, name="done", access=town.access("manager"), comment="A box for keys hangs there"
    )
    page = sign_in(town.employee).get(record.get_absolute_url()).content.decode()
    question = page.index("Did it get better?")
    assert question < page.index("A box for keys hangs there") < page.index("Yes, it got better")


def test_neither_thanks_nor_what_another_sender_was_told_before_stands_as_what_was_done(
    town: Town, record: Improvement
):
    record = carried_out(town, record, said="A box for keys hangs there")
    decide(town, record, "close", comment="Thank you for this")
    record.refresh_from_db()
    assert what_was_done(record) == "A box for keys hangs there"
    later = join(town, improvement(town.north, town.reader), record)
    assert what_was_done(later) == ""
    shown = improvement_detail(town.access("reader"), record)
    assert (shown["asked"], shown["asked_of"]) == (later, "")
    decide(town, record, "reopen", comment="Once more")
    carried_out(town, record, said="Two boxes now")
    assert what_was_done(later) == "Two boxes now"


def test_of_full_handling_the_sender_reads_what_was_done_and_not_how_it_was_judged(
    town: Town, record: Improvement
):
    put_to_test(town, rooted(town, handled(town, record)), town.handler)
    record = judged(town, record, "effect_worked", by="handler", comment="Measured three nights")
    assert what_was_done(record) == "A new lamp"


def test_those_who_handle_it_read_what_was_answered(town: Town, record: Improvement):
    done(town, record)
    Notification.objects.all().delete()
    verdict_give(record_id=record.pk, better=False, words="It stuck again", access=town.access("employee"))
    assert record.comments.get().text == "It did not get better. It stuck again"
    assert Notification.objects.get(person=town.manager).comment == record.comments.get()


def test_a_no_leads_to_opening_it_again_and_then_it_is_asked_anew(town: Town, record: Improvement, sign_in):
    done(town, record)
    browser = sign_in(town.employee)
    page = browser.get(record.get_absolute_url()).content.decode()
    assert "Did it get better?" in page
    answer = browser.post(reverse("improvements:better", args=[record.reference]), {"better": "no"})
    assert answer.url == reverse("records:move", args=[record.reference, "reopen"])
    assert "Did it get better?" not in browser.get(record.get_absolute_url()).content.decode()
    decide(town, record, "reopen", by="employee", comment="It stuck again")
    assert is_asked(done(town, record), town.access("employee"))


def test_the_sender_is_asked_with_the_news_that_it_is_done_and_nobody_else_is(
    town: Town, record: Improvement
):
    improvement_second(record_id=record.pk, access=town.access("reader"))
    done(town, record)
    told = {one.person: said(one).text for one in Notification.objects.filter(decision__name="done")}
    assert told[town.employee] == "Manager: Now it is done. Did it get better?"
    assert told[town.reader] == "Manager: Now it is done."


def test_whoever_sent_what_was_joined_is_asked_when_the_other_one_is_done(
    town: Town, record: Improvement, sign_in
):
    into = improvement(town.north, town.manager, "No key since Monday")
    join(town, record, into)
    browser = sign_in(town.employee)
    assert "Did it get better?" not in browser.get(into.get_absolute_url()).content.decode()
    done(town, into)
    for page in (record, into):
        assert "Did it get better?" in browser.get(page.get_absolute_url()).content.decode()
    address = reverse("improvements:better", args=[record.reference])
    assert f'action="{address}"' in browser.get(into.get_absolute_url()).content.decode()
    assert browser.post(address, {"better": "yes"}).status_code == 302
    assert Verdict.objects.get().record == record
    for page in (record, into):
        assert "Did it get better?" not in browser.get(page.get_absolute_url()).content.decode()


def test_after_the_other_one_was_opened_again_it_is_asked_anew(town: Town, record: Improvement):
    into = improvement(town.north, town.manager)
    join(town, record, into)
    done(town, into)
    record.refresh_from_db()
    verdict_give(record_id=record.pk, better=False, words="", access=town.access("employee"))
    decide(town, into, "reopen")
    assert not is_asked(record, town.access("employee"))
    done(town, into)
    assert is_asked(record, town.access("employee"))


def test_of_one_only_for_those_who_handle_it_the_question_does_not_tell_that_it_was_done(
    town: Town, record: Improvement
):
    into = improvement(town.north, town.manager)
    improvement_restrict(record_id=into.pk, reason="OSL 26", access=town.access("manager"))
    join(town, record, into, by="manager")
    done(town, into)
    record.refresh_from_db()
    assert not is_asked(record, town.access("employee"))


def test_the_holder_of_a_link_is_asked_too_and_may_open_it_again(town: Town):
    sent = improvement_submit_unnamed(
        text="The swing", unit=town.north, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    address = reverse("voices:follow", args=[sent.token])
    assert "Did it get better?" not in Client().get(address).content.decode()
    done(town, sent.record)
    assert "Did it get better?" in Client().get(address).content.decode()
    assert Client().post(f"{address}better/", {}).status_code == 422
    answer = Client().post(f"{address}better/", {"better": "no", "words": "Still broken"})
    assert "Open it again" in Client().get(answer.url).content.decode()
    again = Client().post(f"{address}better/?lang=en", {"better": "yes"})
    assert "This has been answered already" in Client().get(again.url).content.decode()
    assert Client().post(f"{address}reopen/", {"comment": ""}).status_code == 422
    Client().post(f"{address}reopen/", {"comment": "Still broken"})
    assert Improvement.objects.get().state == "received"
    assert not Verdict.objects.get().better
