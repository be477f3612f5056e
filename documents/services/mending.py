"""An official PDF that could not be made is somebody's to see to until it is there: its owner's task."""

from django.utils.translation import gettext as _

from documents.models import Document, FrozenPdf, Version
from documents.workflow.names import MEND_PDF
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.selectors import responsible_for
from qms.records.models import Notification, Task
from qms.records.services import task_close, task_open
from qms.records.services.notify import tell_of_task

State = FrozenPdf.State


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
        for task in waiting:
            task_close(task=task, access=access)
    elif missing.filter(version=version, state=State.FAILED).exists() and not waiting.exists():
        _ask(document, version, access)


def mending_passes_on(*, record: Document, before: Document, access: Access) -> None:
    """A new owner gets the task of the one before; one that was handed over stays where it is."""
    for task in record.tasks.select_for_update().open().filter(kind=MEND_PDF, assignee=_mender(before)):
        if _mender(record) == task.assignee:
            continue
        task_close(task=task, access=access, outcome=Task.Outcome.MOVED)
        task_open(
            record=record,
            kind=MEND_PDF,
            assignee=_mender(record),
            due=task.due,
            note=task.note,
            access=access,
        )


def _ask(document: Document, version: Version, access: Access) -> None:
    task = task_open(
        record=document,
        kind=MEND_PDF,
        assignee=_mender(document),
        due=None,
        note=_("%(version)s. It is tried again by itself; you can also have it tried at once.")
        % {"version": version.name},
        access=access,
        quietly=True,
    )
    if task.assignee:
        event = Notification.Event.TASK
        tell_of_task(task=task, person=task.assignee, event=event, access=access, urgent=False)


def _mender(document: Document) -> Person | None:
    owner = document.owner
    return owner if owner and owner.is_active else responsible_for(document.unit)
