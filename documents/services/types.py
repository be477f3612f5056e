"""The types of governing documents: loading the usual ones, changing them, adding own ones."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from documents.models import DocumentType
from documents.permissions import TYPES
from documents.selectors.types import types_forget
from qms.exceptions import NotYours, RuleViolation, as_rule_violation
from qms.organisation.access import Access

DATA = Path(__file__).parent.parent / "data" / "document_types.json"
CHANGEABLE = frozenset(
    {
        *("name_sv", "name_en", "name_nb", "description_sv", "description_en", "category", "level"),
        *("usually_decided_by", "needs_decision", "review_months", "is_public", "minor_without_review"),
        *("order", "is_active"),
    }
)


@transaction.atomic
def types_load() -> int:
    """Add the usual types that are missing; returns how many. What the municipality has changed stays."""
    there = set(DocumentType.objects.values_list("key", flat=True))
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    missing = [(place, row) for place, row in enumerate(rows, start=1) if row["key"] not in there]
    for place, row in missing:
        kept = DocumentType(
            key=row["key"],
            review_months=row["review_interval_months"],
            is_public=row["public_by_default"],
            order=place * 10,
            **{field: row[field] for field in CHANGEABLE & row.keys()},
        )
        kept._change_reason = "Kvalitet"  # type: ignore[attr-defined]
        kept.save()
    types_forget()
    return len(missing)


@transaction.atomic
def type_save(*, key: str, values: Mapping[str, Any], access: Access) -> DocumentType:
    """Change the type called `key`, or add one when `key` is empty. Returns it: one that is the same to the
    letter as one there is already is that one.

    Documents there are keep what was decided for them; the next review counts by the new interval. Raises
    NotYours without the right, RuleViolation with its field for what cannot be, KeyError for a field that is
    not to be changed.
    """
    if not access.can_somewhere(TYPES):
        raise NotYours(_("The quality manager decides on the types of documents."))
    if unknown := set(values) - CHANGEABLE:
        raise KeyError(*sorted(unknown))
    if key:
        kept = DocumentType.objects.select_for_update(of=("self",)).get(key=key)
    elif same := _same_as(values):
        return same
    else:
        kept = DocumentType(key=_free_key(str(values.get("name_sv", ""))))
    for field, value in values.items():
        setattr(kept, field, value)
    try:
        kept.full_clean()
    except ValidationError as error:
        raise as_rule_violation(error) from error
    kept._history_user = access.person  # type: ignore[attr-defined]
    kept._change_reason = access.name[:100]  # type: ignore[attr-defined]
    kept.save()
    types_forget()
    return kept


def _same_as(values: Mapping[str, Any]) -> DocumentType | None:
    """The type of which all is as in `values`. The types are locked first, so that of two who add at once the
    second sees what the first has added."""
    list(DocumentType.objects.select_for_update(of=("self",)).order_by("pk"))
    return DocumentType.objects.filter(**values).first()


def _free_key(name: str) -> str:
    stem = slugify(name)[:24]
    if not stem:
        raise RuleViolation(_("Write what the type is called."), field="name_sv")
    taken = set(DocumentType.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{number}" for number in range(2, 999))) if key not in taken)
