"""Many records chosen in a list, and what an act would do with each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from qms.organisation.access import Access
from qms.records.bulk import MOST, BulkAct
from qms.records.kinds import kinds
from qms.records.list_page import Selection
from qms.records.search import clean_text
from qms.records.services.bulk import Looked
from qms.records.services.change import edit_token


@dataclass(frozen=True)
class Choice:
    """The records that were chosen, as far as the person sees them; `cut` when there were more than MOST."""

    records: list[Any]
    cut: bool = False


@dataclass(frozen=True)
class Foreseen:
    """What will happen with one record, or why nothing will. `token` tells whether it changes meanwhile."""

    record: Any
    says: str
    why_not: str

    @property
    def token(self) -> str:
        """What the confirmation carries."""
        return f"{self.record.reference} {edit_token(self.record)}"


def chosen(kind: str, references: Iterable[str], access: Access) -> Choice:
    """Those that were marked, in their order. One query."""
    wanted = list(dict.fromkeys(map(clean_text, references)))
    rows = _rows(kind, access).filter(reference__in=wanted[:MOST])
    found = {record.reference: record for record in rows}
    records = [found[reference] for reference in wanted if reference in found]
    return Choice(records, cut=len(wanted) > MOST)


def all_of(kind: str, query: str, access: Access) -> Choice:
    """All that a list's filter shows, as far as MOST goes."""
    selection = Selection(QueryDict(query), access, kind)
    found = list(selection.records.values_list("pk", flat=True)[: MOST + 1])
    rows = {record.pk: record for record in _rows(kind, access).filter(pk__in=found[:MOST])}
    return Choice([rows[pk] for pk in found[:MOST] if pk in rows], cut=len(found) > MOST)


def _rows(kind: str, access: Access) -> Any:
    seen = kinds[kind].model.objects.visible_to(access)
    return seen.select_related("unit", "owner", "created_by").defer("search")


def foreseen(act: BulkAct, records: Iterable[Any], access: Access, data: Mapping[str, Any]) -> list[Foreseen]:
    """What `act` would do with each. The guards of each are asked: their queries grow with the rows."""
    found = []
    for record in records:
        why_not = str(act.why_not(record, access, data) or "")
        found.append(Foreseen(record, "" if why_not else str(act.says(record, data)), why_not))
    return found


def looked_at(kind: str, tokens: Iterable[str], access: Access) -> list[Looked]:
    """The rows of a confirmation (`Foreseen.token`) that the person still sees, in their order. One query."""
    pairs = dict(token.split(" ", 1) for token in map(clean_text, tokens) if " " in token)
    rows = {record.reference: record for record in _rows(kind, access).filter(reference__in=list(pairs))}
    return [
        Looked(rows[reference].pk, reference, rows[reference].title, token)
        for reference, token in pairs.items()
        if reference in rows
    ]
