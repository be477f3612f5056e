"""What another in force replaces is repealed by somebody: who can is asked, until its end is decided."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from documents.models import Document
from documents.selectors.approvers import able_to_repeal, why_not_repealer
from documents.selectors.selections import replaced
from documents.services.locking import document_locked
from documents.workflow.names import REPLACED
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.selectors import responsible_for
from qms.records.kinds import Takers
from qms.records.models import RecordQuerySet, Task
from qms.records.services import task_close, task_open
from qms.workdays import on_working_day

DAYS = 14  # until it is to be repealed

REPEAL_TAKERS = Takers(why_not_repealer, able_to_repeal)


def replaced_follow(*, access: Access) -> int:
    """Ask somebody to repeal what another in force replaces and whose end is not decided; whoever was asked
    of one that is replaced no longer need do nothing more. Returns how many are newly asked.

    Owed is said by the state of things: whatever happened in between, the tasks come out right.
    """
    asked = Exists(Task.objects.open().filter(record=OuterRef("pk"), kind=REPLACED))
    for pk in list(Document.objects.filter(asked).exclude(_owed()).values_list("pk", flat=True)):
        _let_be(pk, access)
    return sum(_ask(pk, access) for pk in list(_to_repeal().exclude(asked).values_list("pk", flat=True)))


def replaced_done(*, document: Document, access: Access) -> None:
    """Its end is decided: nobody need repeal it. Inside the transaction that decided, with it locked."""
    for task in document.tasks.open().filter(kind=REPLACED):
        task_close(task=task, access=access)


def _owed() -> Q:
    return replaced(timezone.localdate())


def _to_repeal() -> RecordQuerySet:
    found: RecordQuerySet = Document.objects.filter(_owed()).order_by("pk")
    return found


@transaction.atomic
def _ask(document_id: int, access: Access) -> int:
    document = document_locked(document_id, access)
    waiting = document.tasks.open().filter(kind=REPLACED)
    if waiting.exists() or not _to_repeal().filter(pk=document_id).exists():
        return 0
    due = on_working_day(timezone.localdate() + timedelta(days=DAYS))
    task_open(record=document, kind=REPLACED, assignee=_repealer(document), due=due, access=access)
    return 1


@transaction.atomic
def _let_be(document_id: int, access: Access) -> None:
    document = document_locked(document_id, access)
    if not _to_repeal().filter(pk=document_id).exists():
        for task in document.tasks.open().filter(kind=REPLACED):
            task_close(task=task, access=access, outcome=Task.Outcome.DROPPED)


def _repealer(document: Document) -> Person | None:
    """Its owner where they can repeal it, else the nearest who can; where nobody can, its owner or whoever
    answers for the unit: they see what is lacking."""
    owner = document.owner if document.owner and document.owner.is_active else None
    if owner and not why_not_repealer(document, owner):
        return owner
    return next(iter(able_to_repeal(document)), owner or responsible_for(document.unit))
