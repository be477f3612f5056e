"""Loading standards, marking evidence, deciding what applies."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.services import record_locked
from qms.standards import permissions
from qms.standards.models import Edition, EvidenceType, Requirement, RequirementLink

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Source:
    """A data file and the edition it describes."""

    file: str
    standard: str
    year: int
    subject: str
    second_hand: bool = False

    @property
    def key(self) -> str:
        return self.file.replace("_", "-")


SOURCES = (
    Source("iso9001_2026", "ISO 9001", 2026, gettext_noop("Quality"), second_hand=True),
    Source("iso9001_2015", "ISO 9001", 2015, gettext_noop("Quality")),
    Source("iso14001_2015", "ISO 14001", 2015, gettext_noop("Environment")),
    Source("iso27001_2022", "ISO 27001", 2022, gettext_noop("Information security")),
)
# A later edition's field with the numbers it corresponds to → the edition of those numbers.
MAPPINGS = {"maps_to_2015": "iso9001-2015"}


@transaction.atomic
def standards_load() -> dict[str, int]:
    """Load or refresh all editions from the data files; returns requirements per edition key.

    Idempotent: what a municipality has decided (in use, applies, reasons) is left as it is.
    """
    norwegian = json.loads((DATA / "norwegian.json").read_text(encoding="utf-8"))
    changes = json.loads((DATA / "changes.json").read_text(encoding="utf-8"))
    for row in json.loads((DATA / "evidence_types.json").read_text(encoding="utf-8")):
        EvidenceType.objects.update_or_create(
            key=row["key"],
            defaults={
                "label_en": row["label_en"],
                "label_sv": row["label_sv"],
                "label_nb": norwegian["evidence"].get(row["label_en"], ""),
            },
        )
    rows = {source.key: _rows(source) for source in SOURCES}
    counts = {
        source.key: _load_edition(source, rows[source.key], norwegian["guidance"], changes)
        for source in SOURCES
    }
    _load_counterparts(rows)
    return counts


def _rows(source: Source) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{source.file}.json").read_text(encoding="utf-8"))
    return rows


def _load_edition(
    source: Source,
    rows: list[dict[str, Any]],
    norwegian: dict[str, str],
    changes: dict[str, dict[str, str]],
) -> int:
    edition, _is_new = Edition.objects.update_or_create(
        key=source.key,
        defaults={
            "standard": source.standard,
            "year": source.year,
            "subject": source.subject,
            "second_hand": source.second_hand,
        },
    )
    known = {requirement.number: requirement for requirement in edition.requirements.all()}
    for order, row in enumerate(rows):
        requirement = known.get(row["number"]) or Requirement(edition=edition, number=row["number"])
        kept = (*_FIELDS, "change_en", "change_sv", "change_nb", "guidance_nb", "order")
        before = {field: getattr(requirement, field) for field in kept}
        requirement.order = order
        requirement.parent = known[row["parent"]] if row["parent"] else None
        for field in _FIELDS:
            setattr(requirement, field, row.get(field) or _FIELDS[field])
        requirement.guidance_nb = norwegian.get(row["guidance_en"], "")
        _set_change(requirement, row.get("change", ""), changes)
        if requirement.pk is None or before != {field: getattr(requirement, field) for field in kept}:
            requirement.save()
        known[requirement.number] = requirement
    return len(rows)


_FIELDS: dict[str, Any] = {
    "title_en": "",
    "label_sv": "",
    "label_nb": "",
    "guidance_en": "",
    "guidance_sv": "",
    "documented_information": "",
    "evidence_keys": [],
}


def _set_change(requirement: Requirement, change: str, changes: dict[str, dict[str, str]]) -> None:
    """What is new in the clause, in our words and languages; of others nothing is reported."""
    said = changes.get(change, {})
    requirement.change_en = change if said else ""
    requirement.change_sv, requirement.change_nb = said.get("sv", ""), said.get("nb", "")


def _load_counterparts(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Tie clauses that ask the same in two editions: said by the data, or alike in number and title."""
    found = {(r.edition.key, r.number): r for r in Requirement.objects.select_related("edition")}
    for key, edition_rows in rows.items():
        for row in edition_rows:
            same = [(other.replace("_", "-"), row["number"]) for other in row.get("same_title_in", ())] + [
                (edition, number) for field, edition in MAPPINGS.items() for number in row.get(field, ())
            ]
            found[key, row["number"]].counterparts.add(*(found[pair] for pair in same if pair in found))


