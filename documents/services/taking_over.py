"""Taking over documents that exist: what a row of the list comes to, each document in one transaction."""

import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.content.extract import DAMAGED
from documents.content.sheet import COLUMNS
from documents.forms.taking_over import TakeOverForm
from documents.models import Document, Origin, Version
from documents.permissions import TAKE_OVER
from documents.selectors.archive import MOST_FILES, Files
from documents.selectors.taken_before import TakenBefore, left_out, perhaps
from documents.selectors.taking_over import Lookups, Planned, keys_of, plan
from documents.selectors.versions import version_in_force, versions_under_way
from documents.services.drafts import document_create, version_start
from documents.services.file_text import text_owe
from documents.services.lifetime import document_applies_set
from documents.services.locking import document_locked, version_locked
from qms.exceptions import RuleViolation
from qms.organisation.access import Access, access_for
from qms.organisation.services.holding import unit_held
from qms.records.attachments.storing import Stored, stored
from qms.records.imports.importers import Cells, Importer, Plan
from qms.records.models import ImportRow, ImportRun
from qms.records.services import move, record_save
from qms.records.services.attachments import attachments_save
from qms.records.services.change import record_change
from qms.ui.dates import day_text

Outcome = ImportRow.Outcome
# What the list says of a document, by its field: the column, and what people call it.
_FIELDS = {
    "type": ("type", gettext_lazy("Type")),
    "unit": ("unit", gettext_lazy("Belongs to")),
    "owner": ("owner", gettext_lazy("Document owner")),
    "due": ("review", gettext_lazy("Looked over next by")),
    "laws": ("laws", gettext_lazy("Laws and rules it rests on")),
}
# What was decided, and so stands in the official PDF.
_DECISION = ("title", "decided_by", "paragraph", "decided_on", "registry_number", "valid_from")


class DocumentRows:
    """What the rows of one list come to."""

    def __init__(self, run: ImportRun, files: Files) -> None:
        access = access_for(run.by)
        self._files = files
        self._lookups = Lookups(access)
        self._before = TakenBefore(
            keys_of(run.rows.values_list("cells", flat=True).iterator(), self._lookups), access
        )

    def plan(self, cells: Cells) -> Plan:
        """What is to be done with a row. Raises RuleViolation with the sentence that stands beside it."""
        planned = plan(cells, self._lookups, self._files, self._before)
        outcome, note = what_comes(planned)
        if outcome == Outcome.NEW and (found := self._before.alike(planned.title, planned.said["file"])):
            outcome, note = Outcome.LIKE, f"{perhaps(found)} {note}".strip()
        return Plan(planned.key, outcome, planned, record=planned.document, note=note)

    def prepared(self, plan: Plan) -> AbstractContextManager[list[Stored]]:
        """Its file, stored."""
        return stored([plan.of.received])

    def take(self, plan: Plan, prepared: list[Stored], access: Access) -> Document:
        """The document as it is then."""
        return _taken(plan.of, prepared[0], plan.outcome, access)


@contextmanager
def document_rows(run: ImportRun) -> Iterator[DocumentRows]:
    """With the files that came with the list, and what whoever sent it may."""
    if not run.archive:
        yield DocumentRows(run, Files(None))
        return
    with run.archive.open("rb") as kept, zipfile.ZipFile(kept) as archive:
        yield DocumentRows(run, Files(archive))


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


def what_comes(planned: Planned) -> tuple[str, str]:
    """What a row would change (a new document, a new version of a known one, only its data, or nothing), and
    a sentence on it.

    A row that says what it said last changes nothing, whatever has become of the document here. Raises
    RuleViolation where the list would undo what was written or decided here.
    """
    document = planned.document
    if document is None:
        open_to_all = _("Everyone can read it in the public register.") if planned.type.is_public else ""
        return Outcome.NEW, " ".join(filter(None, (open_to_all, _undated(planned))))
    new_file = planned.says_anew("file")
    if new_file or _decided_otherwise(planned, document):
        _check_brought(planned, document, new_file)
        put_right = _("What was decided is put right, as a small correction.")
        return Outcome.VERSION, _undated(planned) if new_file else put_right
    if changes := _changes(planned, document):
        names = ", ".join(str(_FIELDS[field][1]) for field in changes)
        return Outcome.DATA, _("Changes: %(fields)s.") % {"fields": names}
    return Outcome.SAME, ""


def _undated(planned: Planned) -> str:
    """What is said of a row without any day: from when it holds stands in the register and in the PDF."""
    if planned.said["valid_from"] or planned.said["decided_on"]:
        return ""
    return _("The list gives no day: it will be said to be in force from today.")


