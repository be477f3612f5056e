"""The kinds of record: what each app says about its own.

The ground never names a kind. An app adds a `RecordKind` to `kinds` in its `contributions.py`; lists,
search, detail frame, export, notifications and rights follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access, Action
from qms.records.workflow import State, TaskSpec, Transition, Workflow
from qms.registry import Registry

if TYPE_CHECKING:
    from django import forms

    from qms.organisation.models import Person
    from qms.records.forms.edit import RecordForm
    from qms.records.models import Link, Record
    from qms.ui.components import TimelineEntry

Text = str | Promise
SENT_BETWEEN: tuple[Text, Text] = (_("Sent from"), _("Sent until"))  # what the days of a list are called


@dataclass(frozen=True)
class Category:
    """A sort within a kind, e.g. a deviation among improvement cases. `plural` names a list of them."""

    key: str
    label: Text
    icon: str
    plural: Text = ""


@dataclass(frozen=True)
class Selection:
    """A choice of records that only the app can express, e.g. those answered late this month.

    An address asks for it with `only=key`; `condition` is on Record, for a given day. `personal` narrows
    it to what concerns the person who asks. With `few` there are few of them among all records: they are
    looked up one by one. Where something happened to them on a day, `happened` is the condition for its
    having happened between two moments (None: no bound) and takes the place of `condition`: the days of a
    list are then the days of that, and its fields for them are called `days`.
    """

    key: str
    label: Text
    condition: Callable[[date], Q] = lambda today: Q()
    personal: Callable[[Access], Q] | None = None
    few: bool = False
    happened: Callable[[datetime | None, datetime | None], Q] | None = None
    days: tuple[Text, Text] = SENT_BETWEEN

    def asked_by(
        self, access: Access, today: date, start: datetime | None = None, end: datetime | None = None
    ) -> Q:
        """What `access` asks for by it on the day `today`, where it happened from `start` to before `end`."""
        chosen = self.happened(start, end) if self.happened else self.condition(today)
        return chosen & (self.personal(access) if self.personal else Q())


@dataclass(frozen=True)
class ListAct:
    """A button above the list of a kind, for those to whom it is `visible`."""

    label: Text
    icon: str
    url_name: str
    visible: Callable[[Access], bool] = lambda access: True


class Effect(Protocol):
    """What an app does itself when a transition happens, inside its transaction.

    Called after the new state is set and before the record is saved; may change the record's fields
    and raise RuleViolation. Returns what the decision log keeps beside the comment (JSON, may be empty).
    """

    def __call__(
        self, record: Any, *, access: Access, comment: str, data: Mapping[str, Any]
    ) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class HeldBack:
    """Why a transition is not possible yet, and where on the way it is made so: `link` are the words."""

    sentence: Text
    url: str
    link: Text


Guard = Callable[[Any, Access], "Text | HeldBack | None"]
"""A condition of the app's own on a transition: why it is not possible yet, or None."""


def _nothing_taken(record: Any, person: Person, access: Access) -> None:
    return None


@dataclass(frozen=True)
class Takers:
    """To whom a task may be handed, where that is not anybody.

    `why_not` is a sentence why a person cannot have it (naming who can), or None. `able` are those who can,
    the nearest first: they alone are offered, unless `others` can have it too. `taken` is what follows when
    a person has it, in the same transaction, with the record locked.
    """

    why_not: Callable[[Any, Person], Text | None]
    able: Callable[[Any], Sequence[Person]] | None = None
    taken: Callable[[Any, Person, Access], None] = _nothing_taken
    others: bool = False


def _no_words(decision: Any) -> Text:
    return ""


def _nothing_else(access: Access, record: Any) -> Iterable[TimelineEntry]:
    return ()


class Followed(Protocol):
    """What an app does itself after fields of a record were changed, inside the same transaction."""

    def __call__(self, *, record: Any, before: Any, access: Access) -> None: ...


def _nothing_follows(*, record: Any, before: Any, access: Access) -> None:
    return None


class Told(Protocol):
    """What an app does itself when a record's followers are told of something, in the same transaction:
    a decision was made, something was said, or (with neither) fields or files were changed."""

    def __call__(self, *, record: Any, decision: Any, comment: Any, access: Access) -> None: ...


def _nobody_else(*, record: Any, decision: Any, comment: Any, access: Access) -> None:
    return None


def _no_one_else(record: Any) -> None:
    return None


def _nothing_noted(record: Any, access: Access) -> None:
    return None


def _from_the_first(access: Access, record: Any) -> datetime | None:
    return None


