"""What becomes of readers and documents when people and units change places."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from documents.models import Document, ReadDuty, Version, Weight
from documents.services import version_start
from qms.organisation.models import Person, Unit
from qms.organisation.services import person_change, unit_close, unit_merge
from qms.records.models import Task
from tests.conftest import Town
from tests.documents.steps import confirmed, in_force, next_version


def moved_to(town: Town, unit: Unit) -> None:
    """The employee works there from now on."""
    person = Person.objects.get(pk=town.employee.pk)
    person_change(
        person_id=person.pk,
        name=person.name,
        email=person.email,
        title=person.title,
        home_unit_id=unit.pk,
        language=person.language,
        access=town.access("admin"),
    )


def test_whoever_comes_back_after_long_has_as_much_time_as_a_newcomer(town: Town, settings):
    in_force(town, weight=Weight.NEW_DUTY)
    moved_to(town, town.school)
    assert not ReadDuty.objects.standing().filter(person=town.employee).exists()
    with time_machine.travel(timezone.now() + timedelta(days=200)):
        moved_to(town, town.north)
        duty = ReadDuty.objects.standing().get(person=town.employee)
        assert duty.due == timezone.localdate() + timedelta(days=settings.READ_DAYS)
        assert Task.objects.open().get(kind="read", assignee=town.employee).due == duty.due


def test_what_somebody_had_confirmed_before_they_left_the_unit_need_not_be_read_again(town: Town):
    document = in_force(town, weight=Weight.NEW_DUTY)
    before = confirmed(town, document, "employee")
    moved_to(town, town.school)
    moved_to(town, town.north)
    duty = ReadDuty.objects.standing().get(person=town.employee)
    assert (duty.confirmed_at, duty.due) == (before.confirmed_at, before.due)
    assert not Task.objects.open().filter(kind="read", assignee=town.employee).exists()


def belongs(document: Document) -> list[tuple[str, str]]:
    versions = Version.objects.filter(document=document).order_by("major")
    return [(version.number, version.unit.name) for version in versions]


def test_what_is_in_force_belongs_where_its_document_does_after_a_merger(town: Town):
    document = in_force(town)
    next_version(town, document)
    version_start(document_id=document.pk, access=town.access("handler"))
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"))
    assert belongs(document) == [("1", "North"), ("2", "South"), ("3", "South")]


def test_what_is_in_force_belongs_to_the_unit_above_after_a_closing(town: Town):
    document = in_force(town)
    unit_close(unit_id=town.north.pk, access=town.access("admin"))
    assert belongs(document) == [("1", "Care")]
