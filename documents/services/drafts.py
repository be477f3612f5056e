"""Writing: a new document, a new version of one, a small correction, and the text itself."""

import copy
from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.content.sanitise import sanitise
from documents.content.words import words_of
from documents.models import Applies, Document, DocumentType, Version, Weight
from documents.models.version import MOST_TEXT
from documents.permissions import WRITE
from documents.selectors.pictures import pictures_not_kept
from documents.selectors.versions import newest_first, version_in_force, version_under_way
from documents.services.file_text import text_owe
from documents.services.locking import document_locked, version_locked
from documents.workflow.names import DRAFT, LOOK_OVER, PREPARING
from documents.workflow.seen import seen_as
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.organisation.services.holding import unit_held
from qms.records.attachments.storing import Stored
from qms.records.models import Visibility
from qms.records.services import record_create, record_save, task_close
from qms.records.services.attachments import attachment_hide, attachments_save
from qms.records.services.change import changed_meanwhile, edit_token
from qms.records.services.moves import who_may


def document_create(
    *,
    title: str,
    type: DocumentType,
    unit: Unit,
    owner: Person | None,
    applies_to: Iterable[Unit],
    access: Access,
    laws: str = "",
    restricted_why: str = "",
    text: str = "",
    key: UUID | None = None,
) -> Document:
    """Begin a document: it gets its number, and its first version as a draft of whoever begins it.

    It is the unit's own until its first version is in force; with `restricted_why` it stays with those who
    handle it. What was begun with the same `key` (`qms.once.sent_key`) is returned. Raises NotYours without
    the right to write in the unit, RuleViolation for what cannot be.
    """
    if not access.can_in(WRITE, unit):
        raise NotYours(who_may(WRITE, Document(unit=unit)))
    if begun := _begun_with(key):
        return begun
    document = Document(
        title=title.strip(),
        type=type,
        unit=unit,
        owner=owner,
        laws=laws.strip(),
        visibility=Visibility.RESTRICTED if restricted_why.strip() else Visibility.INTERNAL,
        confidential_reason=restricted_why.strip(),
        key=key,
    )
    try:
        return _create(document, applies_to, text, access)
    except IntegrityError:
        # Two at once with the same key: the unique column let one through, and this is the other.
        if begun := _begun_with(key):
            return begun
        raise


def _begun_with(key: UUID | None) -> Document | None:
    """What was begun with that key."""
    found: Document | None = Document.objects.filter(key=key).first() if key else None
    return found


@transaction.atomic
def _create(document: Document, applies_to: Iterable[Unit], text: str, access: Access) -> Document:
    document.unit = unit_held(document.unit_id)
    if not document.type.is_active:
        raise RuleViolation(_("No new documents are written of this type."), field="type")
    record_create(record=document, access=access)
    applies_set(document=document, units=applies_to, access=access)
    _begin(document, 1, 0, text=_cleaned(text), access=access)
    return document


def applies_set(*, document: Document, units: Iterable[Unit], access: Access) -> list[Unit]:
    """Say for which units (with everything below) a document holds; returns those that are new.

    Inside the transaction of whoever has it locked (or just made) and may do it. Raises RuleViolation when
    none is named.
    """
    wanted = {unit.pk: unit for unit in units}
    if not wanted:
        raise RuleViolation(_("Choose for whom it holds, at least one unit."), field="applies_to")
    for row in document.applies.exclude(unit__in=wanted):
        note_by(row, access)
        row.delete()
    there = set(document.applies.values_list("unit_id", flat=True))
    new = [unit for pk, unit in wanted.items() if pk not in there]
    for unit in new:
        row = Applies(document=document, unit=unit, by=access.person)
        note_by(row, access)
        row.save()
    return new


def note_by(row: Applies, access: Access) -> None:
    """Who is said to have done it in the row's history."""
    row._history_user, row._change_reason = access.person, access.name[:100]  # type: ignore[attr-defined]


@transaction.atomic
def version_start(*, document_id: int, access: Access, small: bool = False) -> Version:
    """Begin the next version as a draft with the text that is in force; with `small` a correction (2.1).

    After a file it begins empty: what was written before it holds no longer. What asked for it to be looked
    over is done with a whole version. A small correction need not wait for the next whole version. Raises
    NotYours without the right, RuleViolation when one is under way already or the document no longer lives.
    """
    document = document_locked(document_id, access)
    if not access.can(WRITE, document):
        raise NotYours(who_may(WRITE, document))
    if not document.is_open:
        raise RuleViolation(
            _("It is “%(state)s”: no new version is written of it.") % {"state": document.state_offer.label}
        )
    if waiting := version_under_way(document, small=small):
        raise RuleViolation(
            _("%(version)s is under way already, with %(name)s.")
            % {"version": waiting.name, "name": waiting.owner.name if waiting.owner else _("no one yet")}
        )
    held = version_in_force(document)
    if small and held is None:
        raise RuleViolation(_("Nothing is in force yet, so there is nothing to correct."))
    last = held or cast("Version | None", newest_first(document).first())
    major, minor = _next_number(document, held if small else None)
    text = last.text if last and not last.is_file else ""
    version = _begin(document, major, minor, text=text, access=access)
    if not small:
        look_over_done(document=document, access=access)
    return version


