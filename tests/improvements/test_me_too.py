"""Me too: joining a case instead of sending the same again; nothing typed is lost, none told too widely."""

import pytest
from django.urls import reverse

from improvements.models import Channel, Improvement, Seconder
from improvements.selectors.seconders import wanted
from improvements.services import (
    improvement_restrict,
    improvement_second,
    improvement_second_take_back,
    improvement_submit_unnamed,
)
from qms.exceptions import RuleViolation
from qms.organisation.access import VisitorAccess
from qms.records.models import Attachment, Comment, Follow, Notification, Record
from qms.records.selectors.sentences import said
from qms.records.selectors.timeline import timeline
from qms.records.services import follow_set, why_not
from tests.conftest import Town, build_town
from tests.factories import improvement
from tests.improvements.steps import decide, soon
from tests.improvements.test_merge import join
from tests.improvements.test_submit import together
from tests.records.files import picture, upload


@pytest.fixture
def record(town: Town) -> Improvement:
    return improvement(town.north, town.employee, "The lamp by the gate is dark")


def second(town: Town, record: Improvement, who: str, words: str = "") -> None:
    improvement_second(record_id=record.pk, access=town.access(who), words=words)


def take_back(town: Town, record: Improvement, who: str) -> None:
    improvement_second_take_back(record_id=record.pk, access=town.access(who))


def count(record: Improvement, town: Town) -> int:
    return wanted(record, town.access("manager")).count


def follows(record: Improvement, who: object) -> bool:
    return Follow.objects.filter(record=record, person=who).exists()


def url(record: Improvement) -> str:
    return reverse("improvements:me_too", args=[record.reference])


def test_it_counts_one_more_who_follows_and_whose_words_stand_in_the_case(town: Town, record: Improvement):
    second(town, record, "reader", "I fell there  ")
    assert count(record, town) == 1 and follows(record, town.reader)
    comment = Comment.objects.get(record=record)
    assert (comment.text, comment.author, comment.internal) == ("I fell there", town.reader, False)
    assert Improvement.objects.count() == 1


def test_doing_it_twice_changes_nothing(town: Town, record: Improvement):
    second(town, record, "reader", "I fell there")
    second(town, record, "reader", "I fell there")
    assert count(record, town) == 1 and Comment.objects.count() == 1
    second(town, record, "reader", "And again today")
    assert count(record, town) == 1 and Comment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_is_one():
    town = build_town()
    record = improvement(town.north, town.employee)
    together(2, lambda _number: second(town, record, "reader", "Me too"), at_once=2)
    assert Seconder.objects.count() == 1 and Comment.objects.count() == 1


def test_ones_own_case_cannot_be_joined_nor_one_that_has_been_decided(town: Town, record: Improvement):
    with pytest.raises(RuleViolation, match="sent this in yourself"):
        second(town, record, "employee")
    decide(town, record, "not_now", by="quality")
    with pytest.raises(RuleViolation, match="has been decided already"):
        second(town, record, "reader")


def test_a_case_that_is_not_seen_cannot_be_joined(town: Town, record: Improvement):
    with pytest.raises(Record.DoesNotExist):
        second(town, record, "outsider")


def test_it_can_be_taken_back_and_done_again(town: Town, record: Improvement):
    second(town, record, "reader", "I fell there")
    take_back(town, record, "reader")
    assert count(record, town) == 0 and not follows(record, town.reader)
    assert Comment.objects.count() == 1
    take_back(town, record, "reader")
    second(town, record, "reader")
    assert count(record, town) == 1 and Seconder.objects.count() == 2


def test_whoever_followed_before_goes_on_following(town: Town, record: Improvement):
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    second(town, record, "reader")
    take_back(town, record, "reader")
    assert follows(record, town.reader)


def test_the_timeline_names_them_to_those_who_handle_it_and_to_themselves(town: Town, record: Improvement):
    second(town, record, "reader")
    take_back(town, record, "reader")
    for who, named in (("manager", True), ("reader", True), ("employee", False), ("auditor", False)):
        entries = [one for one in timeline(record, town.access(who)).entries if "me too" in one.text.lower()]
        assert entries and all((one.who == "Reader") is named for one in entries)
        assert named or not any("Reader" in f"{one.who}{one.text}" for one in entries)


def test_they_get_the_answer_at_once_and_in_plain_words_as_its_sender_does(town: Town, record: Improvement):
    second(town, record, "reader")
    follow_set(record_id=record.pk, access=town.access("auditor"), on=True)
    decide(town, record, "just_do", comment="A new lamp", due=soon())
    told = {
        line.person: line for line in Notification.objects.filter(record=record, decision__name="just_do")
    }
    assert told[town.reader].urgent and told[town.employee].urgent and not told[town.auditor].urgent
    assert said(told[town.reader]).text == said(told[town.employee]).text
    assert said(told[town.auditor]).text != said(told[town.reader]).text


def test_what_only_concerns_the_sender_is_not_told_as_theirs(town: Town, record: Improvement):
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    decide(town, record, "withdraw", by="employee")
    told = Notification.objects.get(person=town.reader, decision__name="withdraw")
    assert "You have taken it back" not in said(told).text and not told.urgent


def test_what_others_want_too_is_not_one_persons_to_take_back(town: Town, record: Improvement):
    second(town, record, "reader")
    sentence = "Others want the same, and it is theirs too. Write to those who handle it instead."
    assert why_not(record, "withdraw", town.access("employee")) == sentence
    take_back(town, record, "reader")
    assert why_not(record, "withdraw", town.access("employee")) is None


