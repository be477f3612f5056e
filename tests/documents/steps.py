"""Steps in the life of a document, through the services a person would use."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from documents.models import Document, DocumentType, ReadDuty, Review, Version, Weight
from documents.services import document_create, read_confirm, review_answer, version_start, version_write
from qms.exceptions import RuleViolation, StaleEdit
from qms.organisation.models import Unit
from qms.records.services import move
from qms.records.services.change import edit_token
from qms.records.services.moves import read_token
from tests.conftest import Town

TEXT = "<h2>When</h2><p>Write the note before the shift ends.</p><h2>Who</h2><p>Whoever was there.</p>"


def routine() -> DocumentType:
    """A type that a manager decides on: no paragraph is asked for."""
    return DocumentType.objects.get(key="rutin")


def guideline() -> DocumentType:
    """A type that a committee decides on."""
    return DocumentType.objects.get(key="riktlinje")


def begun(
    town: Town,
    title: str = "Notes in home care",
    *,
    by: str = "handler",
    text: str = TEXT,
    type: DocumentType | None = None,
    applies_to: tuple[Unit, ...] = (),
    **more: Any,
) -> Version:
    """A draft in North by somebody who may write there, owned by the manager of North."""
    document = document_create(
        title=title,
        type=type or routine(),
        unit=town.north,
        owner=town.manager,
        applies_to=applies_to or (town.north,),
        access=town.access(by),
        text=text,
        **more,
    )
    return Version.objects.get(document=document)


def written(town: Town, version: Version, text: str, by: str = "handler", title: str = "") -> Version:
    """The draft with another text."""
    version.refresh_from_db()
    return version_write(
        version_id=version.pk,
        title=title or version.title,
        text=text,
        token=edit_token(version),
        access=town.access(by),
    )


def sent_to_review(town: Town, version: Version, *reviewers: str, by: str = "handler") -> Version:
    """Asked of these people, within ten days."""
    people = [getattr(town, name) for name in reviewers or ("employee",)]
    data = {"reviewers": people, "due": timezone.localdate() + timedelta(days=10)}
    return move(record_id=version.pk, name="to_review", access=town.access(by), data=data)


def answered(town: Town, version: Version, by: str, answer: str = "agree", comment: str = "") -> Review:
    """A reviewer's answer."""
    read = read_token(Version.objects.get(pk=version.pk))
    access = town.access(by)
    return review_answer(version_id=version.pk, answer=answer, comment=comment, read=read, access=access)


def confirmed(town: Town, document: Document, by: str) -> ReadDuty:
    """Read, and confirmed by that person."""
    held = Version.objects.get(document=document, is_in_force=True)
    return read_confirm(document_id=document.pk, read=held.reference, access=town.access(by))


def sent_to_approval(town: Town, version: Version, approver: str = "manager", by: str = "handler") -> Version:
    """Asked of the approver, within a week."""
    data = {"approver": getattr(town, approver), "due": timezone.localdate() + timedelta(days=7)}
    return move(record_id=version.pk, name="to_approval", access=town.access(by), data=data)


def decision(**changed: Any) -> dict[str, Any]:
    """What an approval says, in force today and a change worth knowing unless said otherwise."""
    today = timezone.localdate()
    return {
        "decided_by": "The manager",
        "paragraph": "",
        "decided_on": today,
        "registry_number": "",
        "valid_from": today,
        "weight": Weight.CHANGED,
        "changes_for_you": "The note is written before the shift ends.",
        "read_by": today + timedelta(days=14),
        **changed,
    }


def approved(town: Town, version: Version, by: str = "manager", **changed: Any) -> Version:
    """Decided."""
    return move(record_id=version.pk, name="approve", access=town.access(by), data=decision(**changed))


def ready_to_approve(town: Town, version: Version, by: str = "handler") -> Version:
    """Reviewed by the employee and sent to the manager."""
    if not version.minor:
        sent_to_review(town, version, "employee", by=by)
        answered(town, version, "employee")
    return sent_to_approval(town, version, by=by)


def in_force(town: Town, title: str = "Notes in home care", **more: Any) -> Document:
    """A document with its first version in force today; `more` are parts of the decision."""
    kept = {key: more.pop(key) for key in ("text", "applies_to", "type") if key in more}
    version = begun(town, title, **kept)
    ready_to_approve(town, version)
    approved(town, version, **more)
    return Document.objects.get(pk=version.document_id)


def next_version(town: Town, document: Document, *, small: bool = False, **more: Any) -> Version:
    """The next version in force, a small correction or a whole one."""
    version = version_start(document_id=document.pk, access=town.access("handler"), small=small)
    written(town, version, more.pop("text", "<p>Write it at once.</p>"))
    ready_to_approve(town, version)
    return approved(town, version, **more)


def day(days: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=days)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised, all of them begun at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(10)
            return act()
        except (RuleViolation, StaleEdit) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
