"""What a worker could not make of a version is somebody's to see to until it is there: its owner's task."""

from django.db.models import Q
from django.utils.translation import gettext as _

from documents.models import Document, FileText, FrozenPdf, Version
from documents.models.file_text import IN_WANT
from documents.workflow.names import MEND_PDF, MEND_WORDS
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.selectors import responsible_for
from qms.records.models import Notification, Task
from qms.records.models.task import TaskQuerySet
from qms.records.services import task_close, task_open
from qms.records.services.notify import tell_of_task

PdfState, TextState = FrozenPdf.State, FileText.State


def mending_follow(*, document: Document, version: Version, access: Access) -> None:
    """Open or close the owner's task by what has become of the PDF of `version`.

    The caller has `document` locked and has written the state of the PDF. Told once for a failure, in the
    day's mail: the further tries say nothing more. It has no day: what is in the way is often a technician's
    to mend, and reminders would ask an owner for what they cannot do. It stands on their list, and among the
    figures, until no version's PDF is missing.
    """
    missing = FrozenPdf.objects.missing().filter(version__document=document)
    waiting = document.tasks.open().filter(kind=MEND_PDF)
    if not missing.exists():
        _close(waiting, access)
    elif missing.filter(version=version, state=PdfState.FAILED).exists() and not waiting.exists():
        _ask(document, MEND_PDF, _mender(document), _tried_again(version), access)


def words_follow(*, document: Document, access: Access, ended: Version | None = None) -> None:
    """Open or close the task of whoever is to see to a file of `document` whose words could not be read.

    The caller has `document` locked and has written what has become of them. Asked for is what is in force,
    of its owner, and what is under way, of whoever writes it; not `ended`, which is neither from now on. Told
    and left open as `mending_follow` says.
    """
    read_now = Q(version__is_in_force=True) | Q(version__is_under_way=True)
    files = FileText.objects.filter(read_now, version__document=document).exclude(state=TextState.READY)
    if ended is not None:
        files = files.exclude(version=ended)
    waiting = document.tasks.open().filter(kind=MEND_WORDS)
    unread = files.filter(state__in=IN_WANT).select_related("version__owner")
    first = unread.order_by("-version__is_in_force").first()
    if not files.exists():
        _close(waiting, access)
    elif first is not None and not waiting.exists():
        _ask(document, MEND_WORDS, _reader(document, first.version), _about(first), access)


def mending_passes_on(*, record: Document, before: Document, access: Access) -> None:
    """A new owner gets the tasks of the one before; one that was handed over stays where it is."""
    kinds = (MEND_PDF, MEND_WORDS)
    for task in record.tasks.select_for_update().open().filter(kind__in=kinds, assignee=_mender(before)):
        if _mender(record) == task.assignee:
            continue
        task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
        task_open(
            record=record,
            kind=task.kind,
            assignee=_mender(record),
            due=task.due,
            note=task.note,
            access=access,
        )


def _close(waiting: TaskQuerySet, access: Access) -> None:
    for task in waiting:
        task_close(task=task, access=access)


def _ask(document: Document, kind: str, person: Person | None, note: str, access: Access) -> None:
    task = task_open(
        record=document, kind=kind, assignee=person, due=None, note=note, access=access, quietly=True
    )
    if task.assignee:
        event = Notification.Event.TASK
        tell_of_task(task=task, person=task.assignee, event=event, access=access, urgent=False)


def _tried_again(version: Version) -> str:
    return _("%(version)s. It is tried again by itself; you can also have it tried at once.") % {
        "version": version.name
    }


def _about(text: FileText) -> str:
    if text.state == TextState.FAILED:
        return _tried_again(text.version)
    return _("%(version)s. %(fault)s Open it, save it anew and send it again.") % {
        "version": text.version.name,
        "fault": text.fault,
    }


def _mender(document: Document) -> Person | None:
    owner = document.owner
    return owner if owner and owner.is_active else responsible_for(document.unit)


def _reader(document: Document, version: Version) -> Person | None:
    """Whoever writes what is under way; of what is in force, its owner."""
    writer = version.owner if version.is_under_way else None
    return writer if writer and writer.is_active else _mender(document)