def test_the_case_its_list_and_its_board_say_how_many(town: Town, record: Improvement, sign_in):
    second(town, record, "reader")
    second(town, record, "handler")
    browser = sign_in(town.manager)
    for address in (record.get_absolute_url(), reverse("improvements:list"), reverse("improvements:board")):
        assert "2 agree" in browser.get(address).content.decode(), address


def test_those_who_wanted_the_one_want_the_one_it_goes_on_in(town: Town, record: Improvement):
    into = improvement(town.north, town.manager)
    second(town, record, "reader")
    second(town, into, "handler")
    second(town, record, "handler")
    join(town, record, into)
    wanting = set(Seconder.objects.in_force().filter(record=into).values_list("person", flat=True))
    assert wanting == {town.employee.pk, town.reader.pk, town.handler.pk}
    decide(town, record, "reopen")
    wanting = set(Seconder.objects.in_force().filter(record=into).values_list("person", flat=True))
    assert wanting == {town.handler.pk}


def test_one_without_a_name_counts_too(town: Town):
    into = improvement(town.north, town.manager)
    nameless = improvement_submit_unnamed(
        text="Dark there", unit=town.north, channel=Channel.ANONYMOUS, access=VisitorAccess()
    ).record
    last = improvement(town.north, town.handler)
    join(town, nameless, into)
    assert count(into, town) == 1
    join(town, into, last)
    assert count(last, town) == 2
    decide(town, nameless, "reopen", by="quality")
    assert count(last, town) == 1, "the nameless one stands by itself again, and wants nothing there"


def test_who_came_by_way_of_a_third_no_longer_counts_when_theirs_stands_by_itself_again(
    town: Town, record: Improvement
):
    between, last = improvement(town.north, town.handler), improvement(town.north, town.manager)
    second(town, record, "reader")
    second(town, between, "care_head")
    join(town, record, between)
    join(town, between, last)
    assert count(last, town) == 4
    decide(town, record, "reopen", by="quality")
    wanting = set(Seconder.objects.in_force().filter(record=last).values_list("person", flat=True))
    assert wanting == {town.handler.pk, town.care_head.pk}
    join(town, record, last)
    assert count(last, town) == 4


def test_whoever_came_with_two_cases_stays_when_one_is_parted(town: Town):
    one, other = improvement(town.north, town.employee), improvement(town.north, town.employee)
    into = improvement(town.north, town.manager)
    join(town, one, into)
    join(town, other, into)
    assert count(into, town) == 1
    decide(town, one, "reopen")
    assert count(into, town) == 1


def test_with_a_restricted_case_nobody_comes_along(town: Town, record: Improvement):
    into = improvement(town.north, town.manager)
    for one in (record, into):
        improvement_restrict(record_id=one.pk, reason="OSL 26", access=town.access("quality"))
    record.refresh_from_db()
    join(town, record, into)
    assert count(into, town) == 0


def test_one_press_takes_words_and_photos_along(town: Town, record: Improvement, sign_in):
    form = {
        "text": "I fell there",
        "along": "1",
        "offered": "1",
        "attachments": upload("gate.jpg", picture()),
    }
    page = sign_in(town.reader).post(url(record), form, follow=True)
    text = page.content.decode()
    assert "You want this too" in text and 'data-draft-clear="propose"' in text
    assert Comment.objects.get().text == "I fell there"
    assert Attachment.objects.get(record=record).uploaded_by == town.reader


def test_words_that_do_not_go_along_are_shown_to_be_sent_otherwise(town: Town, record: Improvement, sign_in):
    browser = sign_in(town.reader)
    form = {"text": "I fell there", "offered": "1", "unit": town.north.pk, "submission": ""}
    text = browser.post(url(record), form).content.decode()
    assert "I fell there</textarea>" in text and "data-draft-clear" not in text
    assert count(record, town) == 1 and not Comment.objects.exists()
    browser.post(url(record), {"text": "I fell there"})
    assert Comment.objects.get().text == "I fell there"


def test_what_cannot_be_said_there_stays_in_the_box(town: Town, record: Improvement, sign_in):
    form = {"text": "Ask @Outsider", "along": "1", "offered": "1", "unit": town.north.pk}
    answer = sign_in(town.reader).post(url(record), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "does not see this record" in text and "Ask @Outsider</textarea>" in text
    assert not Seconder.objects.exists()


def test_a_press_on_a_case_decided_meanwhile_keeps_what_was_typed(town: Town, record: Improvement, sign_in):
    decide(town, record, "not_now", by="quality")
    answer = sign_in(town.reader).post(url(record), {"text": "I fell there", "unit": town.north.pk})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "has been decided already" in text and "I fell there</textarea>" in text


def test_after_the_session_ended_what_was_typed_is_shown(town: Town, record: Improvement, client):
    answer = client.post(url(record), {"text": "I fell there"})
    assert answer.status_code == 403 and "I fell there" in answer.content.decode()


def test_a_case_of_another_part_is_not_there(town: Town, record: Improvement, sign_in):
    assert sign_in(town.outsider).post(url(record), {"text": "x y"}).status_code == 404
    take_back_url = reverse("improvements:me_too_take_back", args=[record.reference])
    assert sign_in(town.outsider).post(take_back_url).status_code == 404