def _no_others(record_id: int) -> Iterable[int]:
    return ()


def _nobody(record: Any) -> frozenset[int]:
    return frozenset()


def _no_marks(ids: list[int]) -> Mapping[int, Text]:
    return {}


def _no_address(record: Any) -> str:
    return ""


def _no_links(links: Sequence[Link]) -> Mapping[int, Text]:
    return {}


def _no_file(record: Any, attachment: Any) -> Text:
    return ""


FILES_LEAD = _("Everyone who sees the record sees them, also those who come to see it later.")


def _no_paper(record: Any, attachment: Any) -> bool:
    return False


def _takes_files(record: Any) -> Text:
    return ""


def _shown_nowhere_else(attachment: Any, access: Access) -> bool:
    return False


def _no_details(access: Access, record: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class MoreColumns:
    """What a workbook says of the records of one kind beside what every record has: each column with its
    width in characters, and what stands in them, by the ids of some records: one query for all of these."""

    columns: Sequence[tuple[Text, int]]
    cells: Callable[[list[int]], Mapping[int, Sequence[object]]]


@dataclass(frozen=True)
class RecordKind:
    """One kind of record.

    `series` names the numbering series (settings.SERIES_LETTERS). `view` and `restricted` say which
    roles see internal and restricted ones. `body` gives the text that search finds. `detail` returns
    the context of `detail_template`, the part of the detail page that is the app's own. `decided` says
    in words what a Decision's `details` mean, for the timeline; `plain` what it means to whoever created the
    record, where its details say more than the transition does; `left_behind` what is said of it to whoever
    made it and sees the record no longer since: the record is answered with that instead of not being there.
    `move_forms`, `guards` and `effects`
    belong to transitions by name: what is asked, what must be true, what follows. `arises` says whether a
    transition makes sense at all just now: until it does, neither a button nor a reason is shown (its
    effect refuses it). Forms are made as `form(data=None, record=…, access=…)`; what `edit_form` cleans
    are fields of the record, and `changed` is what follows when they have been changed. `opened` is told
    that somebody looks at the record's page. `tasks` are those that no state asks for: the app opens and
    closes them, and a transition leaves them open. `takers` say, by the kind of task, who can be given it.
    `happened` are entries of the app's own for the timeline. `heard_since` is the moment from which on
    what was said of a record is for `access`, who sees it now: comments, words with decisions, what its
    fields said and its removed files were called; None for all of it.
    `told` tells those who follow a record without an account here. `beside` is what the record's page reads
    together with it, because guards and details both ask for it there; `joined` what is read with the record
    itself wherever it is asked for by its reference.
    `answers_too` is who is told what is said of a record beside its owner: whoever has it where it goes on.
    What is `sent_in` is to be answered, and its author's mails say so.
    `awaited_by` are ids of people who wait for the answer as its author does: they are told as the author is.
    `marks` are a few words about each of the records of a list, by id, where there is something to say: one
    query for all of them. A kind that `says_category` has that said of each instead. `text_field` is the
    model's own field with its plain text: a list in which a text is searched shows below each title where
    that text stands.
    `exported` are columns of its own in a workbook with this kind alone. `open_address` is where those
    without an account read a record that they may see; nothing where there is no such page.
    `keeps_links` says of links, by id, why they cannot be untied by hand: those that a transition made and
    another undoes. One query for all of them.
    `held_by` names the field with the record on whose state its moves depend (a case's actions: "source");
    that one must be the older of the two, as locks are taken in the order of age. `moved_with` names those
    that a move of the record with that id moves too, so that they are locked in the same order.
    `reference` gives a record its reference where it is no number of its own ("D-2026-0012-V2"); `series`
    is then empty. One that is `apart` is a part of another record: lists across kinds, search and export
    leave it out, since the other is what people look for. `keeps_file` says of a record and one of its files
    why that cannot be taken away by anyone: it is part of what is decided. `before_removal` says what to
    think of before one of its files is taken away. `is_paper` says of a record and one of its files that it
    is a paper of the work on it, for those who heard what was said then. `takes_no_file` says why no file
    can be added any more, `files_lead` who sees those that are. `shows_file` says of a file that is not
    seen where it hangs whether `access` reads a text in which it stands. `page_template` replaces the usual
    page of a record and is given the same context. `views` are what stands above the list in place of the
    usual (open, waiting for me …): a name and the query of the address. `acts` are buttons above it.
    """

    key: str
    label: Text
    plural: Text
    icon: str
    series: str
    model: type[Record]
    workflow: Workflow
    view: Action
    restricted: Action
    edit: Action
    list_url: str
    body: Callable[[Any], str]
    categories: Sequence[Category] = ()
    selections: tuple[Selection, ...] = ()
    detail: Callable[[Access, Any], dict[str, Any]] = _no_details
    detail_template: str = ""
    decided: Callable[[Any], Text] = _no_words
    plain: Callable[[Any], Text] = _no_words
    left_behind: Callable[[Any], Text] = _no_words
    edit_form: Callable[..., RecordForm] | None = None
    changed: Followed = _nothing_follows
    told: Told = _nobody_else
    beside: Callable[[], Sequence[Prefetch[Any, Any, Any]]] = tuple
    joined: tuple[str, ...] = ()
    answers_too: Callable[[Any], Person | None] = _no_one_else
    sent_in: bool = False
    awaited_by: Callable[[Any], frozenset[int]] = _nobody
    marks: Callable[[list[int]], Mapping[int, Text]] = _no_marks
    keeps_links: Callable[[Sequence[Link]], Mapping[int, Text]] = _no_links
    exported: MoreColumns | None = None
    open_address: Callable[[Any], str] = _no_address
    says_category: bool = False
    text_field: str = ""
    tasks: tuple[TaskSpec, ...] = ()
    takers: Mapping[str, Takers] = field(default_factory=dict)
    happened: Callable[[Access, Any], Iterable[TimelineEntry]] = _nothing_else
    heard_since: Callable[[Access, Any], datetime | None] = _from_the_first
    opened: Callable[[Any, Access], None] = _nothing_noted
    move_forms: Mapping[str, Callable[..., forms.Form]] = field(default_factory=dict)
    guards: Mapping[str, Guard | tuple[Guard, ...]] = field(default_factory=dict)
    arises: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    held_by: str = ""
    moved_with: Callable[[int], Iterable[int]] = _no_others
    reference: Callable[[Any], str] | None = None
    apart: bool = False
    keeps_file: Callable[[Any, Any], Text] = _no_file
    before_removal: Callable[[Any, Any], Text] = _no_file
    is_paper: Callable[[Any, Any], bool] = _no_paper
    takes_no_file: Callable[[Any], Text] = _takes_files
    files_lead: Text = FILES_LEAD
    shows_file: Callable[[Any, Access], bool] = _shown_nowhere_else
    page_template: str = "records/detail.html"
    views: Sequence[tuple[Text, str]] = ()
    acts: Sequence[ListAct] = ()
    list_lead: Text = ""
    empty_hint: Text = ""
    order: int = 100

    def state(self, key: str) -> State:
        """The state called `key`."""
        return self.workflow.state(key)

    def transition(self, name: str) -> Transition:
        """The transition called `name`; KeyError when there is none."""
        return self.workflow.transition(name)

    def category(self, key: str) -> Category | None:
        """The category called `key`, or None."""
        return next((category for category in self.categories if category.key == key), None)

    def selection(self, key: str) -> Selection | None:
        """The selection called `key`, or None."""
        return next((selection for selection in self.selections if selection.key == key), None)

    def icon_for(self, category: str) -> str:
        """The icon of a record of this kind and category."""
        found = self.category(category)
        return found.icon if found else self.icon

    def guards_of(self, transition: str) -> tuple[Guard, ...]:
        """What must allow the transition called so, in the order in which it is asked."""
        guards = self.guards.get(transition, ())
        return guards if isinstance(guards, tuple) else (guards,)

    @cached_property
    def task_specs(self) -> tuple[TaskSpec, ...]:
        """Every task, in any of the states or beside them."""
        return tuple(chain(self.tasks, *(state.tasks for state in self.workflow.states)))

    def task(self, kind: str) -> TaskSpec | None:
        """The task of that kind, or None."""
        return next((spec for spec in self.task_specs if spec.kind == kind), None)

    @cached_property
    def standing(self) -> frozenset[str]:
        """The kinds of task that a transition leaves open."""
        return frozenset(spec.kind for spec in self.tasks)


kinds: Registry[RecordKind] = Registry(RecordKind)


def personal_tasks() -> frozenset[str]:
    """The kinds of task that are asked of each person and that nobody can do for another."""
    return frozenset(spec.kind for kind in kinds for spec in kind.task_specs if spec.personal)


def listed_kinds() -> list[RecordKind]:
    """Those that stand in lists across kinds and are searched."""
    return [kind for kind in kinds if not kind.apart]