def look_over_done(*, document: Document, access: Access) -> None:
    """Nobody need look it over any more just now. Inside the transaction that says so, with it locked."""
    for task in document.tasks.open().filter(kind=LOOK_OVER):
        task_close(task=task, access=access)


def _next_number(document: Document, corrected: Version | None) -> tuple[int, int]:
    versions = Version.objects.filter(document=document)
    if corrected is None:
        return (versions.aggregate(last=Max("major"))["last"] or 0) + 1, 0
    of_it = versions.filter(major=corrected.major)
    return corrected.major, of_it.aggregate(last=Max("minor"))["last"] + 1


def _begin(document: Document, major: int, minor: int, *, text: str, access: Access) -> Version:
    version = Version(
        document=document,
        major=major,
        minor=minor,
        title=document.title,
        text=text,
        unit=document.unit,
        owner=access.person or document.owner,
        weight=Weight.EDITORIAL if minor else "",
        visibility=seen_as(DRAFT, document.visibility),
        confidential_reason=document.confidential_reason,
    )
    record_create(record=version, access=access)
    if text and access.person and document.state == PREPARING:
        version.writers.add(access.person)
    return version


@transaction.atomic
def version_write(*, version_id: int, title: str, text: str, token: str, access: Access) -> Version:
    """Save the text of a draft. `token` is what the form carried (`edit_token`).

    Nobody's text is overwritten: where somebody else has saved meanwhile, StaleEdit is raised and nothing is
    changed. A picture that is not kept here is refused when it comes in; one that stands in the text already
    keeps nobody from writing on, but from sending it on. Raises NotYours without the right, RuleViolation
    when it is no draft any more or too long.
    """
    version, document = draft_locked(version_id, access)
    if token != edit_token(version):
        raise StaleEdit(changed_meanwhile(version))
    cleaned = _cleaned(text)
    if lacking := why_not_shown(document, cleaned, but=version.text):
        raise RuleViolation(lacking, field="text")
    if (title.strip(), cleaned) == (version.title, version.text):
        return version
    before = copy.copy(version)
    version.title, version.text = title.strip(), cleaned
    record_save(record=version, access=access, before=before)
    _written(version, document, access)
    return version


@transaction.atomic
def version_file_set(*, version_id: int, file: Stored | None, token: str, access: Access) -> Version:
    """Let a draft be an uploaded file, whose words a worker reads; None makes it written text again.

    The file before it is taken away: nobody takes it for what was decided once everyone sees the version.
    Raises what `version_write` does.
    """
    version, document = draft_locked(version_id, access)
    if token != edit_token(version):
        raise StaleEdit(changed_meanwhile(version))
    before = version.file
    version.file = attachments_save(record=version, files=[file], access=access)[0] if file else None
    version.extracted = ""
    record_save(record=version, access=access)
    if before:
        attachment_hide(attachment=before, access=access, why=_("It is no longer the text of the draft."))
    text_owe(version, access)
    _written(version, document, access)
    return version


def draft_locked(version_id: int, access: Access) -> tuple[Version, Document]:
    """A draft that `access` may write on, with its document, both locked.

    Raises NotYours without the right, RuleViolation when it is no draft any more, Record.DoesNotExist when
    `access` does not see it.
    """
    version = version_locked(version_id, access)
    refuse_no_draft(version, access)
    return version, version.document


def _written(version: Version, document: Document, access: Access) -> None:
    """Whoever wrote does not approve it; until something is in force, search finds the draft."""
    if access.person:
        version.writers.add(access.person)
    if document.state == PREPARING:
        before = copy.copy(document)
        document.title, document.text = version.title, plain_text(version)
        record_save(record=document, access=access, before=before)


def plain_text(version: Version) -> str:
    """The words of a version, written or taken from its file."""
    return version.extracted if version.is_file else words_of(version.text)


def why_not_shown(document: Document, text: str, *, but: str = "") -> str | None:
    """A sentence about pictures in `text`, which is cleaned, that are not kept with the document, or None.

    Those in the text `but` are not asked about.
    """
    removed, others = pictures_not_kept(document, text, but=but)
    if removed:
        return _("A picture in the text has been removed from the files. Take it out, or add it here again.")
    if others:
        return _("A picture in the text is not kept with this document. Take it out and add it here instead.")
    return None


def _cleaned(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise RuleViolation(
            _("The text is too long: at most %(most)d characters with its markup.") % {"most": MOST_TEXT},
            field="text",
        )
    return sanitise(text)


def refuse_no_draft(version: Version, access: Access) -> None:
    """Raise what keeps `access` from writing on `version`: NotYours, or RuleViolation when it is no draft."""
    if not access.can(WRITE, version):
        raise NotYours(who_may(WRITE, version))
    if version.state != DRAFT:
        raise RuleViolation(
            _("It can no longer be written on: it is now “%(state)s”. Take it back first.")
            % {"state": version.state_offer.label}
        )
