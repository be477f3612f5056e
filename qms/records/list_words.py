"""What a list says in words: choices of the chosen, active filters, views, and how many there are."""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from qms.organisation.models import Person
from qms.organisation.selectors import UnitRow
from qms.records import lists
from qms.records.kinds import kinds
from qms.records.lists import RecordFilter
from qms.ui.components import Chip, Option, Tab
from qms.ui.dates import day_text

COUNTED = 1_000  # an exact count of more costs a second look at every row

Text = str | Promise

STATES: dict[str, Text] = {
    lists.OPEN: pgettext_lazy("records", "Open"),
    lists.ENDED: pgettext_lazy("records", "No longer open"),
    lists.ALL: pgettext_lazy("records", "All states"),
}
DUE: dict[str, Text] = {
    lists.OVERDUE: gettext_lazy("Late"),
    lists.TODAY: gettext_lazy("Today"),
    lists.WEEK: gettext_lazy("This week"),
    lists.MONTH: gettext_lazy("Next 30 days"),
    lists.NONE: gettext_lazy("No date"),
}
OWNERS: dict[str, Text] = {lists.ME: gettext_lazy("Me"), lists.NONE: gettext_lazy("No one yet")}
ORDERS: dict[str, Text] = {
    lists.SOONEST: gettext_lazy("Soonest date first"),
    lists.NEWEST: gettext_lazy("Newest first"),
    lists.CHANGED: gettext_lazy("Last changed first"),
}
PARAMETERS: dict[str, Text] = {
    "kind": gettext_lazy("kind"),
    "q": gettext_lazy("text"),
    "unit": gettext_lazy("unit"),
    "owner": gettext_lazy("responsible"),
    "author": gettext_lazy("sender"),
    "waiting": gettext_lazy("waiting for"),
    "state": gettext_lazy("state"),
    "category": gettext_lazy("kind"),
    "only": gettext_lazy("selection"),
    "due": gettext_lazy("next date"),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "sort": gettext_lazy("order"),
    "n": gettext_lazy("number of rows"),
}


def options(labels: Iterable[tuple[str, Text]], chosen: str) -> list[Option]:
    """Choices with the one in force marked."""
    return [Option(value, str(label), value == chosen) for value, label in labels]


def state_labels(chosen: RecordFilter) -> list[tuple[str, Text]]:
    """The states one can ask for: open, no longer open and all; of one kind, each of its own too.

    A kind with views of its own calls what is open as its first view does: no document is "open".
    """
    offer = chosen.kind_offer
    own = [(state.key, state.label) for state in offer.workflow.states] if offer else []
    called = (
        {lists.OPEN: offer.views[0][0], lists.ENDED: _("No longer current")} if offer and offer.views else {}
    )
    return [*(STATES | called).items(), *own]


def category_labels(chosen: RecordFilter) -> list[tuple[str, Text]]:
    """The categories within the kind that is listed."""
    offer = chosen.kind_offer
    return [(category.key, category.label) for category in offer.categories] if offer else []


def selection_label(chosen: RecordFilter) -> Text:
    """What the choice of the kind's app is called, if one is in force."""
    offer = chosen.kind_offer
    selection = offer.selection(chosen.only) if offer else None
    return selection.label if selection else ""


def noun(chosen: RecordFilter, count: int) -> str:
    """What is listed, in singular or plural, as in the middle of a sentence."""
    offer = chosen.kind_offer
    if offer is None:
        return _("record") if count == 1 else _("records")
    category = offer.category(chosen.category)
    if category and (count == 1 or category.plural):
        return str(category.label if count == 1 else category.plural).lower()
    return str(offer.label if count == 1 else offer.plural).lower()


def counted(count: int, cap: int) -> str:
    """A count as shown; past the cap it says so."""
    if count > cap:
        return _("more than %(count)s") % {"count": number_format(cap, force_grouping=True)}
    return number_format(count)


def count_line(chosen: RecordFilter, found: int, cap: int) -> str:
    """ "38 deviations"."""
    line = _("%(count)s %(noun)s") % {"count": counted(found, cap), "noun": noun(chosen, found)}
    return line[0].upper() + line[1:]


def of_line(found: int, total: int) -> str:
    """ "of 214", or nothing where it says no more than the count itself."""
    if found >= total:
        return ""
    return _("of %(count)s") % {"count": counted(total, COUNTED)}


def chips(chosen: RecordFilter, unit: UnitRow | None, owner: Person | None) -> list[Chip]:
    """The active filters; the address of each is the list without it."""
    words: list[tuple[object, Text, dict[str, object]]] = [
        (
            chosen.kind != chosen.page,
            chosen.kind_offer.plural if chosen.kind_offer else "",
            {"kind": chosen.page},
        ),
        (chosen.category, dict(category_labels(chosen)).get(chosen.category, ""), {"category": ""}),
        (chosen.only, selection_label(chosen), {"only": ""}),
        (chosen.text, _("“%(text)s”") % {"text": Truncator(chosen.text).chars(40)}, {"text": ""}),
        (unit, _("%(unit)s and below") % {"unit": unit and unit.name}, {"unit": None}),
        (chosen.state != lists.ALL, dict(state_labels(chosen))[chosen.state], {"state": lists.ALL}),
        (chosen.waiting, _("Waiting for me"), {"waiting": ""}),
        (chosen.author, _("Sent by me"), {"author": ""}),
        (
            chosen.owner,
            _("Responsible: %(name)s") % {"name": owner or OWNERS.get(chosen.owner)},
            {"owner": ""},
        ),
        (chosen.due, _("Next date: %(when)s") % {"when": DUE.get(chosen.due)}, {"due": ""}),
        (chosen.since, _("From %(day)s") % {"day": chosen.since and day_text(chosen.since)}, {"since": None}),
        (chosen.until, _("To %(day)s") % {"day": chosen.until and day_text(chosen.until)}, {"until": None}),
    ]
    return [
        Chip(str(label), f"?{chosen.changed(**without).query()}")
        for active, label, without in words
        if active
    ]


def default_views(page: str) -> list[tuple[Text, RecordFilter]]:
    """The views that everyone has."""
    own = kinds[page].views if page else ()
    if own:
        return [(name, lists.parse(QueryDict(query), page).filter) for name, query in own]
    plain = RecordFilter(page=page, kind=page)
    return [
        (pgettext("records", "Open"), plain),
        (_("Waiting for me"), plain.changed(waiting=lists.ME)),
        (_("Sent by me"), plain.changed(author=lists.ME, state=lists.ALL)),
        (pgettext("records", "All"), plain.changed(state=lists.ALL)),
    ]


def tabs(chosen: RecordFilter, saved: Iterable[tuple[str, RecordFilter]]) -> list[Tab]:
    """The default views and the person's own; the one that shows just this selection is current."""
    now = chosen.without_paging()
    views = [*default_views(chosen.page), *saved]
    return [Tab(str(name), f"?{view.query()}", current=view.without_paging() == now) for name, view in views]


def ignored_line(names: Iterable[str]) -> str:
    """What in the address was not understood; empty when all was."""
    words = dict.fromkeys(str(PARAMETERS[name]) for name in names)
    if not words:
        return ""
    return _("Part of the address was not understood and is left out: %(parts)s.") % {
        "parts": ", ".join(words)
    }
