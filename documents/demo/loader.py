"""Loads the demo's governing documents: lived through the real services with the clock moved back.

Every number, date, decision and line in somebody's list comes from the service a person would have used that
day. A second run finds what is there by the unit and the title it came with, and changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

import time_machine
from django.db import transaction
from django.utils import timezone, translation

from documents.demo.markup import linked, titles_in
from documents.demo.plan import FOR_LEADERS, Fate, Planned, planned
from documents.models import Concerns, Document, DocumentType, Level, ReadDuty, Version, Weight
from documents.services import (
    document_applies_set,
    document_create,
    look_overs_open,
    review_answer,
    version_start,
    version_write,
)
from documents.workflow.names import READ
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import holders, responsible_for, units_in_force
from qms.organisation.services.demonstration import units_known
from qms.organisation.services.demonstration_access import Accesses
from qms.records.models import Notification, Task
from qms.records.services import move
from qms.records.services.change import edit_token
from qms.records.services.moves import read_token

HOUR = 10
NEWS_DAYS = 5  # what is older has been read
CONFIRMED = 4  # of five who must read have done so
BODIES = {Level.COUNCIL: "Kommunfullmäktige", Level.BOARD: "Kommunstyrelsen"}
SECOND_PARAGRAPH = (
    "<h2>Ändrat sedan förra versionen</h2>"
    "<p>Ansvaret har förtydligats efter synpunkter från verksamheten.</p>"
)


_Cast = tuple[Person, Person, Person]


@dataclass
class _Stage:
    """Types, units and people, and what has been asked about them."""

    types: dict[str, DocumentType]
    units: dict[str, Unit]
    accesses: Accesses = field(default_factory=Accesses)
    _cast: dict[int, _Cast | None] = field(default_factory=dict)

    def cast(self, unit: Unit) -> _Cast | None:
        """Who writes, who reviews and who decides for a unit: three different people. None where somebody has
        taken the roles that are needed for it."""
        if unit.pk not in self._cast:
            chief = responsible_for(unit) or Person.objects.filter(is_active=True).earliest("pk")
            writers = [one for one in holders(["author", "quality_manager"], unit) if one != chief]
            decider = next(iter(holders(["approver"], unit)), None) or chief
            writer = next((one for one in writers if one != decider), None)
            self._cast[unit.pk] = (
                (writer, _reviewer(unit, writer, decider) or chief, decider) if writer else None
            )
        return self._cast[unit.pk]


def _reviewer(unit: Unit, writer: Person, decider: Person) -> Person | None:
    staff = Person.objects.filter(is_active=True, home_unit__path__startswith=unit.path[:8])
    return staff.exclude(pk__in=[writer.pk, decider.pk]).order_by("pk").first()


@transaction.atomic
def documents_load() -> str:
    """Load what is missing of the demo's documents. Says what it did.

    What belongs to a unit that somebody has closed since, or where those who write and decide are no longer
    three, is passed over.
    """
    now = timezone.now()
    units = units_known()
    in_force = set(units_in_force().values_list("pk", flat=True))
    there = set(Document.history.filter(history_type="+").values_list("unit_id", "title"))
    stage = _Stage({kind.key: kind for kind in DocumentType.objects.all()}, units)
    missing = [
        (plan, cast)
        for plan in planned()
        if (units[plan.unit].pk, plan.title) not in there
        and units[plan.unit].pk in in_force
        and (cast := stage.cast(units[plan.unit]))
    ]
    with translation.override("sv"):
        kept = [_Life(stage, plan, cast, now).live() for plan, cast in missing]
        if missing:
            look_overs_open(access=SystemAccess("översyn av dokument"))
    told = Notification.objects.filter(record__in=[pk for pks in kept for pk in pks])
    told.filter(at__lt=now - timedelta(days=NEWS_DAYS)).update(read_at=now)
    told.update(mail_owed=False)
    return f"{len(planned())} documents, {len(missing)} of them new"


class _Life:
    """One document from its beginning to where it stands today."""

    def __init__(self, stage: _Stage, plan: Planned, cast: _Cast, now: datetime) -> None:
        self.plan, self.now = plan, now
        self.access = stage.accesses.of
        self.unit, self.type = stage.units[plan.unit], stage.types[plan.type]
        self.writer, self.reviewer, self.decider = cast
        age = plan.age
        if plan.fate == Fate.LATE:
            age = self.type.review_months * 31 + 40
        elif plan.fate == Fate.HELD or plan.fate == Fate.CORRECTED:
            age = min(age, self.type.review_months * 28)
        self.begun = age
        self.last = age

    def live(self) -> list[int]:
        """Everything that happened with it; ids of the records that came of it."""
        with self._days_ago(self.begun):
            self.document = document_create(
                title=self.plan.title,
                type=self.type,
                unit=self.unit,
                owner=responsible_for(self.unit) or self.decider,
                applies_to=[self.unit],
                laws=self.plan.laws,
                text=_citing(self.plan.text(self.unit.name)),
                access=self.access(self.writer),
            )
            if self.plan.key in FOR_LEADERS:
                document_applies_set(
                    document_id=self.document.pk,
                    units=[self.unit],
                    concerns=Concerns.LEADERS,
                    access=self.access(self.writer),
                )
        version = Version.objects.get(document=self.document)
        _FATES[self.plan.fate](self, version)
        self._read()
        return [
            self.document.pk,
            *Version.objects.filter(document=self.document).values_list("pk", flat=True),
        ]

    def _days_ago(self, days: int) -> time_machine.travel:
        self.last = days
        moment = (self.now - timedelta(days=max(days, 0))).replace(hour=HOUR, minute=0, second=0)
        return time_machine.travel(min(moment, self.now), tick=False)

    def to_review(self, version: Version) -> None:
        """Sent to the reviewer some days after it was begun."""
        with self._days_ago(self.last - 12):
            data = {"reviewers": [self.reviewer], "due": timezone.localdate() + timedelta(days=14)}
            move(record_id=version.pk, name="to_review", access=self.access(self.writer), data=data)

    def to_approval(self, version: Version) -> None:
        """Reviewed, and sent to whoever decides."""
        if not version.minor:
            self.to_review(version)
            with self._days_ago(self.last - 6):
                version.refresh_from_db()
                review_answer(
                    version_id=version.pk,
                    read=read_token(version),
                    answer="agree",
                    comment="Bra, det stämmer med hur vi arbetar.",
                    access=self.access(self.reviewer),
                )
        with self._days_ago(self.last - 2):
            data = {"approver": self.decider, "due": timezone.localdate() + timedelta(days=10)}
            move(record_id=version.pk, name="to_approval", access=self.access(self.writer), data=data)

    def approved(self, version: Version, *, later: int = 0) -> None:
        """Decided; in force the same day, or so many days later."""
        self.to_approval(version)
        with self._days_ago(self.last - 5):
            today = timezone.localdate()
            must_read = self.plan.must_read and not version.minor
            weight = Weight.NEW_DUTY if must_read else Weight.EDITORIAL if version.minor else Weight.CHANGED
            number = crc32(self.plan.key.encode()) % 180 + 10
            series = self.unit.code.split("-")[0]
            body = self._body()
            data = {
                "decided_by": body or f"{self.decider.name}, {self.decider.title_inside}",
                "paragraph": f"§ {number}" if body else "",
                "decided_on": today,
                "registry_number": f"{series} {today.year}/{number:05d}" if body else "",
                "valid_from": today + timedelta(days=later),
                "weight": weight,
                "changes_for_you": "Läs igenom och gör så här från och med nu." if must_read else "",
                "read_by": today + timedelta(days=21) if must_read else None,
            }
            move(record_id=version.pk, name="approve", access=self.access(self.decider), data=data)

    def _body(self) -> str:
        if not self.type.needs_decision:
            return ""
        committee = self.unit if self.unit.kind in ("committee", "board") else None
        return committee.name if committee else BODIES.get(Level(self.type.level), "Nämnden")

    def next(self, *, small: bool, ago: int) -> Version:
        """The next version, begun so many days ago."""
        with self._days_ago(ago):
            version = version_start(
                document_id=self.document.pk, access=self.access(self.writer), small=small
            )
            return version_write(
                version_id=version.pk,
                title=version.title,
                text=version.text + SECOND_PARAGRAPH,
                token=edit_token(version),
                access=self.access(self.writer),
            )

    def confirmed(self) -> None:
        """Looked over by its owner: still right."""
        with self._days_ago(20):
            document = Document.objects.select_related("type").get(pk=self.document.pk)
            move(
                record_id=document.pk,
                name="confirm",
                access=self.access(document.owner) if document.owner else SystemAccess("demo"),
                comment="Inget nytt i lag eller arbetssätt.",
                data={"due": document.review_after(timezone.localdate())},
            )

    def repealed(self) -> None:
        """Decided not to hold any longer."""
        with self._days_ago(30):
            body = self._body()
            data = {
                "decided_by": body or self.decider.name,
                "paragraph": "§ 12" if body else "",
                "decided_on": timezone.localdate(),
                "registry_number": f"{self.unit.code} {timezone.localdate().year}/00112" if body else "",
            }
            move(
                record_id=self.document.pk,
                name="repeal",
                access=self.access(self.decider),
                comment="Ersätts av den gemensamma riktlinjen.",
                data=data,
            )

    def _read(self) -> None:
        """Most of those who must read have done so."""
        duties = ReadDuty.objects.missing().filter(document=self.document).order_by("pk")
        confirmed = {}
        for place, duty in enumerate(duties):
            if place % (CONFIRMED + 1) < CONFIRMED:
                confirmed[duty] = min(duty.asked_at + timedelta(days=1 + place % 9), self.now)
        if confirmed:
            all_confirmed(confirmed)


def _citing(text: str) -> str:
    """The text with links to those documents it names that have been begun before it."""
    there = Document.objects.filter(title__in=titles_in(text)).defer("search", "text")
    return linked(text, {document.title: document.get_absolute_url() for document in there})


def all_confirmed(moments: Mapping[ReadDuty, datetime]) -> None:
    """Each duty, all of one document, confirmed at its moment: what `read_confirm` writes, at once."""
    document_id = next(iter(moments)).document_id
    held = Version.objects.get(document=document_id, is_in_force=True)
    for duty, moment in moments.items():
        duty.confirmed_at, duty.confirmed_version = moment, held
    ReadDuty.objects.bulk_update(moments, ["confirmed_at", "confirmed_version"])
    when: dict[int | None, datetime] = {duty.person_id: moment for duty, moment in moments.items()}
    tasks = list(Task.objects.open().filter(record=document_id, kind=READ, assignee__in=when))
    for task in tasks:
        task.closed_at, task.closed_by_id = when[task.assignee_id], task.assignee_id
        task.outcome = Task.Outcome.DONE
    Task.objects.bulk_update(tasks, ["closed_at", "closed_by", "outcome"])


def _held(life: _Life, version: Version) -> None:
    life.approved(version)


def _second(life: _Life, version: Version) -> None:
    life.approved(version)
    life.approved(life.next(small=False, ago=min(90, life.last - 5)))


def _corrected(life: _Life, version: Version) -> None:
    life.approved(version)
    life.approved(life.next(small=True, ago=min(40, life.last - 5)))


def _confirmed(life: _Life, version: Version) -> None:
    life.approved(version)
    life.confirmed()


def _review(life: _Life, version: Version) -> None:
    life.last = 20
    life.to_review(version)


def _approval(life: _Life, version: Version) -> None:
    life.last = 25
    life.to_approval(version)


def _scheduled(life: _Life, version: Version) -> None:
    life.approved(version)
    life.approved(life.next(small=False, ago=40), later=60)


def _repealed(life: _Life, version: Version) -> None:
    life.approved(version)
    life.repealed()


_FATES: dict[Fate, Callable[[_Life, Version], None]] = {
    Fate.HELD: _held,
    Fate.SECOND: _second,
    Fate.CORRECTED: _corrected,
    Fate.LATE: _held,
    Fate.CONFIRMED: _confirmed,
    Fate.DRAFT: lambda life, version: None,
    Fate.REVIEW: _review,
    Fate.APPROVAL: _approval,
    Fate.SCHEDULED: _scheduled,
    Fate.REPEALED: _repealed,
}
