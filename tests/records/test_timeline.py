"""What happened, told in plain language: decisions, comments, files and field changes."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from improvements.models import Improvement
from improvements.selectors.sender import what_happened
from qms.organisation.access import SystemAccess, VisitorAccess
from qms.organisation.models import Person
from qms.records.models import Comment, Decision, Notification, Record
from qms.records.selectors.timeline import NEWEST, notes_of, timeline
from qms.records.services import (
    comment_add,
    move,
    note_add,
    record_change,
    record_create,
    record_owner_set,
    record_save,
)
from tests.conftest import Town
from tests.factories import improvement

SignIn = Callable[[Person], Client]


def told(record: Record, access, **options: bool) -> list[str]:
    """The sentences of the timeline, newest first."""
    record = Improvement.objects.select_related("unit").get(pk=record.pk)
    return [f"{entry.who} {entry.text}" for entry in timeline(record, access, **options).entries]


def test_it_begins_with_who_registered_it_where(town: Town):
    record = improvement(town.north, town.employee)
    assert told(record, town.access("manager")) == ["Employee registered it in North"]


def test_of_what_happened_at_one_moment_the_last_stands_first(town: Town, time_machine):
    time_machine.move_to("2026-11-16 09:00+01:00", tick=False)
    record = improvement(town.north, town.employee)
    move(
        record_id=record.pk,
        name="just_do",
        access=town.access("manager"),
        comment="At once",
        data={"due": timezone.localdate()},
    )
    assert told(record, town.access("manager")) == [
        "Manager decided: we do it",
        "Employee registered it in North",
    ]
    plain = [entry.text for entry in what_happened(record)]
    assert plain == ["Yes: it will be done by 16 November, without more ado.", "It has arrived."]


def test_decisions_and_comments_are_told_newest_first(town: Town):
    record = improvement(town.north, town.employee)
    comment_add(record_id=record.pk, text="I saw it too", access=town.access("reader"))
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="No money")
    assert told(record, town.access("manager")) == [
        "Manager decided: not now",
        "Reader commented",
        "Employee registered it in North",
    ]


def test_field_changes_are_hidden_until_asked_for(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    record_change(record_id=record.pk, changes={"title": "New"}, access=town.access("handler"))
    client = sign_in(town.manager)
    page = client.get(record.get_absolute_url()).content.decode()
    assert "Show field changes too" in page
    assert "changed title from" not in page
    html = client.get(f"{record.get_absolute_url()}?changes=1").content.decode()
    assert "changed title from" in html
    assert "Hide field changes" in html


def test_a_change_is_told_with_the_words_people_use(town: Town):
    record = improvement(town.north, town.employee)
    access = town.access("quality")
    due = timezone.localdate() + timedelta(days=40)
    record_change(record_id=record.pk, changes={"unit": town.south}, access=access)
    record_owner_set(record_id=record.pk, owner=None, access=access)
    record_change(
        record_id=record.pk,
        changes={"category": "deviation", "registry_number": "VON 1", "due": due},
        access=access,
    )
    sentences = told(record, access, changes=True)
    assert "Quality changed unit from North to South" in sentences
    assert "Quality took away responsible, which was Manager" in sentences
    assert "Quality set registry number to VON 1" in sentences
    assert "Quality changed kind from Proposal to Deviation" in sentences
    assert any(s.startswith("Quality changed next date from ") for s in sentences)


def test_names_in_changes_stay_what_they_were(town: Town):
    record = improvement(town.north, town.employee)
    record_change(record_id=record.pk, changes={"unit": town.south}, access=town.access("quality"))
    town.south.name = "South and West"
    town.south.save()
    town.quality.name = "Q. Married"
    town.quality.save()
    assert "Quality changed unit from North to South" in told(record, town.access("manager"), changes=True)


def test_a_changed_text_is_not_repeated(town: Town):
    record = improvement(town.north, town.employee)
    record_change(record_id=record.pk, changes={"text": "Entirely new"}, access=town.access("handler"))
    sentences = told(record, town.access("manager"), changes=True)
    assert "Handler changed the text: What could be better" in sentences
    assert not any("Entirely new" in sentence for sentence in sentences)


def test_the_state_is_told_by_decisions_alone(town: Town):
    record = improvement(town.north, town.employee)
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="No")
    assert not any("state" in sentence for sentence in told(record, town.access("manager"), changes=True))


def test_notes_are_for_those_who_may_change_the_record_and_stand_apart(town: Town):
    record = improvement(town.north, town.employee)
    note_add(record_id=record.pk, text="Ask the lawyer", access=town.access("handler"))
    assert [note.text for note in notes_of(record, town.access("manager")) or ()] == ["Ask the lawyer"]
    for who in ("employee", "reader"):
        assert notes_of(record, town.access(who)) is None
    for who in ("manager", "employee", "reader"):
        assert told(record, town.access(who)) == ["Employee registered it in North"]


def test_an_unsigned_record_names_nobody(town: Town):
    record = improvement(town.north, town.employee)
    nobody = Improvement(title="Anonymous", text="Anonymous", unit=town.north, category="proposal")
    record = record_create(record=nobody, access=VisitorAccess())
    assert told(record, town.access("manager")) == [" Registered in North"]


def test_a_long_story_is_folded_after_the_newest(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    Comment.objects.bulk_create(
        Comment(record=record, author_name="Handler", text=f"Word {number}") for number in range(NEWEST + 5)
    )
    client = sign_in(town.manager)
    html = client.get(record.get_absolute_url()).content.decode()
    assert f"Show all {NEWEST + 6} events" in html
    assert "registered it" not in html
    assert "registered it" in client.get(f"{record.get_absolute_url()}?everything=1").content.decode()


def test_a_comment_is_sent_from_the_page_and_told(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.reader)
    response = client.post(f"/r/{record.reference}/comment/", {"text": "Bra förslag 👍"}, follow=True)
    assert response.redirect_chain == [(f"{record.get_absolute_url()}#events", 302)]
    assert "Bra förslag 👍" in response.content.decode()


def test_an_empty_comment_is_said_beside_the_box(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.reader).post(f"/r/{record.reference}/comment/", {"text": "  "})
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_a_comment_too_long_keeps_what_was_written(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.reader).post(f"/r/{record.reference}/comment/", {"text": "å" * 10_001})
    assert response.status_code == 422
    assert "å" * 10_001 in response.content.decode()


def test_what_a_restricted_record_said_is_kept_from_those_who_did_not_see_it(town: Town):
    record = improvement(town.north, town.employee)
    access = town.access("manager")
    restrict = {"visibility": "restricted", "confidential_reason": "OSL 26", "title": "Greta in room 4"}
    record_change(record_id=record.pk, changes=restrict, access=access)
    record_change(record_id=record.pk, changes={"title": "Greta and the lamp"}, access=access)
    record_change(record_id=record.pk, changes={"visibility": "internal", "title": "A lamp"}, access=access)
    record_change(record_id=record.pk, changes={"title": "Two lamps"}, access=access)
    outside = " ".join(told(record, town.access("reader"), changes=True))
    assert "Greta" not in outside and "OSL" not in outside
    assert "Manager changed title while only those who handle it saw it" in outside
    assert "Manager changed reason for secrecy while only those who handle it saw it" in outside
    assert "Manager changed title from A lamp to Two lamps" in outside
    assert "changed who sees it from" in outside
    for who in ("manager", "handler", "employee", "quality"):
        inside = " ".join(told(record, town.access(who), changes=True))
        assert "Greta in room 4 to Greta and the lamp" in inside and "OSL 26" in inside


def test_a_step_that_is_no_longer_in_the_table_is_told_by_what_the_log_kept(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    old = {"record": record, "actor_name": "Greta Gone", "unit_name": "North", "before": "received"}
    Decision.objects.create(**old, name="escalated", after="with_the_board", comment="Too large for us")
    Decision.objects.create(**old, name="weighed", after="received", details={"due": "not a day"})
    decision = Decision.objects.create(**old, name="parked", after="doing")
    Notification.objects.create(person=town.manager, record=record, event="moved", decision=decision)
    sentences = told(record, town.access("manager"))
    assert "Greta Gone moved it to “with_the_board”" in sentences
    assert "Greta Gone decided on it" in sentences
    assert "Greta Gone moved it to “In progress”" in sentences
    client = sign_in(town.manager)
    assert "Too large for us" in client.get(record.get_absolute_url()).content.decode()
    assert "moved it to “In progress”" in client.get("/notifications/").content.decode()


def test_what_a_sealed_record_said_is_for_those_who_took_part_and_for_no_role(town: Town):
    record = improvement(town.north, town.employee)
    access = SystemAccess("test")
    for visibility, title in (("sealed", "Greta"), ("restricted", "Somebody"), ("internal", "A lamp")):
        record.visibility, record.title = visibility, title
        record_save(record=record, access=access)
    for who in ("employee", "manager"):
        assert "Greta to Somebody" in " ".join(told(record, town.access(who), changes=True))
    for who in ("handler", "quality", "reader"):
        assert "Greta" not in " ".join(told(record, town.access(who), changes=True))
    assert "changed title from Somebody to A lamp" in " ".join(
        told(record, town.access("handler"), changes=True)
    )
