"""Everything a page with a list of records shows, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records import list_words as words
from qms.records import lists
from qms.records.kinds import kinds
from qms.records.models import Record, RecordQuerySet
from qms.ui.components import Chip, Tab


class Selection:
    """The records an address asks for, as `access` sees them: what the list shows and the export writes."""

    def __init__(self, query: QueryDict, access: Access, page: str = "") -> None:
        parsed = lists.parse(query, page)
        self.access = access
        self.filter = parsed.filter
        self.today = timezone.localdate()
        in_force = Unit.objects.in_force(self.today) | Unit.objects.filter(pk=self.filter.unit)
        self.units: Sequence[Unit] = in_force.only("name", "path", "depth")
        self.unit = next((unit for unit in self.units if unit.pk == self.filter.unit), None)
        self.owner = self._owner()
        self.ignored = words.ignored_line([*parsed.ignored, *self._leave_out_the_unknown()])

    def _owner(self) -> Person | None:
        if not self.filter.owner.isdigit():
            return None
        return Person.objects.filter(pk=self.filter.owner).only("name").first()

    def _leave_out_the_unknown(self) -> list[str]:
        """Take a unit or a person that does not exist out of the filter; returns the parameters' names."""
        gone: dict[str, object] = {}
        if self.filter.unit and self.unit is None:
            gone["unit"] = None
        if self.filter.owner.isdigit() and self.owner is None:
            gone["owner"] = ""
        self.filter = replace(self.filter, **gone)  # type: ignore[arg-type]
        return list(gone)

    @property
    def visible(self) -> RecordQuerySet:
        """All that the person sees of what the page is about."""
        records: RecordQuerySet = Record.objects.visible_to(self.access)
        return records.filter(kind=self.filter.page) if self.filter.page else records

    @property
    def records(self) -> RecordQuerySet:
        """What the filter lets through, in its order."""
        return self.filter.apply(self.visible, access=self.access, unit=self.unit, today=self.today)


class ListPage(Selection):
    """What the templates of a list show, each part read when it is first asked for."""

    step = lists.STEP

    @cached_property
    def _ids(self) -> list[int]:
        """The first of them: one pass over the index gives both the order and the (capped) count."""
        return list(self.records.values_list("pk", flat=True)[: words.COUNTED + 1])

    @cached_property
    def rows(self) -> list[Record]:
        """The records on the page."""
        ids = self._ids[: self.filter.shown]
        found = {record.pk: record for record in Record.objects.for_lists().filter(pk__in=ids)}
        return [found[pk] for pk in ids]

    @cached_property
    def found(self) -> int:
        """How many the filter lets through; anything above `COUNTED` means more than that."""
        return len(self._ids)

    @cached_property
    def total(self) -> int:
        """How many there are without the filter, capped in the same way."""
        return self.visible.order_by()[: words.COUNTED + 1].count()

    @property
    def count_line(self) -> str:
        """ "38 deviations"."""
        return words.count_line(self.filter, self.found)

    @property
    def of_line(self) -> str:
        """ "of 214"."""
        return words.of_line(self.found, self.total)

    @property
    def title(self) -> str | Promise:
        """What the page is called."""
        return kinds[self.filter.page].plural if self.filter.page else _("All records")

    @property
    def lead(self) -> str | Promise:
        """What the page means for the person, in a sentence."""
        if self.filter.page:
            return kinds[self.filter.page].list_lead
        return _("Everything in the units you see, whatever its kind.")

    @property
    def icon(self) -> str:
        """The icon of the empty list."""
        return kinds[self.filter.page].icon if self.filter.page else "received"

    @property
    def empty_hint(self) -> str | Promise:
        """What to do where nothing is yet; the kind's own words."""
        own = kinds[self.filter.page].empty_hint if self.filter.page else ""
        return own or _("Nothing here yet.")

    @property
    def chips(self) -> list[Chip]:
        """The active filters."""
        return words.chips(self.filter, self.unit, self.owner)

    @property
    def clear_url(self) -> str:
        """The same list without any filter; empty when there is none."""
        return "?" if self.filter.is_narrowed else ""

    @property
    def tabs(self) -> list[Tab]:
        """The views that everyone has, then the person's own."""
        return words.tabs(self.filter, ())

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
    def choices(self) -> dict[str, list[words.Option]]:
        """The choices of the filter's fields."""
        chosen = self.filter
        owners = [*words.OWNERS.items()] + ([(str(self.owner.pk), self.owner.name)] if self.owner else [])
        return {
            "kind": words.options([(kind.key, kind.plural) for kind in kinds], chosen.kind),
            "unit": words.options(words.unit_labels(self.units), str(chosen.unit or "")),
            "state": words.options(words.state_labels(chosen), chosen.state),
            "category": words.options(words.category_labels(chosen), chosen.category),
            "due": words.options(words.DUE.items(), chosen.due),
            "owner": words.options(owners, chosen.owner),
            "sort": words.options(words.ORDERS.items(), chosen.order),
        }

    @property
    def sorted_by(self) -> str:
        """The order in force, for the headers."""
        return self.filter.order

    @property
    def has_more_filters(self) -> bool:
        """Whether one of the filters that stand behind "More filters" is in use."""
        chosen = self.filter
        return bool(chosen.category or chosen.owner or chosen.since or chosen.until)
