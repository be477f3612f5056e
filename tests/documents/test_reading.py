"""Reading and confirming: who is asked, who drops out, who is reminded, and what a unit's status says."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Concerns, Document, ReadDuty, Weight
from documents.selectors.applies import applies_token
from documents.selectors.reading import reading_of
from documents.services import document_applies_set, duties_reconcile
from documents.services.reading import duties_ask, leaders_follow
from documents.workflow.names import READ
from qms.exceptions import NotYours, RuleViolation
from qms.home.selectors import open_tasks
from qms.organisation.access import SystemAccess
from qms.organisation.models import Deputy, Person, Unit
from qms.organisation.services import (
    person_change,
    person_create,
    person_deactivate,
    unit_close,
    unit_head_set,
    unit_merge,
    unit_move,
)
from qms.records.models import Notification, Reminder, Task
from qms.records.selectors.acts import now
from qms.records.services import move, task_hand_over
from qms.records.services.reminders import reminders_write
from qms.workdays import add_working_days
from tests.conftest import Town
from tests.documents.steps import approved, begun, confirmed, day, in_force, next_version, ready_to_approve
from tests.factories import grant, improvement, person

SYSTEM = SystemAccess("test")


@pytest.fixture
def document(town: Town) -> Document:
    """One that everyone in North must read within two weeks."""
    return in_force(town, weight=Weight.NEW_DUTY, read_by=day(14))


def asked(document: Document) -> set[str]:
    return set(ReadDuty.objects.standing().filter(document=document).values_list("person__name", flat=True))


def moved(town: Town, who: Person, unit_id: int) -> Person:
    return person_change(
        person_id=who.pk, name=who.name, email=who.email, title="", home_unit_id=unit_id, language="sv",
        access=town.access("admin"),
    )  # fmt: skip


def test_who_leads_them_finds_their_own_reading_among_what_waits_and_not_everybody_elses(
    town: Town, document: Document
):
    access = town.access("manager")
    mine = {task.assignee for task in open_tasks(access).filter(kind=READ)}
    assert mine == {town.manager}
    assert {task.assignee for task in open_tasks(access, team=True).filter(kind=READ)} == mine


def test_who_stands_in_is_neither_asked_nor_reminded_to_read_for_another(town: Town, document: Document):
    today = timezone.localdate()
    Deputy.objects.create(person=town.manager, deputy=town.outsider, starts=today, ends=day(30))
    answer = improvement(town.north, town.employee).tasks.open().get()
    access = town.access("outsider")
    assert list(open_tasks(access)) == [answer]
    assert not Task.objects.of(access).filter(kind=READ).exists()
    with time_machine.travel(add_working_days(day(14), 2)):
        reminders_write(access=SYSTEM)
    told = Notification.objects.filter(record=document, event__in=("due_soon", "overdue"))
    assert told.filter(person=town.manager, mail_owed=True).exists()
    assert not told.filter(person=town.outsider).exists()


def test_only_a_new_duty_asks_people(town: Town):
    in_force(town, weight=Weight.CHANGED)
    assert not ReadDuty.objects.exists()


def test_everyone_who_works_where_it_holds_is_asked_with_a_task(town: Town, document: Document):
    assert asked(document) == {"Manager", "Handler", "Employee"}
    tasks = Task.objects.open().filter(record=document, kind=READ)
    assert {task.assignee.name for task in tasks} == asked(document)
    assert {task.due for task in tasks} == {day(14)}


def test_a_document_waits_for_nobody_but_its_reader(town: Town, document: Document):
    """What each is asked to read is nothing to the others, and their page does not read a thousand tasks."""
    theirs, other = now(document, town.access("employee")), now(document, town.access("quality"))
    assert theirs.mine and theirs.hand_over_url == ""
    assert not other.mine
    assert other.heading == "What can be done now"


def test_it_holds_for_everything_below(town: Town):
    document = in_force(town, weight=Weight.NEW_DUTY, applies_to=(town.care,))
    assert asked(document) == {"Care Head", "Manager", "Handler", "Employee", "South Head"}


def test_confirming_is_ones_own_and_done_once(town: Town, document: Document):
    duty = confirmed(town, document, "employee")
    again = confirmed(town, document, "employee")
    assert duty.confirmed_at == again.confirmed_at and duty.confirmed_version.number == "1"
    assert not Task.objects.open().filter(record=document, assignee=town.employee).exists()
    with pytest.raises(NotYours, match="not been asked"):
        confirmed(town, document, "outsider")


def test_nobody_can_read_it_for_another(town: Town, document: Document):
    task = Task.objects.open().get(record=document, kind=READ, assignee=town.employee)
    with pytest.raises(RuleViolation, match="Nobody can do this for another"):
        task_hand_over(task_id=task.pk, to=town.handler, access=town.access("employee"))


def test_a_newcomer_gets_the_list_of_the_unit_with_a_time_of_their_own(town: Town, document: Document):
    made = person_create(
        name="New Here", email="new@town.test", home_unit_id=town.north.pk, language="sv",
        access=town.access("admin"),
    )  # fmt: skip
    duty = ReadDuty.objects.get(person=made)
    assert duty.due == day(30)
    assert Task.objects.open().get(assignee=made, kind=READ).due == day(30)


def test_whoever_moves_away_is_rid_of_it_and_goes_on_where_they_were_when_back(
    town: Town, document: Document
):
    confirmed(town, document, "handler")
    for who in (town.employee, town.handler):
        moved(town, who, town.school.pk)
    assert asked(document) == {"Manager"}
    assert not Task.objects.open().filter(record=document, assignee=town.employee).exists()
    assert ReadDuty.objects.get(person=town.employee).closed_why == "moved"
    for who in (town.employee, town.handler):
        moved(town, who, town.north.pk)
    assert asked(document) == {"Manager", "Handler", "Employee"}
    assert ReadDuty.objects.missing().filter(person=town.handler).count() == 0
    assert Task.objects.open().filter(record=document, assignee=town.employee).count() == 1


def test_a_unit_that_moves_is_asked_what_holds_where_it_lies(town: Town, document: Document):
    before = asked(document)
    unit_move(unit_id=town.south.pk, parent_id=town.north.pk, access=town.access("admin"))
    assert asked(document) == before | {"South Head"}
    assert Task.objects.open().filter(record=document, assignee=town.south_head, kind=READ).exists()
    unit_move(unit_id=town.south.pk, parent_id=town.care.pk, access=town.access("admin"))
    assert asked(document) == before
    assert not Task.objects.open().filter(record=document, assignee=town.south_head).exists()


def test_what_held_for_a_unit_that_merged_holds_for_the_one_that_goes_on(town: Town, document: Document):
    both = in_force(town, "In both", applies_to=(town.north,))
    document_applies_set(document_id=both.pk, units=[town.north, town.south], access=town.access("manager"))
    before = asked(document)
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"))
    assert asked(document) == before | {"South Head"}
    for one in (document, both):
        assert [row.unit for row in one.applies.all()] == [town.south]
    document.refresh_from_db()
    assert (document.unit, document.owner) == (town.south, town.south_head)


def test_before_a_unit_closes_it_is_said_what_holds_only_there(town: Town, document: Document, sign_in):
    both = in_force(town, "In both", applies_to=(town.north,))
    document_applies_set(document_id=both.pk, units=[town.north, town.south], access=town.access("manager"))
    page = sign_in(town.admin).get(f"/organisation/units/{town.north.pk}/close/").content.decode()
    assert "1 governing document that holds only here" in page and document.title in page
    unit_close(unit_id=town.north.pk, access=town.access("admin"))
    assert asked(document) == set()
    page = sign_in(town.care_head).get(document.get_absolute_url()).content.decode()
    assert '<span class="quiet">(has closed)</span>' in page


def test_whoever_leaves_drops_out_and_nobody_inherits_the_reading(town: Town, document: Document):
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"), to_id=town.outsider.pk)
    assert asked(document) == {"Manager", "Handler"}
    assert not Task.objects.open().filter(record=document, assignee=town.outsider).exists()
    assert ReadDuty.objects.get(person=town.employee).closed_why == "left"


def test_a_newer_duty_takes_the_place_of_the_older_and_a_small_change_does_not(
    town: Town, document: Document
):
    confirmed(town, document, "employee")
    next_version(town, document, weight=Weight.CHANGED)
    assert ReadDuty.objects.missing().count() == 2  # who has not read it has it still
    next_version(town, document, weight=Weight.NEW_DUTY)
    assert ReadDuty.objects.missing().count() == 3
    assert Task.objects.open().filter(record=document, kind=READ).count() == 3
    assert set(ReadDuty.objects.filter(closed_why="newer").values_list("version__major", flat=True)) == {1}


def test_a_repealed_document_need_not_be_read(town: Town, document: Document):
    data = {"decided_by": "The manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=document.pk, name="repeal", access=town.access("manager"), comment="Old", data=data)
    assert not ReadDuty.objects.missing().exists()
    assert not Task.objects.open().filter(kind=READ).exists()


def test_where_it_holds_is_changed_and_the_duties_follow(town: Town, document: Document):
    document_applies_set(document_id=document.pk, units=[town.south], access=town.access("manager"))
    assert asked(document) == {"South Head"}
    with pytest.raises(RuleViolation, match="at least one unit"):
        document_applies_set(document_id=document.pk, units=[], access=town.access("manager"))


def test_only_those_missing_are_reminded_and_no_manager_of_each(town: Town, document: Document):
    confirmed(town, document, "manager")
    confirmed(town, document, "handler")
    late = timezone.now() + timedelta(days=15)
    while late.weekday() > 3:
        late += timedelta(days=1)
    with time_machine.travel(late):
        reminders_write(access=SYSTEM)
    reminded = Reminder.objects.filter(task__kind=READ).values_list("person__name", flat=True)
    assert set(reminded) == {"Employee"}


def test_the_status_of_a_unit_is_who_has_the_duty_now(town: Town, document: Document):
    confirmed(town, document, "employee")
    person_deactivate(person_id=town.employee.pk, access=town.access("admin"))
    found = reading_of(document, town.access("care_head"), timezone.localdate())
    assert [(unit.name, unit.confirmed, unit.total) for unit in found.units] == [("North", 0, 2)]
    assert {duty.person for duty in found.missing} == {town.manager, town.handler}
    assert reading_of(document, town.access("outsider"), timezone.localdate()).total == 0


def test_done_twice_nothing_happens_the_second_time(town: Town, document: Document):
    before = list(ReadDuty.objects.order_by("pk").values())
    assert duties_reconcile(access=SYSTEM) == 0
    assert list(ReadDuty.objects.order_by("pk").values()) == before


def test_asking_a_thousand_costs_as_many_queries_as_asking_ten(town: Town):
    def cost(people: int) -> int:
        for number in range(people):
            person(f"reader{people}x{number}", town.north)
        document = in_force(town, weight=Weight.CHANGED)
        version = document.versions.get()
        version.weight, version.read_by = Weight.NEW_DUTY, day(14)
        document.asks_to_read = version
        document.save()
        with CaptureQueriesContext(connection) as queries:
            duties_ask(document=document, version=version, access=SYSTEM)
        assert ReadDuty.objects.filter(document=document).count() >= people
        return len(queries)

    assert cost(10) == cost(300) <= 12


def of_leaders(town: Town, where: Unit | None = None) -> Document:
    """One that only those who lead in Care (or elsewhere) must read."""
    units = [where or town.care]
    version = begun(town, applies_to=tuple(units))
    document_applies_set(
        document_id=version.document_id,
        units=units,
        concerns=Concerns.LEADERS,
        access=town.access("manager"),
    )
    version.refresh_from_db()
    ready_to_approve(town, version)
    approved(town, version, weight=Weight.NEW_DUTY)
    return Document.objects.get()


def test_what_concerns_those_who_lead_is_asked_of_them_alone(town: Town, sign_in):
    document = of_leaders(town)
    everyone = Person.objects.filter(home_unit__path__startswith=town.care.path, is_active=True)
    assert asked(document) == {"Care Head", "Manager", "South Head"} < {one.name for one in everyone}
    page = sign_in(town.employee).get(document.get_absolute_url()).content.decode()
    assert "heads and managers there must read it" in page and "I have read this" not in page


def test_whoever_begins_or_ceases_to_lead_gets_it_or_is_rid_of_it(town: Town):
    document = of_leaders(town)
    before = asked(document)
    grant(town.employee, "manager", town.north, until=day(20))
    assert leaders_follow(access=SYSTEM) == 1 and asked(document) == before | {"Employee"}
    [duty] = ReadDuty.objects.standing().filter(person=town.employee)
    assert duty.due > timezone.localdate()  # a time of their own
    with time_machine.travel(timezone.now() + timedelta(days=21)):
        assert leaders_follow(access=SYSTEM) == 0 and asked(document) == before
    duty.refresh_from_db()
    assert duty.closed_why == ReadDuty.Closed.ROLE
    unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"))
    assert "Handler" in asked(document)


def test_it_is_asked_of_whoever_leads_where_it_holds_wherever_they_work_themselves(town: Town):
    town.manager.home_unit = town.care
    town.manager.save()
    grant(town.employee, "manager", town.school)  # who works where it holds, and leads elsewhere
    document = of_leaders(town, town.north)
    assert asked(document) == {"Manager"}
    grant(town.handler, "manager", town.care)  # who works there, and leads all that it lies in
    grant(town.outsider, "manager", town.north)
    assert leaders_follow(access=SYSTEM) == 2 and asked(document) == {"Manager", "Handler", "Outsider"}
    assert {duty.unit.name for duty in ReadDuty.objects.all()} == {"Care", "North", "School"}


def test_a_duty_that_falls_away_says_why(town: Town, document: Document):
    concern = {"document_id": document.pk, "access": town.access("manager")}
    document_applies_set(units=[town.north], concerns=Concerns.LEADERS, **concern)
    assert why_closed() == {"Handler": "role", "Employee": "role"}
    document_applies_set(units=[town.school], **concern)
    assert why_closed()["Manager"] == "moved"


def why_closed() -> dict[str, str]:
    closed = ReadDuty.objects.filter(closed_at__isnull=False)
    return dict(closed.values_list("person__name", "closed_why"))


def test_who_must_read_it_is_chosen_on_the_page_and_the_duties_follow(town: Town, document, sign_in):
    address = reverse("documents:applies", args=[document.reference])
    browser = sign_in(town.manager)
    known = {"token": applies_token(document)}
    answer = browser.post(address, {"units": [town.north.pk], **known})
    assert answer.status_code == 422 and "Choose who must read it." in answer.content.decode()
    browser.post(address, {"units": [town.north.pk], "concerns": "leaders", **known})
    assert asked(document) == {"Manager"}
    assert Document.history.filter(concerns="leaders").exists()
    document.refresh_from_db()
    known = {"token": applies_token(document)}
    browser.post(address, {"units": [town.north.pk], "concerns": "everyone", **known})
    assert asked(document) == {"Manager", "Handler", "Employee"}


def test_whoever_has_read_the_last_document_is_led_on(town: Town, document: Document, sign_in):
    client, confirm = sign_in(town.employee), reverse("documents:confirm_read", args=[document.reference])
    page = client.post(confirm, {"read": f"{document.reference}-V1"}, follow=True).content.decode()
    assert "You have read everything" in page and "To the start page" in page
    assert "To the start page" in client.get(document.get_absolute_url()).content.decode()


def test_a_version_that_came_while_one_read_the_one_before_is_not_confirmed_unread(
    town: Town, document: Document, sign_in
):
    client, confirm = sign_in(town.employee), reverse("documents:confirm_read", args=[document.reference])
    page = client.get(document.get_absolute_url()).content.decode()
    read = {"read": f"{document.reference}-V1"}
    assert f'name="read" value="{read["read"]}"' in page
    next_version(town, document, text="<p>Lock the medicine away.</p>", weight=Weight.NEW_DUTY)
    page = client.post(confirm, read, follow=True).content.decode()
    assert "Version 2 has come into force since you opened the page." in page
    assert "Lock the medicine away." in page and "I have read this" in page
    assert not ReadDuty.objects.filter(person=town.employee, confirmed_at__isnull=False).exists()
    client.post(confirm, {"read": f"{document.reference}-V2"})
    assert ReadDuty.objects.standing().get(person=town.employee).confirmed_version.number == "2"


def test_two_who_say_for_whom_it_holds_do_not_undo_each_other(town: Town, document: Document, sign_in):
    browser, address = sign_in(town.manager), reverse("documents:applies", args=[document.reference])
    [token] = re.findall(r'name="token" value="([^"]+)"', browser.get(address).content.decode())
    document_applies_set(
        document_id=document.pk, units=[town.north, town.south], access=town.access("manager")
    )
    sent = {"units": [town.north.pk, town.school.pk], "concerns": "everyone", "token": token}
    refused = browser.post(address, sent)
    page = refused.content.decode()
    assert refused.status_code == 422 and "Somebody has changed this meanwhile." in page
    assert {row.unit for row in document.applies.all()} == {town.north, town.south}
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    assert browser.post(address, sent | {"token": token}).status_code == 302
    assert {row.unit for row in document.applies.all()} == {town.north, town.school}
