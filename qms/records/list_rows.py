"""The rows of a list: read as plain values and written as markup.

A page carries up to 500 of them. As objects of three models they take three times as long to read, and
looked up by a template four times as long to write.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models.functions import Left
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.organisation.models.people import initials_of
from qms.records.asked import Asked
from qms.records.kinds import Text, kinds
from qms.records.models.record import Visibility, address_of
from qms.records.search import MARK, excerpts
from qms.records.visibility import seen_by
from qms.ui import markup
from qms.ui.html import filled
from qms.ui.icons import icon

EXCERPTED = 5_000  # characters of a text in which a list looks for an excerpt


class Owner(NamedTuple):
    """Who is responsible, as `markup.person` shows them."""

    name: str
    is_active: bool

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        return initials_of(self.name)


class ListRow(NamedTuple):
    """A record as a list shows it."""

    id: int
    kind: str
    category: str
    reference: str
    title: str
    state: str
    visibility: str
    due: date | None
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    unit: str
    owner_name: str | None
    owner_is_active: bool | None

    @property
    def owner(self) -> Owner | None:
        """Who is responsible, if anyone is."""
        return Owner(self.owner_name, bool(self.owner_is_active)) if self.owner_name else None


_COLUMNS = ", ".join(
    (
        *(f"records_record.{name}" for name in ListRow._fields[:11]),
        "unit.name",
        "owner.name",
        "owner.is_active",
    )
)
_JOINS = """
    JOIN organisation_unit AS unit ON unit.id = records_record.unit_id
    LEFT JOIN organisation_person AS owner ON owner.id = records_record.owner_id"""


def list_rows(asked: Asked, access: Access, count: int) -> list[ListRow]:
    """The first `count` of what is `asked` for and `access` sees, in its order. One query."""
    return [ListRow._make(values) for values in asked.first(seen_by(access), count, _COLUMNS, _JOINS)]


def few_list_rows(asked: Asked, access: Access, count: int) -> tuple[list[ListRow], int]:
    """The same of what can only be few, and how many they are in all. One query."""
    found, total = asked.first_of_few(seen_by(access), count, _COLUMNS, _JOINS)
    return [ListRow._make(values) for values in found], total


def list_marks(rows: Iterable[ListRow]) -> dict[int, Text]:
    """What the kinds say in a few words about records of the list, by id. A query for each kind that does."""
    said = {
        row.id: category.label
        for row in rows
        if kinds[row.kind].says_category and (category := kinds[row.kind].category(row.category))
    }
    return said | {
        pk: mark
        for kind, of_kind in _by_kind(rows).items()
        for pk, mark in kinds[kind].marks(of_kind).items()
    }


def list_excerpts(rows: Iterable[ListRow], text: str) -> dict[int, SafeString]:
    """Where the searched `text` stands in the texts of records of the list, by id; nothing of those in which
    it stands elsewhere. A query for each kind that names the field of its text, and one for all of them.
    """
    bodies: dict[int, str] = {}
    for key, ids in _by_kind(rows).items():
        kind = kinds[key]
        if kind.text_field:
            of_kind = kind.model.objects.filter(pk__in=ids).order_by()
            bodies.update(of_kind.values_list("pk", Left(kind.text_field, EXCERPTED)))
    return {pk: found for pk, found in excerpts(text, bodies).items() if MARK in found}


def _by_kind(rows: Iterable[ListRow]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.kind].append(row.id)
    return ids


def row_markup(
    row: ListRow,
    *,
    mark: Text,
    by_change: bool,
    focus: bool,
    to_mark: bool = False,
    excerpt: SafeString | None = None,
) -> SafeString:
    """One row of the table, with the `mark` of its kind: `by_change` shows when it was last changed, `focus`
    takes the keyboard there, `to_mark` lets it be chosen for what is done with several at once, `excerpt` is
    where the text that was searched stands."""
    kind = kinds[row.kind]
    return filled(
        '<tr><td class="wide"><div class="cell-title">{}{}<div><a class="row-link" href="{}"{}>{}</a>'
        '<div class="row-meta"><span class="num">{}</span><span>{}</span>{}{}</div>{}</div></div></td>'
        '<td class="hide-small">{}</td><td>{}</td>'
        '<td class="end hide-small"><span class="due">{}</span></td><td class="end">{}</td></tr>\n',
        _mark(row) if to_mark else "",
        icon(kind.icon_for(row.category)),
        address_of(row.reference),
        SafeString(" data-focus") if focus else "",
        row.title,
        row.reference,
        row.unit,
        filled("<span>{}</span>", mark) if mark else "",
        _restricted() if row.visibility == Visibility.RESTRICTED else "",
        filled('<p class="small">{}</p>', excerpt) if excerpt else "",
        markup.person(row.owner),
        markup.state(kind.state(row.state)),
        markup.short_day(row.changed_at if by_change else row.created_at),
        markup.due(row.due, closed=row.closed_at is not None),
    )


def _mark(row: ListRow) -> SafeString:
    label = _("Mark %(reference)s") % {"reference": row.reference}
    return filled(
        '<input class="ds-input" type="checkbox" form="bulk" name="row" value="{}" aria-label="{}">',
        row.reference,
        label,
    )


def _restricted() -> SafeString:
    return filled("<span>{}</span>", icon("locked", label=_("Only those who handle it see it")))
