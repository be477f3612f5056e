"""People: added, changed, gone, back. What they had goes on with somebody."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.mail.models import Mail
from qms.mail.services import mail_queue
from qms.organisation.models import Deputy, Person, UnitUserGrant
from qms.organisation.services import (
    person_change,
    person_create,
    person_deactivate,
    person_reactivate,
)
from qms.records.models import Task
from tests.conftest import Town, build_town
from tests.factories import grant, improvement


def add(town: Town, who: str = "admin", **values: object) -> Person:
    given = {"name": "Nora Ny", "email": "Nora.Ny@Town.test", "title": "Nurse", "language": "nb", **values}
    return person_create(home_unit_id=town.north.pk, access=town.access(who), **given)


def change(town: Town, who: str, person: Person, **values: object) -> Person:
    now = {key: getattr(person, key) for key in ("name", "email", "title", "home_unit_id", "language")}
    return person_change(person_id=person.pk, access=town.access(who), **{**now, **values})


def leave(town: Town, person: Person, who: str = "admin", **values: object) -> Person:
    return person_deactivate(person_id=person.pk, access=town.access(who), **values)


def test_somebody_added_chooses_a_password_later(town: Town):
    person = add(town)
    assert (person.email, person.home_unit, person.language) == ("nora.ny@town.test", town.north, "nb")
    assert not person.has_usable_password()
    assert person.history.get().history_user == town.admin
    assert person.events.get().kind == "person_added"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "MANAGER@town.test"}, "email"),
        ({"email": "not an address"}, "email"),
        ({"name": " "}, "name"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_a_person_cannot_be_is_said_beside_the_field(town: Town, values, field: str):
    with pytest.raises(RuleViolation) as refused:
        add(town, **values)
    assert refused.value.field == field


def test_a_local_administrator_adds_people_at_home_only(town: Town):
    grant(town.handler, "administrator", town.care)
    assert add(town, who="handler").home_unit == town.north
    with pytest.raises(NotYours):
        person_create(
            name="A", email="a@town.test", language="sv", home_unit_id=town.school.pk,
            access=town.access("handler"),
        )  # fmt: skip
    with pytest.raises(NotYours):
        person_create(name="A", email="a@town.test", language="sv", access=town.access("handler"))


def test_each_changed_field_is_an_event_in_words(town: Town):
    change(town, "admin", town.employee, title="Night nurse", home_unit_id=town.south.pk)
    found = set(town.employee.events.values_list("what", "before", "after"))
    assert found == {("title", "", "Night nurse"), ("home_unit", "North", "South")}


def test_mail_that_has_not_gone_follows_a_changed_address(town: Town):
    waits, gone = (
        mail_queue(
            purpose=Mail.Purpose.URGENT, to="employee@town.test", subject="News", text="-", person_id=pk
        )
        for pk in (town.employee.pk, town.employee.pk)
    )
    Mail.objects.filter(pk=gone.pk).update(sent_at=timezone.now())
    change(town, "admin", town.employee, email="right@town.test")
    assert [Mail.objects.get(pk=mail.pk).to for mail in (waits, gone)] == [
        "right@town.test",
        "employee@town.test",
    ]


def test_an_address_is_changed_only_by_who_could_give_all_the_persons_roles(town: Town):
    # The handler administers Care; the quality manager lives there, with a role on the whole.
    grant(town.handler, "administrator", town.care)
    change(town, "admin", town.quality, home_unit_id=town.north.pk)
    town.quality.refresh_from_db()
    change(town, "handler", town.quality, title="Strategist")
    town.quality.refresh_from_db()
    with pytest.raises(NotYours, match="has roles beyond what you administer"):
        change(town, "handler", town.quality, email="mine@town.test")
    with pytest.raises(NotYours, match="has roles beyond what you administer"):
        leave(town, town.quality, who="handler")


def test_what_a_leaver_had_goes_to_the_one_named(town: Town):
    record = improvement(town.north, town.employee)
    leave(town, town.manager, to_id=town.handler.pk, note="Retired")
    record.refresh_from_db()
    town.north.refresh_from_db()
    assert record.owner == town.handler and town.north.head is None
    assert Task.objects.open().get().assignee == town.handler
    event = town.manager.events.get(kind="person_left")
    assert (event.after, event.note) == ("Handler", "Retired")


def test_else_it_goes_to_the_responsible_manager(town: Town):
    record = improvement(town.north, town.employee)
    leave(town, town.manager)
    record.refresh_from_db()
    assert record.owner == town.care_head
    assert Task.objects.open().get().assignee == town.care_head


def test_the_successor_may_become_head_in_the_same_act(town: Town):
    leave(town, town.manager, to_id=town.handler.pk, heads_too=True)
    town.north.refresh_from_db()
    assert town.north.head == town.handler


def test_a_new_head_without_a_name_is_asked_for(town: Town):
    with pytest.raises(RuleViolation, match="Choose who takes over as head") as refused:
        leave(town, town.manager, heads_too=True)
    assert refused.value.field == "to"
    assert Person.objects.get(pk=town.manager.pk).is_active


def test_roles_groups_and_deputyships_end(town: Town):
    today = timezone.localdate()
    group = Group.objects.create(name="Team")
    town.handler.groups.add(group)
    for person, deputy in ((town.handler, town.reader), (town.reader, town.handler)):
        Deputy.objects.create(person=person, deputy=deputy, starts=today, ends=today)
    past = Deputy.objects.create(
        person=town.handler, deputy=town.admin, starts=today - timedelta(9), ends=today - timedelta(5)
    )
    leave(town, town.handler)
    assert not UnitUserGrant.objects.filter(user=town.handler).exists()
    assert not group.user_set.exists()
    assert list(Deputy.objects.all()) == [past]
    assert UnitUserGrant.history.filter(history_type="-").get().history_user == town.admin
    assert town.access("handler").grants == {}


def test_decisions_keep_who_took_them(town: Town):
    record = improvement(town.north, town.employee)
    leave(town, town.employee)
    assert Improvement.objects.get(pk=record.pk).created_by == town.employee
    assert record.decisions.get().actor_name == "Employee"


def test_nobody_marks_themselves_as_gone(town: Town):
    with pytest.raises(RuleViolation, match="Ask another administrator"):
        leave(town, town.admin)


def test_the_last_administrator_stays(town: Town):
    grant(town.handler, "administrator", town.kf, until=timezone.localdate())  # not for good
    with pytest.raises(RuleViolation, match="nobody would be left who can administer"):
        leave(town, town.admin, who="handler")
    assert Person.objects.get(pk=town.admin.pk).is_active
    grant(town.quality, "administrator", town.kf)
    leave(town, town.admin, who="quality")


def test_the_address_of_one_who_has_left_can_be_given_to_somebody_else_once_it_is_free(town: Town):
    leave(town, town.handler)
    with pytest.raises(RuleViolation, match="Handler, who has left, has this address") as refused:
        add(town, email="Handler@town.test")
    assert refused.value.field == "email"
    with pytest.raises(RuleViolation, match="Handler, who has left, has this address"):
        change(town, "admin", town.employee, email="handler@town.test")
    gone = change(town, "admin", town.handler, email="handler.gone@town.test", home_unit_id=town.south.pk)
    assert (gone.is_active, gone.home_unit) == (False, town.north)
    assert add(town, email="handler@town.test").is_active


def test_a_successor_who_has_left_is_refused(town: Town):
    leave(town, town.reader)
    with pytest.raises(RuleViolation, match="Reader has left") as refused:
        leave(town, town.manager, to_id=town.reader.pk)
    assert refused.value.field == "to"


def test_somebody_who_comes_back_has_no_roles(town: Town):
    leave(town, town.handler)
    back = person_reactivate(
        person_id=town.handler.pk, access=town.access("admin"), home_unit_id=town.south.pk
    )
    assert back.is_active and back.home_unit == town.south
    assert town.access("handler").grants == {"reader": (town.care.path,)}  # as every employee there
    with pytest.raises(RuleViolation, match="has not left"):
        person_reactivate(person_id=town.handler.pk, access=town.access("admin"))


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_mark_each_other_at_once_leave_one():
    town = build_town()
    grant(town.quality, "administrator", town.kf)
    barrier, outcomes = threading.Barrier(2), []

    def go(who: str, whom: Person) -> None:
        try:
            access = town.access(who)
            barrier.wait()
            person_deactivate(person_id=whom.pk, access=access)
            outcomes.append("done")
        except (RuleViolation, Person.DoesNotExist) as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    pairs = [("admin", town.quality), ("quality", town.admin)]
    threads = [threading.Thread(target=go, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes.count("done") == 1
    assert Person.objects.filter(pk__in=[town.admin.pk, town.quality.pk], is_active=True).count() == 1


def test_an_address_of_somebody_who_stands_in_counts_with_the_roles_of_the_one_away(town: Town):
    grant(town.handler, "administrator", town.care)
    today = timezone.localdate()
    Deputy.objects.create(person=town.admin, deputy=town.employee, starts=today, ends=today)
    with pytest.raises(NotYours, match="has roles beyond what you administer"):
        change(town, "handler", town.employee, email="mine@town.test")


def test_whoever_marks_a_head_as_gone_reads_who_has_it_now_and_what_nobody_heads(town: Town, client: Client):
    client.force_login(town.admin)

    def told(person: Person, **sent: object) -> str:
        address = reverse("organisation:person_leave", args=[person.pk])
        return client.post(address, {"note": "", **sent}, follow=True).content.decode()

    page = told(town.manager, to=town.handler.email)
    assert "What waited for them is now with Handler. Without a head now: North." in page
    page = told(town.south_head)
    assert "is now with the responsible manager of each unit. Without a head now: South." in page
    assert "is now with" not in told(town.employee)