def _decided_otherwise(planned: Planned, document: Document) -> bool:
    """Whether the row says something else than last about what was decided, and it is not so already."""
    held = version_in_force(document)
    anew = [name for name in _DECISION if planned.said[name] and planned.says_anew(name)]
    said = {name: getattr(planned, name) for name in anew}
    if "decided_on" in said and not planned.said["valid_from"]:
        said["valid_from"] = planned.valid_from
    return bool(held) and any(getattr(held, name) != value for name, value in said.items())


def _check_brought(planned: Planned, document: Document, new_file: bool) -> None:
    """Raise RuleViolation unless what is in force is what the list brought, and nothing new is written."""
    for waiting in versions_under_way(document):
        raise RuleViolation(_("%(version)s is being written here.") % {"version": waiting.name})
    held = version_in_force(document)
    if held is None or planned.origin is None or held.pk != planned.origin.version_id:
        raise RuleViolation(
            _("%(version)s has been decided here since. Write the next version on the document's page.")
            % {"version": held.name if held else _("A later version")}
        )
    if document.ends_on and planned.valid_from >= document.ends_on:
        raise RuleViolation(
            _("It was decided that the document ends on %(day)s. Let it hold after all first.")
            % {"day": day_text(document.ends_on)}
        )
    if new_file and held.valid_from and planned.valid_from < held.valid_from:
        raise RuleViolation(
            _("%(version)s is in force since %(day)s: choose that day or a later one.")
            % {"version": held.name, "day": day_text(held.valid_from)}
        )


def _changes(planned: Planned, document: Document) -> dict[str, Any]:
    """What the row says otherwise than last, and the document otherwise than the row. An empty cell takes
    nothing away."""
    said = {"due": planned.review} | {name: getattr(planned, name) for name in _FIELDS if name != "due"}
    return {
        field: value
        for field, value in said.items()
        if value and planned.says_anew(_FIELDS[field][0]) and getattr(document, field) != value
    }


def _taken(planned: Planned, file: Stored, outcome: str, access: Access) -> Document:
    origin = planned.origin
    if origin is None:
        document = document_create(
            title=planned.title,
            type=planned.type,
            unit=planned.unit,
            owner=planned.owner,
            applies_to=[planned.unit],
            access=access,
            laws=planned.laws,
        )
        origin = Origin(document=document, key=planned.key)
        [begun] = versions_under_way(document)
        origin.version = _enter(begun, planned, file, access)
    else:
        unit_held(planned.unit.pk)  # it may have closed since the list was begun
        document = document_locked(origin.document_id, access)
        _check_not_meanwhile(origin)
        if outcome == Outcome.VERSION:
            small = not planned.says_anew("file")
            _check_brought(planned, document, not small)  # it may have been decided on since it was looked at
            _with_data(planned, document.pk, access)  # first: what comes into force says it too
            begun = version_start(document_id=document.pk, small=small, access=access)
            origin.version = _enter(begun, planned, file, access)
    document = _with_review(planned, _with_data(planned, document.pk, access), access)
    origin.said = planned.said
    origin.save()
    return document


def _check_not_meanwhile(origin: Origin) -> None:
    """Raise RuleViolation when another list has brought something since the row was looked at: what that said
    would be forgotten. With the document locked."""
    as_it_was = Origin.objects.filter(pk=origin.pk, said=origin.said, version=origin.version_id)
    if not as_it_was.exists():
        raise RuleViolation(_("It was taken over by another list at the same moment."))


def _with_data(planned: Planned, document_id: int, access: Access) -> Document:
    """The document with what the list says of it. What held for its unit alone holds for the new one."""
    document = document_locked(document_id, access)
    changes, before = _changes(planned, document), document.unit_id
    changes.pop("due", None)
    if changes:
        record_change(record_id=document_id, changes=changes, access=access)
        if "unit" in changes and {*document.applies.values_list("unit_id", flat=True)} == {before}:
            document_applies_set(document_id=document_id, units=[planned.unit], access=access)
    return document_locked(document_id, access)


def _with_review(planned: Planned, document: Document, access: Access) -> Document:
    """The document with the list's day for looking it over, also one that has passed."""
    if review := _changes(planned, document).get("due"):
        document.due = review
        record_save(record=document, access=access, before=document)
    return document


def _enter(begun: Version, planned: Planned, file: Stored, access: Access) -> Version:
    """The version that was begun gets its file and its decision and is in force."""
    version: Version = version_locked(begun.pk, access)
    version.title, version.text = planned.title, ""
    version.file = attachments_save(record=version, files=[file], access=access)[0]
    record_save(record=version, access=access)
    text_owe(version, access)
    move(record_id=version.pk, name="take_over", access=access, data={"planned": planned})
    return version


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
    left_out=left_out,
)