@transaction.atomic
def evidence_mark(*, record_id: int, requirement_id: int, note: str, access: Access) -> RequirementLink:
    """Say that a record is evidence for a requirement; saying it again with other words changes the note, and
    without any leaves it as it is: it may be another's.

    Raises NotYours without the right, RuleViolation when the requirement does not apply, Record.DoesNotExist
    when `access` does not see the record.
    """
    record = record_locked(record_id, access)
    if not access.can(permissions.MARK, record):
        raise NotYours(_("Only those who handle the record can mark it as evidence."))
    requirement = Requirement.objects.select_related("edition").get(pk=requirement_id)
    if not requirement.applies:
        raise RuleViolation(
            _("%(requirement)s does not apply to us: %(reason)s")
            % {"requirement": requirement, "reason": requirement.exclusion_reason},
            field="requirement",
        )
    note = note.strip()
    link, is_new = RequirementLink.objects.get_or_create(
        record_id=record.pk,
        requirement=requirement,
        defaults={"note": note, "created_by": access.person},
    )
    if not is_new and note and link.note != note:
        link.note = note
        link.save()
    return link


@transaction.atomic
def evidence_unmark(*, record_id: int, link_id: int, access: Access) -> None:
    """Take back that a record is evidence; history keeps that it was. Doing it twice changes nothing.

    Raises NotYours without the right, Record.DoesNotExist when `access` does not see the record.
    """
    record = record_locked(record_id, access)
    if not access.can(permissions.MARK, record):
        raise NotYours(_("Only those who handle the record can take this back."))
    for link in RequirementLink.objects.filter(pk=link_id, record_id=record.pk):
        link.delete()


@transaction.atomic
def scope_decide(*, requirement_id: int, applies: bool, reason: str, access: Access) -> Requirement:
    """Decide whether a requirement applies to the municipality (ISO 9001 4.3), with all that lies below it.

    What lies below and was decided otherwise by itself stays. Raises NotYours without the right,
    RuleViolation when one that does not apply has no reason, or one would apply within what does not.
    """
    if not access.can_somewhere(permissions.SCOPE):
        raise NotYours(_("The quality manager decides which requirements apply."))
    if not applies and not reason.strip():
        raise RuleViolation(_("Write why it does not apply: an auditor asks."), field="exclusion_reason")
    asked = Requirement.objects.get(pk=requirement_id)
    within = Q(pk=asked.pk) | Q(number__startswith=f"{asked.number}.")
    rows = Requirement.objects.select_for_update(of=("self",)).select_related("edition")
    # In the order of the standard, so that two who decide at once wait for each other.
    requirement, *below = rows.filter(within, edition=asked.edition_id).order_by("order")
    if applies and (left_out := _left_out_above(requirement)):
        raise RuleViolation(
            _("%(above)s, which it is a part of, does not apply to us. Decide about that first.")
            % {"above": left_out},
            field="applies",
        )
    before = requirement.exclusion_reason
    for one in [requirement, *(part for part in below if part.exclusion_reason == before)]:
        one.applies, one.exclusion_reason = applies, "" if applies else reason.strip()
        one.save()
    return requirement


def _left_out_above(requirement: Requirement) -> Requirement | None:
    parts = requirement.number.split(".")
    above = [".".join(parts[:depth]) for depth in range(1, len(parts))]
    rows = Requirement.objects.filter(edition=requirement.edition, number__in=above, applies=False)
    return rows.select_related("edition").first()
