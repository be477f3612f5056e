"""What apps offer to take over from lists: the columns, the words, and what a row means."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from django.utils.functional import Promise

from qms.organisation.access import Access, Action
from qms.registry import Registry

if TYPE_CHECKING:
    from qms.records.forms.imports import ImportForm
    from qms.records.models import ImportRun, Record

Text = str | Promise
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Columns:
    """The columns of a list: by key what each may be called in the row of headings, in small letters.

    The first name stands in the template. Those `needed` must be there. Of a `long` one the lines are kept,
    and so many characters; of the others `most_letters`.
    """

    names: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    most_rows: int
    long: Mapping[str, int] = field(default_factory=dict)
    most_letters: int = 500

    @property
    def headings(self) -> list[str]:
        """As they stand in the template."""
        return [names[0].capitalize() for names in self.names.values()]


@dataclass(frozen=True)
class Plan:
    """A row understood: what it is known by, what would come of it (an `ImportRow.Outcome`) and of which
    record, a sentence that belongs to it, and what the app itself made of the row."""

    key: str
    outcome: str
    of: Any
    record: "Record | None" = None
    note: str = ""


class RowWork(Protocol):
    """What an app does with the rows of one run."""

    def plan(self, cells: Cells) -> Plan:
        """What is to be done with a row; writes nothing. Raises RuleViolation with why it is not possible."""
        ...

    def prepared(self, plan: Plan) -> AbstractContextManager[Any]:
        """What has to be there before the transaction begins, e.g. a stored file."""
        ...

    def take(self, plan: Plan, prepared: Any, access: Access) -> "Record":
        """Do it, inside a transaction. Raises RuleViolation."""
        ...


def _no_check(archive: BinaryIO | None) -> None:
    return None


@dataclass(frozen=True)
class LeftOut:
    """What a list does not name, though one before it did: how many, what that means, the first of them."""

    total: int
    meaning: Text
    records: "Sequence[Record]"


def _open_to_all(cells: Cells) -> bool:
    return False


def _nothing_left_out(run: "ImportRun", access: Access) -> LeftOut | None:
    return None


@dataclass(frozen=True)
class Importer:
    """Something that can be taken over from a list by those who hold a role of `right` somewhere.

    `begin` opens what a run needs for its rows (lookups, the files that came with it) once. `form` asks for
    list, files and source; `check` looks at the files before anything is kept. `route` is the name of the
    page with the form ("documents:take_over"), from which the other pages' names are made; `home` is the
    page above it, with its label. `what` heads the column with what is taken over. `left_out` says of a list
    that was looked through what it no longer names; `is_confidential` whether a row's title may not stand on
    the page of the list.
    """

    key: str
    columns: Columns
    right: Action
    refusal: Text
    begin: Callable[["ImportRun"], AbstractContextManager[RowWork]]
    form: Callable[..., "ImportForm"]
    route: str
    home: tuple[Text, str]
    title: Text
    lead: Text
    what: Text
    check: Callable[[BinaryIO | None], None] = _no_check
    left_out: Callable[["ImportRun", Access], LeftOut | None] = _nothing_left_out
    is_confidential: Callable[[Cells], bool] = _open_to_all
    order: int = 100

    def allows(self, access: Access) -> bool:
        """Whether `access` may take over."""
        return bool(access.paths(self.right.roles))


@contextmanager
def nothing_prepared() -> Iterator[None]:
    """For rows that need nothing beforehand."""
    yield


importers: Registry[Importer] = Registry(Importer)
