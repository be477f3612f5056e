"""Everything a page with a list of records shows, in a fixed number of queries."""

from dataclasses import replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.addresses import fixed_address
from qms.organisation.access import Access
from qms.organisation.fields import PersonField
from qms.organisation.models import Person
from qms.organisation.selectors import UnitRow, goes_on_in, unit_options, unit_rows
from qms.records import list_words as words
from qms.records import lists
from qms.records.asked import Asked
from qms.records.bulk import MOST as MOST_AT_ONCE
from qms.records.bulk import BulkAct, acts_for
from qms.records.kinds import SENT_BETWEEN, ListAct, kinds, listed_kinds
from qms.records.list_rows import ListRow, few_list_rows, list_excerpts, list_marks, list_rows, row_markup
from qms.records.models import Record, RecordQuerySet, SavedView
from qms.records.search import Matching, clean_text, matching
from qms.records.visibility import visible_parts
from qms.sql import Question
from qms.ui.components import Chip, Option, Tab


class Selection:
    """The records an address asks for, as `access` sees them: what the list shows and the export writes."""

    def __init__(self, query: QueryDict, access: Access, page: str = "") -> None:
        parsed = lists.parse(query, page)
        self.access = access
        self.today = timezone.localdate()
        self.units = unit_rows()
        self.unit = next((unit for unit in self.units if unit.pk == parsed.filter.unit), None)
        self.owner = _person(parsed.filter.owner, clean_text(query.get("name", "")))
        self.filter, unknown = self._with_the_known(parsed.filter, query.get("name", ""))
        self.ignored = words.ignored_line([*parsed.ignored, *unknown])

    def _with_the_known(
        self, chosen: lists.RecordFilter, name: str
    ) -> tuple[lists.RecordFilter, tuple[str, ...]]:
        """The filter with the person who was named, without a unit or a person that is not to be found."""
        unknown = []
        if chosen.unit and self.unit is None:
            chosen = replace(chosen, unit=None)
            unknown.append("unit")
        if self.owner:
            chosen = replace(chosen, owner=str(self.owner.pk))
        elif name or chosen.owner.isdigit():
            chosen = replace(chosen, owner="")
            unknown.append("owner")
        return chosen, tuple(unknown)

    @property
    def _of_page(self) -> RecordQuerySet:
        """All of what the page is about; not yet what the person sees of it."""
        records: RecordQuerySet = Record.objects.get_queryset()
        if self.filter.page:
            return records.filter(kind=self.filter.page)
        return records.exclude(kind__in=[kind.key for kind in kinds if kind.apart])

    @cached_property
    def _asked_for(self) -> RecordQuerySet:
        path = self.unit.path if self.unit else ""
        below = [unit.pk for unit in self.units if unit.path.startswith(path)]
        asked = self.filter.apply(self._of_page, access=self.access, units=below, today=self.today)
        return asked.filter(self._matching.condition) if self._matching else asked

    @cached_property
    def _matching(self) -> Matching | None:
        return matching(self.filter.text) if self.filter.text else None

    @property
    def records(self) -> RecordQuerySet:
        """What the filter lets through of what the person sees, in its order."""
        return self._asked_for.visible_to(self.access)


def _person(key: str, name: str) -> Person | None:
    """The person whose name was written, else the one with that id; None when that is not one person."""
    if name:
        found = list(PersonField(queryset=Person.objects.all()).exact(name))
        return found[0] if len(found) == 1 else None
    return Person.objects.filter(pk=key).only("name").first() if key.isdigit() else None


_SAVED = Question("""SELECT id, person_id, kind, name, query FROM records_savedview
    WHERE person_id = %s AND kind = %s ORDER BY name, id""")


