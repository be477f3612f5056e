"""Taking over documents that exist: what a row of the list comes to, each document in one transaction."""

import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.content.extract import DAMAGED
from documents.content.sheet import COLUMNS
from documents.forms.taking_over import TakeOverForm
from documents.models import Document, Origin, Version
from documents.permissions import TAKE_OVER
from documents.selectors.taking_over import MOST_FILES, Files, Lookups, Planned, plan
from documents.selectors.versions import version_in_force, version_under_way
from documents.services.drafts import document_create, version_start
from documents.services.file_text import text_owe
from documents.services.locking import document_locked, version_locked
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.services.holding import unit_held
from qms.records.attachments.storing import Stored, stored
from qms.records.imports.importers import Cells, Importer, Plan
from qms.records.models import ImportRow, ImportRun
from qms.records.services import move, record_save
from qms.records.services.attachments import attachments_save
from qms.records.services.change import record_change

Outcome = ImportRow.Outcome


class DocumentRows:
    """What the rows of one list come to."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lookups = Lookups()

    def plan(self, cells: Cells) -> Plan:
        """What is to be done with a row. Raises RuleViolation with the sentence that stands beside it."""
        planned = plan(cells, self._lookups, self._files)
        return Plan(planned.key, what_comes(planned), planned, record=planned.document)

    def prepared(self, plan: Plan) -> AbstractContextManager[list[Stored]]:
        """Its file, stored."""
        return stored([plan.of.received])

    def take(self, plan: Plan, prepared: list[Stored], access: Access) -> Document:
        """The document as it is then."""
        return _taken(plan.of, prepared[0], plan.outcome, access)


@contextmanager
def document_rows(run: ImportRun) -> Iterator[DocumentRows]:
    """With the files that came with the list."""
    if not run.archive:
        yield DocumentRows(Files(None))
        return
    with run.archive.open("rb") as kept, zipfile.ZipFile(kept) as archive:
        yield DocumentRows(Files(archive))


def check_archive(archive: BinaryIO | None) -> None:
    """Raise RuleViolation for what is no ZIP, or has too many files in it."""
    if archive is None:
        return
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = len(opened.infolist())
    except DAMAGED as error:
        raise RuleViolation(_("This is no ZIP file that can be opened."), field="archive") from error
    if entries > MOST_FILES:
        raise RuleViolation(
            _("At most %(most)d files in one ZIP: divide it with the list.") % {"most": MOST_FILES},
            field="archive",
        )


def what_comes(planned: Planned) -> str:
    """What a row would change: a new document, a new version of a known one, only its data, or nothing."""
    document = planned.document
    if document is None:
        return Outcome.NEW
    held = version_in_force(document)
    if held is None or held.file is None or held.file.sha256 != _hash(planned):
        if waiting := version_under_way(document):
            raise RuleViolation(_("%(version)s is being written here.") % {"version": waiting.name})
        return Outcome.VERSION
    return Outcome.DATA if _changes(planned, document) else Outcome.SAME


def _hash(planned: Planned) -> str:
    planned.received.content.seek(0)
    digest = sha256(planned.received.content.read()).hexdigest()
    planned.received.content.seek(0)
    return digest


def _changes(planned: Planned, document: Document) -> dict[str, Any]:
    said = {"title": planned.title, "unit": planned.unit, "owner": planned.owner, "due": planned.review}
    return {
        field: value
        for field, value in said.items()
        if getattr(document, field) != value and not (field in ("owner", "due") and value is None)
    }


def _taken(planned: Planned, file: Stored, outcome: str, access: Access) -> Document:
    if outcome == Outcome.NEW:
        document = document_create(
            title=planned.title,
            type=planned.type,
            unit=planned.unit,
            owner=planned.owner,
            applies_to=[planned.unit],
            access=access,
            laws=planned.laws,
        )
        Origin.objects.create(document=document, key=planned.key)
        _enter(document, planned, file, access)
    else:
        assert planned.document is not None  # noqa: S101  only a known document has another outcome
        unit_held(planned.unit.pk)  # it may have closed since the list was begun
        document = document_locked(planned.document.pk, access)
        if outcome == Outcome.VERSION:
            version_start(document_id=document.pk, access=access)
            _enter(document, planned, file, access)
    return _with_data(planned, document.pk, access)


def _with_data(planned: Planned, document_id: int, access: Access) -> Document:
    """The document with what the list says of it; a review date that has passed is taken over as it is."""
    document = document_locked(document_id, access)
    changes = _changes(planned, document)
    review = changes.pop("due", None)
    if changes:
        record_change(record_id=document_id, changes=changes, access=access)
        document = document_locked(document_id, access)
    if review:
        document.due = review
        record_save(record=document, access=access, before=document)
    return document


def _enter(document: Document, planned: Planned, file: Stored, access: Access) -> None:
    """The version that was begun gets its file and its decision and is in force."""
    begun = version_under_way(document)
    if begun is None:
        raise RuleViolation(_("No version could be begun of it."))
    version: Version = version_locked(begun.pk, access)
    version.title, version.text = planned.title, ""
    version.file = attachments_save(record=version, files=[file], access=access)[0]
    record_save(record=version, access=access)
    text_owe(version, access)
    move(record_id=version.pk, name="take_over", access=access, data={"planned": planned})


TAKING_OVER = Importer(
    key="documents",
    columns=COLUMNS,
    right=TAKE_OVER,
    refusal=gettext_lazy("Quality managers take over documents."),
    begin=document_rows,
    form=TakeOverForm,
    route="documents:take_over",
    home=(gettext_lazy("Governing documents"), "documents:list"),
    title=gettext_lazy("Take over documents"),
    lead=gettext_lazy(
        "What is decided already comes in here from a list and its files. First you see row by row what "
        "would happen; nothing is done before you say so. Sent again, the same list changes what is new "
        "and doubles nothing."
    ),
    what=gettext_lazy("Document"),
    check=check_archive,
)
