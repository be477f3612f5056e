"""Who must read what: asked in bulk, following people as they come, move and leave.

Who is concerned is asked of the tree and the people as they are now (`_CONCERNED`), so whatever happened in
between, the duties come out right; done twice, nothing happens the second time.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Concerns, Document, ReadDuty, Version
from documents.models.reading import ReadDutyQuerySet
from documents.selectors.versions import version_in_force
from documents.services.locking import document_locked
from documents.workflow.names import READ
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import Access
from qms.organisation.selectors import leading
from qms.records.models import Notification, Task
from qms.records.services import lock_records
from qms.sql import fetch

Closed = ReadDuty.Closed

# Documents in force that ask to be read and are no secret, with the active people each concerns: whose home
# unit lies where it holds, unless only leaders are asked; of those the ones who lead a unit there, wherever
# they work, and who work there and lead what it lies in.
_CONCERNED = """
WITH led AS (
    SELECT * FROM unnest(%(leaders)s::bigint[], %(led)s::text[]) AS led (person_id, path)
), asking AS (
    SELECT document.record_ptr_id AS id, document.asks_to_read_id, version.read_by, top.path,
        document.concerns = 'leaders' AS of_leaders
    FROM documents_document document
    JOIN records_record record ON record.id = document.record_ptr_id AND record.state = 'in_force'
        AND record.visibility IN ('public', 'staff')
    JOIN documents_version version ON version.record_ptr_id = document.asks_to_read_id
    JOIN documents_applies applies ON applies.document_id = document.record_ptr_id
    JOIN organisation_unit top ON top.id = applies.unit_id
    WHERE %(documents)s::bigint[] IS NULL OR document.record_ptr_id = ANY (%(documents)s)
), concerned AS (
    SELECT asking.id, person.id AS person_id FROM asking
    JOIN organisation_unit home ON starts_with(home.path, asking.path)
    JOIN organisation_person person ON person.home_unit_id = home.id
    WHERE (NOT of_leaders OR EXISTS (
        SELECT FROM led WHERE led.person_id = person.id AND starts_with(asking.path, led.path)
    )) AND (%(people)s::bigint[] IS NULL OR person.id = ANY (%(people)s))
    UNION
    SELECT asking.id, led.person_id FROM asking JOIN led ON of_leaders AND starts_with(led.path, asking.path)
    WHERE %(people)s::bigint[] IS NULL OR led.person_id = ANY (%(people)s)
)
SELECT DISTINCT asking.id, asks_to_read_id, person.id, person.home_unit_id, read_by
FROM concerned JOIN asking USING (id)
JOIN organisation_person person ON person.id = person_id AND person.is_active
WHERE person.home_unit_id IS NOT NULL
"""


@dataclass(frozen=True)
class _Concerned:
    """Somebody who must have read a document."""

    document_id: int
    version_id: int
    person_id: int
    unit_id: int
    read_by: date | None

    @property
    def key(self) -> tuple[int, int]:
        return self.version_id, self.person_id


def duties_ask(*, document: Document, version: Version, access: Access) -> int:
    """A version with a new duty is in force: ask everyone it concerns; what older ones asked falls away.

    Inside the transaction that took it into force, with the document locked and saved. Returns how many are
    asked. A handful of queries however many people there are. Where it came into force late and the day by
    which it was to be read has passed, each has as much time as a newcomer.
    """
    in_time = version.read_by if version.read_by and version.read_by >= timezone.localdate() else None
    return _follow(documents=[document.pk], people=None, access=access, by=in_time)


@transaction.atomic
def duties_reconcile(
    *, access: Access, documents: Collection[int] | None = None, people: Collection[int] | None = None
) -> int:
    """Let the duties follow who works where and what holds there; returns how many people are newly asked.

    Of these documents, or of these people. Newcomers get READ_DAYS for each document; whoever has left or
    works where it does not hold drops out, and what they confirmed stays noted.
    """
    asking = Document.objects.filter(asks_to_read__isnull=False)
    if documents is not None:
        asking = asking.filter(pk__in=documents)
    lock_records(*asking.order_by().values_list("pk", flat=True))
    return _follow(documents=documents, people=people, access=access, by=None)


def leaders_follow(*, access: Access) -> int:
    """Let what only leaders must read follow who leads: a role is given, taken and runs out without a word to
    documents. Returns how many people are newly asked.
    """
    of_leaders = Document.objects.filter(concerns=Concerns.LEADERS, asks_to_read__isnull=False)
    return duties_reconcile(documents=list(of_leaders.order_by().values_list("pk", flat=True)), access=access)


def _follow(
    *,
    documents: Collection[int] | None,
    people: Collection[int] | None,
    access: Access,
    by: date | None,
) -> int:
    led = leading()
    wanted = {one.key: one for one in _concerned(documents, people, led)}
    duties = ReadDuty.objects.all()
    if documents is not None:
        duties = duties.filter(document__in=documents)
    if people is not None:
        duties = duties.filter(person__in=people)
    standing = {
        (duty.version_id, duty.person_id): duty
        for duty in duties.standing().select_related("person", "document").defer("document__text")
    }
    for why, gone in _gone(standing, wanted, {person_id for person_id, _path in led}).items():
        duties_close(ReadDuty.objects.filter(pk__in=gone), why=why, access=access)
    moved = [duty for key, duty in standing.items() if key in wanted and duty.unit_id != wanted[key].unit_id]
    for duty in moved:
        duty.unit_id = wanted[duty.version_id, duty.person_id].unit_id
    ReadDuty.objects.bulk_update(moved, ["unit"], batch_size=1_000)
    return _open([one for key, one in wanted.items() if key not in standing], access, by)


def _concerned(
    documents: Collection[int] | None, people: Collection[int] | None, led: Collection[tuple[int, str]]
) -> Iterable[_Concerned]:
    given = {
        "documents": None if documents is None else list(documents),
        "people": None if people is None else list(people),
        "leaders": [person_id for person_id, _path in led],
        "led": [path for _person_id, path in led],
    }
    return [_Concerned(*row) for row in fetch(_CONCERNED, given)]


def _gone(
    standing: dict[tuple[int, int], ReadDuty], wanted: Collection[tuple[int, int]], leaders: Collection[int]
) -> dict[ReadDuty.Closed, list[int]]:
    """Ids of the duties that count no longer, by the reason."""
    gone: dict[ReadDuty.Closed, list[int]] = {}
    for key, duty in standing.items():
        if key in wanted:
            continue
        if duty.document.asks_to_read_id != duty.version_id:
            why = Closed.NEWER
        elif not duty.person.is_active:
            why = Closed.LEFT
        elif duty.document.is_restricted:
            why = Closed.RESTRICTED
        elif duty.document.concerns == Concerns.LEADERS and duty.person_id not in leaders:
            why = Closed.ROLE
        else:
            why = Closed.MOVED
        gone.setdefault(why, []).append(duty.pk)
    return gone


def _open(new: list[_Concerned], access: Access, by: date | None) -> int:
    """Ask each of them, by a task and a line in their list. Who was asked before goes on where they were,
    with as much time as a newcomer has."""
    if not new:
        return 0
    earlier = {
        (duty.version_id, duty.person_id): duty
        for duty in ReadDuty.objects.filter(
            version__in={one.version_id for one in new}, person__in={one.person_id for one in new}
        )
    }
    again = [earlier[one.key] for one in new if one.key in earlier]
    for duty in again:
        duty.closed_at, duty.closed_why = None, ""
    theirs = {one.key: one for one in new}
    for duty in again:
        one = theirs[duty.version_id, duty.person_id]
        duty.unit_id = one.unit_id
        if duty.confirmed_at is None:
            duty.due = max(duty.due, _newcomers_day(one))
    ReadDuty.objects.bulk_update(again, ["closed_at", "closed_why", "unit", "due"], batch_size=1_000)
    made = ReadDuty.objects.bulk_create(
        [
            ReadDuty(
                document_id=one.document_id,
                version_id=one.version_id,
                person_id=one.person_id,
                unit_id=one.unit_id,
                due=by or _newcomers_day(one),
            )
            for one in new
            if one.key not in earlier
        ],
        batch_size=1_000,
    )
    _ask([*made, *(duty for duty in again if duty.confirmed_at is None)], access)
    return len(made)


def _newcomers_day(one: _Concerned) -> date:
    """By when somebody who comes later has read it: READ_DAYS from now, never before the others."""
    later = timezone.localdate() + timedelta(days=settings.READ_DAYS)
    return max(one.read_by or later, later)


def _ask(duties: Sequence[ReadDuty], access: Access) -> None:
    tasks = Task.objects.bulk_create(
        [
            Task(record_id=duty.document_id, kind=READ, assignee_id=duty.person_id, due=duty.due)
            for duty in duties
        ],
        batch_size=1_000,
    )
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=duty.person_id,
                record_id=duty.document_id,
                event=Notification.Event.TASK,
                actor_name=access.name,
                task=task,
                data={"due": duty.due.isoformat()},
            )
            for task, duty in zip(tasks, duties, strict=True)
        ],
        batch_size=1_000,
    )


def duties_close(duties: ReadDutyQuerySet, *, why: ReadDuty.Closed, access: Access) -> None:
    """Let duties fall away with their reason, and the tasks that waited for them. Three queries."""
    now = timezone.now()
    waiting = list(duties.filter(confirmed_at__isnull=True).values_list("document_id", "person_id"))
    duties.update(closed_at=now, closed_why=why)
    tasks = Task.objects.open().filter(
        kind=READ,
        record__in={document for document, _person in waiting},
        assignee__in={person for _document, person in waiting},
    )
    gone = set(waiting)
    ids = [pk for pk, *key in tasks.values_list("pk", "record_id", "assignee_id") if tuple(key) in gone]
    Task.objects.filter(pk__in=ids).update(
        closed_at=now, closed_by=access.person, outcome=Task.Outcome.DROPPED
    )


@transaction.atomic
def read_confirm(*, document_id: int, read: str, access: Access) -> ReadDuty:
    """Confirm that one has read what is in force, the version with the reference `read`. Nobody does it for
    another; twice changes nothing.

    Raises NotYours for those who were not asked, StaleEdit when another version has come into force since
    they opened it, RuleViolation when nothing is in force, Record.DoesNotExist when `access` does not see it.
    """
    document = document_locked(document_id, access)
    duty = ReadDuty.objects.standing().filter(document=document, person=access.person).first()
    if access.person is None or duty is None:
        raise NotYours(_("You have not been asked to read and confirm this one."))
    if duty.confirmed_at is not None:
        return duty
    held = version_in_force(document)
    if held is None:
        raise RuleViolation(_("Nothing of it is in force, so there is nothing to confirm."))
    if held.reference != read:
        raise StaleEdit(
            _("%(version)s has come into force since you opened the page. Read it here, then confirm.")
            % {"version": held.name}
        )
    duty.confirmed_at, duty.confirmed_version = timezone.now(), held
    duty.save(update_fields=["confirmed_at", "confirmed_version"])
    Task.objects.open().filter(record=document, kind=READ, assignee=access.person).update(
        closed_at=duty.confirmed_at, closed_by=access.person, outcome=Task.Outcome.DONE
    )
    return duty
