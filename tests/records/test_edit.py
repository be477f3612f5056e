"""Changing a record's fields: who may, what follows, what two people at once get."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.models import Person, Unit
from qms.records.models import Notification, Record, Task, Visibility
from qms.records.services import follow_set, record_change, record_owner_set
from qms.records.services.change import edit_token
from tests.conftest import Town, build_town
from tests.factories import improvement, person

SignIn = Callable[[Person], Client]


def fields(record: Record, **changes: object) -> dict[str, object]:
    """The edit form as the browser would send it, with some fields changed."""
    record = Improvement.objects.select_related("owner").get(pk=record.pk)
    return {
        "title": record.title,
        "category": record.category,
        "unit": record.unit_id,
        "owner": f"{record.owner.name} ({record.owner.email})" if record.owner else "",
        "due": record.due.isoformat() if record.due else "",
        "visibility": record.visibility,
        "confidential_reason": record.confidential_reason,
        "registry_number": record.registry_number,
        "token": edit_token(record),
        **changes,
    }


def address(record: Record) -> str:
    return f"/r/{record.reference}/edit/"


def test_the_form_holds_what_is_there_and_saves_what_is_changed(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee, "The sign is wrong")
    client = sign_in(town.handler)
    assert "The sign is wrong" in client.get(address(record)).content.decode()
    response = client.post(
        address(record),
        fields(record, title="The sign points left", registry_number="VON 2026/7"),
        follow=True,
    )
    html = response.content.decode()
    assert f"{record.reference} is saved." in html
    assert "The sign points left" in html
    assert "VON 2026/7" in html


def test_saving_without_a_change_leaves_no_trace(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    sign_in(town.handler).post(address(record), fields(record))
    assert record.history.count() == 1
    assert not Notification.objects.filter(event="changed").exists()


def test_whoever_may_not_change_it_reads_who_may(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.reader)
    for response in (client.get(address(record)), client.post(address(record), fields(record))):
        assert response.status_code == 403
        assert "case handler, manager or quality manager in North" in response.content.decode()
    with pytest.raises(NotYours):
        record_change(record_id=record.pk, changes={"title": "x"}, access=town.access("reader"))
    with pytest.raises(Record.DoesNotExist):
        record_change(record_id=record.pk, changes={"title": "x"}, access=town.access("outsider"))


def test_followers_are_told_what_was_changed(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    record_change(record_id=record.pk, changes={"title": "New"}, access=town.access("handler"))
    told = Notification.objects.get(person=town.reader)
    assert (told.event, told.data) == ("changed", {"fields": ["title"]})


def test_a_new_owner_gets_the_tasks_and_is_told(town: Town):
    record = improvement(town.north, town.employee)
    record_owner_set(record_id=record.pk, owner=town.handler, access=town.access("manager"))
    task = Task.objects.open().get()
    assert (task.assignee, task.kind, task.due) == (town.handler, "answer", record.due)
    assert Task.objects.get(assignee=town.manager).outcome == "moved"
    assert Notification.objects.filter(person=town.handler, event="task", urgent=True).exists()


def test_a_task_that_is_not_the_owners_stays_where_it_is(town: Town):
    record = improvement(town.north, town.employee)
    Task.objects.update(assignee=town.reader)
    record_owner_set(record_id=record.pk, owner=town.handler, access=town.access("manager"))
    assert Task.objects.open().get().assignee == town.reader


def test_without_an_owner_the_responsible_manager_has_the_tasks(town: Town):
    record = improvement(town.north, town.employee)
    record_owner_set(record_id=record.pk, owner=town.handler, access=town.access("manager"))
    record_owner_set(record_id=record.pk, owner=None, access=town.access("manager"))
    assert Task.objects.open().get().assignee == town.manager


def test_a_new_date_is_the_tasks_too(town: Town):
    record = improvement(town.north, town.employee)
    later = timezone.localdate() + timedelta(days=20)
    record_change(record_id=record.pk, changes={"due": later}, access=town.access("handler"))
    assert Task.objects.open().get().due == later


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"due": date(2020, 1, 1)}, "due", "today or a later date"),
        ({"visibility": "restricted"}, "confidential_reason", "legal ground"),
        ({"title": ""}, "title", "cannot be blank"),
        ({"title": "x" * 201}, "title", "at most 200"),
        ({"category": "nonsense"}, "category", "no such kind"),
        ({"visibility": "nonsense"}, "visibility", "not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(town: Town, changes, field: str, sentence: str):
    record = improvement(town.north, town.employee)
    with pytest.raises(RuleViolation, match=sentence) as error:
        record_change(record_id=record.pk, changes=changes, access=town.access("handler"))
    assert error.value.field == field
    assert record.history.count() == 1


def test_someone_who_has_left_cannot_become_responsible(town: Town):
    record = improvement(town.north, town.employee)
    gone = person("gone", town.north, is_active=False)
    with pytest.raises(RuleViolation, match="has left"):
        record_owner_set(record_id=record.pk, owner=gone, access=town.access("manager"))


def test_a_closed_unit_gets_nothing_new(town: Town):
    record = improvement(town.north, town.employee)
    Unit.objects.filter(pk=town.south.pk).update(valid_until=timezone.localdate())
    south = Unit.objects.get(pk=town.south.pk)
    with pytest.raises(RuleViolation, match="South has closed"):
        record_change(record_id=record.pk, changes={"unit": south}, access=town.access("quality"))


def test_nobody_moves_a_record_to_where_they_may_not_change_it(town: Town):
    record = improvement(town.north, town.employee)
    record_owner_set(record_id=record.pk, owner=town.manager, access=town.access("quality"))
    with pytest.raises(RuleViolation, match="may not change records in South") as error:
        record_change(record_id=record.pk, changes={"unit": town.south}, access=town.access("handler"))
    assert error.value.field == "unit"
    record.refresh_from_db()
    assert record.unit == town.north


def test_the_one_who_may_moves_it_and_the_tasks_follow_the_unit(town: Town):
    record = improvement(town.north, town.employee)
    record_owner_set(record_id=record.pk, owner=None, access=town.access("quality"))
    record_change(record_id=record.pk, changes={"unit": town.south}, access=town.access("quality"))
    assert Task.objects.open().get().assignee == town.south_head


def test_a_record_made_restricted_leaves_the_sight_of_readers(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    data = fields(record, visibility="restricted", confidential_reason="OSL 26 kap. 1 §")
    assert sign_in(town.handler).post(address(record), data).status_code == 302
    assert sign_in(town.reader).get(record.get_absolute_url()).status_code == 404
    assert "OSL 26 kap. 1 §" in sign_in(town.handler).get(record.get_absolute_url()).content.decode()


def test_opening_a_restricted_record_takes_the_reason_away(town: Town):
    record = improvement(town.north, town.employee)
    access = town.access("handler")
    shut = {"visibility": Visibility.RESTRICTED, "confidential_reason": "OSL 26 kap. 1 §"}
    record_change(record_id=record.pk, changes=shut, access=access)
    opened = record_change(record_id=record.pk, changes={"visibility": Visibility.INTERNAL}, access=access)
    assert opened.confidential_reason == ""


def test_a_field_that_is_not_the_forms_to_change_is_an_error(town: Town):
    record = improvement(town.north, town.employee)
    for name in ("state", "reference", "created_by", "nonsense"):
        with pytest.raises(KeyError):
            record_change(record_id=record.pk, changes={name: "x"}, access=town.access("handler"))


def test_a_stale_form_keeps_its_text_and_says_who_changed_what(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee, "The sign is wrong")
    mine = fields(record, title="My long considered title")
    record_change(record_id=record.pk, changes={"title": "Handler was first"}, access=town.access("handler"))
    client = sign_in(town.manager)
    response = client.post(address(record), mine)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Handler changed this a moment ago; your text is kept below." in html
    assert "changed title from The sign is wrong to Handler was first" in html
    assert 'value="My long considered title"' in html
    again = client.post(address(record), mine | {"token": response.context["form"].data["token"]})
    assert again.status_code == 302
    record.refresh_from_db()
    assert record.title == "My long considered title"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_saved_and_the_other_reads_it():
    town = build_town()
    record = improvement(town.north, town.employee)
    record.refresh_from_db()
    barrier, outcomes = threading.Barrier(2), []

    def save(who: str) -> None:
        try:
            access = town.access(who)
            barrier.wait()
            changes = {"title": f"From {who}"}
            with translation.override("en"):
                record_change(record_id=record.pk, changes=changes, access=access, token=edit_token(record))
            outcomes.append("saved")
        except StaleEdit as stale:
            outcomes.append(str(stale).split(";")[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(who,)) for who in ("manager", "handler")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes)[1] == "saved"
    assert sorted(outcomes)[0] in (
        "Manager changed this a moment ago",
        "Handler changed this a moment ago",
    )
    assert record.history.count() == 2


@pytest.mark.parametrize("token", ["2026-13-45T00:00:00", "2026-01-01T00:00:00", "nonsense"])
def test_a_token_that_is_none_of_ours_is_a_stale_form(town: Town, sign_in: SignIn, token: str):
    record = improvement(town.north, town.employee)
    address = f"{record.get_absolute_url()}edit/"
    assert sign_in(town.manager).post(address, fields(record, token=token)).status_code == 422