class ListPage(Selection):
    """What the templates of a list show, each part read when it is first asked for."""

    step = lists.STEP
    most_at_once = MOST_AT_ONCE

    def __init__(self, query: QueryDict, access: Access, page: str = "", *, by_htmx: bool = False) -> None:
        super().__init__(query, access, page)
        self.by_htmx = by_htmx

    @cached_property
    def _asked(self) -> Asked:
        return Asked(self._asked_for)

    @cached_property
    def _read(self) -> list[ListRow]:
        """The records on the page, and one more if there is one."""
        return self._read_and_found[0]

    @cached_property
    def _read_and_found(self) -> tuple[list[ListRow], int]:
        shown = self.filter.shown
        if self.filter.is_of_few or (self._matching and not self._matching.is_common):
            return few_list_rows(self._asked, self.access, shown + 1)
        read = list_rows(self._asked, self.access, shown + 1)
        if self.cap <= shown:
            return read, len(read)
        return read, self._asked.count(visible_parts(self.access), self.cap)

    @property
    def rows(self) -> list[ListRow]:
        """The records on the page."""
        return self._read[: self.filter.shown]

    @property
    def row_markup(self) -> SafeString:
        """The rows of the table. Where "more" was asked for, the first new one takes the keyboard."""
        focus = self.first_new if self.by_htmx else 0
        marks = list_marks(self.rows)
        found = list_excerpts(self.rows, self.filter.text) if self.filter.text else {}
        return SafeString(
            "".join(
                row_markup(
                    row,
                    mark=marks.get(row.id, ""),
                    by_change=self.by_change,
                    focus=number == focus,
                    to_mark=bool(self.bulk_acts),
                    excerpt=found.get(row.id),
                )
                for number, row in enumerate(self.rows, start=1)
            )
        )

    @cached_property
    def bulk_acts(self) -> list[BulkAct]:
        """What the person can do with several rows at once."""
        return acts_for(self.filter.page, self.access)

    @property
    def found(self) -> int:
        """How many the filter lets through; anything above `cap` means more than that."""
        return self._read_and_found[1]

    @property
    def cap(self) -> int:
        """How far is counted: no further than is shown where all texts would have to be searched."""
        return self.filter.shown if self._matching and self._matching.is_common else words.COUNTED

    @cached_property
    def total(self) -> int:
        """How many there are without the filter; anything above `COUNTED` means more than that."""
        return self._of_page.count_visible_to(self.access, words.COUNTED)

    @cached_property
    def count_line(self) -> str:
        """ "38 deviations"."""
        return words.count_line(self.filter, self.found, self.cap)

    @cached_property
    def of_line(self) -> str:
        """ "of 214"; not counted where a text is searched, or what was found is itself counted no further."""
        if self.filter.text or self.found > self.cap:
            return ""
        return words.of_line(self.found, self.total)

    @property
    def title(self) -> str | Promise:
        """What the page is called."""
        return kinds[self.filter.page].plural if self.filter.page else _("All records")

    @property
    def kind_title(self) -> str | Promise:
        """What is listed: one kind, or all."""
        return self.filter.kind_offer.plural if self.filter.kind_offer else _("All records")

    @property
    def lead(self) -> str | Promise:
        """What the page means for the person, in a sentence."""
        if self.filter.page:
            return kinds[self.filter.page].list_lead
        return _("Everything in the units you see, whatever its kind.")

    @property
    def empty_icon(self) -> str:
        """The icon of the empty list."""
        return kinds[self.filter.page].icon if self.filter.page else "received"

    @property
    def empty_hint(self) -> str | Promise:
        """What to do where nothing is yet; the kind's own words."""
        own = kinds[self.filter.page].empty_hint if self.filter.page else ""
        return own or _("Nothing here yet.")

    @property
    def acts(self) -> list[ListAct]:
        """The buttons of the kind's app that stand above the list for this person."""
        own = kinds[self.filter.page].acts if self.filter.page else ()
        return [act for act in own if act.visible(self.access)]

    @property
    def chips(self) -> list[Chip]:
        """The active filters."""
        return words.chips(self.filter, self.unit, self.owner)

    @property
    def clear_url(self) -> str:
        """The same list without any filter; empty when there is none."""
        return "?" if self.filter.is_narrowed else ""

    @property
    def all_url(self) -> str:
        """The same list with everything in it, open or not."""
        return f"?{lists.RecordFilter(page=self.filter.page, kind=self.filter.page, state=lists.ALL).query()}"

    @cached_property
    def saved(self) -> list[tuple[SavedView, lists.RecordFilter]]:
        """The person's own views of this list, with what each of them asks for."""
        page = self.filter.page
        person = self.access.person
        views = [SavedView(*view) for view in _SAVED.fetch([person and person.pk, page])]
        return [(view, lists.parse(QueryDict(view.query), page).filter) for view in views]

    @property
    def saved_now(self) -> SavedView | None:
        """The person's own view that is shown, if it is one."""
        now = self.filter.without_paging()
        return next((view for view, chosen in self.saved if chosen.without_paging() == now), None)

    @property
    def may_be_saved(self) -> bool:
        """Whether this selection is worth a name of its own: it is no view yet."""
        return not any(tab.current for tab in self.tabs)

    @cached_property
    def tabs(self) -> list[Tab]:
        """The views that everyone has, then the person's own."""
        return words.tabs(self.filter, [(view.name, chosen) for view, chosen in self.saved])

    @property
    def save_url(self) -> str:
        """Where this selection is kept under a name."""
        kept = replace(self.filter, shown=lists.STEP).parameters()
        page = {"page": self.filter.page} if self.filter.page else {}
        return f"{fixed_address('records:view_save')}?{urlencode(page | kept)}"

    @property
    def export_url(self) -> str:
        """Where exactly this list is written to a workbook."""
        query = replace(self.filter, page="", shown=lists.STEP).query()
        return fixed_address("records:export") + (f"?{query}" if query else "")

    @property
    def more_url(self) -> str:
        """The same list with more of it; empty at its end and at the most that one page carries."""
        shown = self.filter.shown
        if self.found <= shown or shown >= lists.MOST:
            return ""
        return f"?{replace(self.filter, shown=min(shown + lists.STEP, lists.MOST)).query()}"

    @property
    def is_full(self) -> bool:
        """Whether there is more than one page carries."""
        return self.filter.shown >= lists.MOST and self.found > lists.MOST

    @property
    def first_new(self) -> int:
        """The place of the first row that the last "more" added (from 1); 0 on the first page."""
        return self.filter.shown - lists.STEP + 1 if self.filter.shown > lists.STEP else 0

    @property
    def unsorted_url(self) -> str:
        """The same list in its usual order: what the headers add theirs to."""
        return f"?{self.filter.changed(sort='').query()}"

    @property
    def by_change(self) -> bool:
        """Whether the list shows when each record was last changed, instead of when it was sent."""
        return self.filter.order == lists.CHANGED

    @cached_property
    def choices(self) -> dict[str, list[Option]]:
        """The choices of the filter's fields."""
        chosen = self.filter
        owners = [*words.OWNERS.items()] + ([(str(self.owner.pk), self.owner.name)] if self.owner else [])
        return {
            "kind": words.options([(kind.key, kind.plural) for kind in listed_kinds()], chosen.kind),
            "state": words.options(words.state_labels(chosen), chosen.state),
            "category": words.options(words.category_labels(chosen), chosen.category),
            "due": words.options(words.DUE.items(), chosen.due),
            "owner": words.options(owners, chosen.owner),
            "sort": words.options(words.ORDERS.items(), chosen.order),
        }

    @property
    def day_labels(self) -> tuple[str | Promise, str | Promise]:
        """What the fields for the days are called: of when it was sent in, or of what the selection tells."""
        return self.filter.selection.days if self.filter.selection else SENT_BETWEEN

    @property
    def goes_on_in(self) -> UnitRow | None:
        """Where what was open in the chosen unit went when that closed."""
        return goes_on_in(self.unit, self.units, self.today) if self.unit else None

    @property
    def goes_on_url(self) -> str:
        """The same list of the unit that goes on."""
        unit = self.goes_on_in
        return f"?{self.filter.changed(unit=unit.pk if unit else None).query()}"

    @property
    def units_to_choose(self) -> list[UnitRow]:
        """The units that exist today, and the chosen one even where it has closed."""
        return [unit for unit in self.units if unit is self.unit or unit.is_in_force(self.today)]

    @property
    def unit_options(self) -> SafeString:
        """The choices of the unit."""
        return unit_options(self.units_to_choose, self.filter.unit)
