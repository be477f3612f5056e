"""Everything the search page shows."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organisation.access import Access
from qms.organisation.selectors import Named, named, named_alike
from qms.records import search
from qms.records.kinds import kinds, listed_kinds
from qms.records.models import Record
from qms.records.search_index import comments_found
from qms.ui import markup
from qms.ui.components import Tab
from qms.ui.html import filled
from qms.ui.icons import icon

STEP = 25
FEW_HITS = 3  # below it, titles that are spelt much the same are shown too
SPELT = 4  # letters; shorter words are spelt much like half of all titles


@dataclass(frozen=True)
class Hit:
    """A record that was found, with the places that matched."""

    record: Record
    excerpt: SafeString


def hit_markup(record: Record, excerpt: SafeString | str = "", *, focus: bool = False) -> SafeString:
    """A line of the hits: the `record`, and where the text stands in it. `focus` takes the keyboard there."""
    return filled(
        '<li>{}<div class="stack" data-gap="1"><a class="row-link" href="{}"{}>{}</a>'
        '<div class="row-meta"><span class="num">{}</span><span>{}</span><span>{}</span>{}</div>{}'
        "</div></li>\n",
        icon(record.icon),
        record.get_absolute_url(),
        SafeString(" data-focus") if focus else "",
        record.title,
        record.reference,
        record.kind_label,
        record.unit.name,
        markup.state(record.state_offer),
        filled('<p class="small">{}</p>', excerpt) if excerpt else "",
    )


class SearchPage:
    """What `access` finds with the text in the address. Nothing is read until it is shown."""

    step = STEP

    def __init__(self, query: QueryDict, access: Access, *, by_htmx: bool = False) -> None:
        self.by_htmx = by_htmx
        self.access = access
        self.text = search.clean_text(query.get("q", ""))
        kind = query.get("kind", "")
        self.kind = kind if kind in {offer.key for offer in listed_kinds()} else ""
        shown = query.get("n", "")[:4]
        self.shown = (
            min(max(int(shown), STEP), search.RANKED) if shown.isascii() and shown.isdigit() else STEP
        )

    @cached_property
    def reference(self) -> str | None:
        """The reference that the text spells, if it does."""
        return search.reference_in(self.text)

    def record(self) -> Record | None:
        """The record of that reference, if `access` sees it."""
        if self.reference is None:
            return None
        found: Record | None = Record.objects.visible_to(self.access).filter(reference=self.reference).first()
        return found

    @cached_property
    def called(self) -> list[Named]:
        """Units and people who are called so: above the first hits of all kinds."""
        return named(self.text) if self.text and not self.kind and self.shown == STEP else []

    @cached_property
    def alike(self) -> list[Named]:
        """Units and people who are called much the same, where nothing else was found."""
        nothing = not (self.called or self._all or self.reference)
        return named_alike(self.text) if self.text and nothing else []

    @cached_property
    def _all(self) -> list[tuple[int, str]]:
        return search.ranked(self.text, self.access) if self.text else []

    @cached_property
    def _found(self) -> list[tuple[int, str]]:
        """(id, kind) within the kind that is asked for, best first."""
        if self.kind and self.is_capped:
            return search.ranked(self.text, self.access, self.kind)
        return [found for found in self._all if self.kind in {found[1], ""}]

    @property
    def is_capped(self) -> bool:
        """Whether there is more than is ranked."""
        return len(self._all) > search.RANKED

    @property
    def total(self) -> int:
        """How many there are, at most RANKED."""
        return min(len(self._found), search.RANKED)

    @cached_property
    def hits(self) -> list[Hit]:
        """The best of what was found, with excerpts."""
        records = _whole(self._found[: min(self.shown, self.total)])
        found = search.excerpts(self.text, _bodies(records))
        return [Hit(record, found[record.pk]) for record in records]

    @property
    def hits_markup(self) -> SafeString:
        """The lines of the hits. Where "more" was asked for, the first new one takes the keyboard."""
        focus = self.first_new if self.by_htmx else 0
        lines = (
            hit_markup(hit.record, hit.excerpt, focus=place == focus)
            for place, hit in enumerate(self.hits, start=1)
        )
        return SafeString("".join(lines))

    @property
    def similar_markup(self) -> SafeString:
        """The lines of what is spelt much the same."""
        return SafeString("".join(map(hit_markup, self.similar)))

    @cached_property
    def similar(self) -> list[Record]:
        """Records with titles spelt much the same, where little was found."""
        if self.reference or len(self.text) < SPELT or len(self._found) >= FEW_HITS:
            return []
        ids = search.similar(self.text, self.access, but=[pk for pk, _kind in self._found])
        found = Record.objects.for_lists().in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]

    @property
    def count_line(self) -> str:
        """How much was found."""
        if len(self._found) > search.RANKED:
            return _("More than %(count)d hits") % {"count": search.RANKED}
        return ngettext("%(count)d hit", "%(count)d hits", self.total) % {"count": self.total}

    @property
    def tabs(self) -> list[Tab]:
        """All hits, then those of each kind; counts only where all of them are known."""
        counts = Counter(kind for _pk, kind in self._all)
        whole = Tab(_("All"), self._url(""), current=not self.kind, count=self._count(len(self._all)))
        return [
            whole,
            *(
                Tab(
                    str(kind.plural),
                    self._url(kind.key),
                    self.kind == kind.key,
                    self._count(counts[kind.key]),
                )
                for kind in listed_kinds()
                if counts[kind.key] or kind.key == self.kind or self.is_capped
            ),
        ]

    def _count(self, count: int) -> int | None:
        return None if self.is_capped else count

    def _url(self, kind: str, shown: int = STEP) -> str:
        given = {"q": self.text, "kind": kind, "n": str(shown) if shown > STEP else ""}
        return f"?{urlencode({name: value for name, value in given.items() if value})}"

    @property
    def more_url(self) -> str:
        """The same search with more of its hits; empty at their end."""
        return self._url(self.kind, self.shown + STEP) if self.shown < self.total else ""

    @property
    def first_new(self) -> int:
        """The place of the first hit that the last "more" added (from 1); 0 on the first page."""
        return self.shown - STEP + 1 if self.shown > STEP else 0


def _whole(found: list[tuple[int, str]]) -> list[Record]:
    """These (id, kind), in their order, each as the record of its kind with its text. One query per kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind in found:
        by_kind[kind].append(pk)
    records: dict[int, Record] = {}
    for kind, ids in by_kind.items():
        of_kind = kinds[kind].model.objects.select_related("unit").defer("search")
        records |= of_kind.in_bulk(ids)
    return [records[pk] for pk, _kind in found if pk in records]


def _bodies(records: list[Record]) -> dict[int, str]:
    """The text of each record and what was said about it. Queries as `comments_found`."""
    said = comments_found(records)
    return {
        record.pk: "\n".join([record.kind_offer.body(record), *said.get(record.pk, ())]) for record in records
    }
