"""What the page of a list that is taken over shows."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from qms.organisation.access import EVERYWHERE, Access
from qms.records.imports.importers import Importer, LeftOut, importers
from qms.records.models import ImportRow, ImportRun, Record
from qms.ui.components import Tab

MOST_ROWS = 300  # on one page


@dataclass(frozen=True)
class ShownRow:
    """A row as its reader may see it: without its title and what was said of it where it became, or is,
    something that they do not see."""

    row: ImportRow
    title: str
    url: str
    note: str


@dataclass(frozen=True)
class ImportPage:
    """A run with its counts and the rows that are asked for."""

    run: ImportRun
    offer: Importer
    rows: list[ShownRow]
    tabs: list[Tab]
    done: int
    total: int
    refused: int
    same: int
    alike: int
    left_out: LeftOut | None = None

    @property
    def percent(self) -> int:
        """How far it has come."""
        return 100 * self.done // self.total if self.total else 100

    @property
    def to_do(self) -> int:
        """How many rows would be done."""
        return self.total - self.refused - self.same

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than are shown."""
        return len(self.rows) == MOST_ROWS


def shown(run: ImportRun, outcome: str, access: Access) -> ImportPage:
    """The page of `run` with the rows of that outcome, else all. Three queries, and what the app asks for
    to say what the list leaves out."""
    offer = importers[run.importer]
    counts = run.rows.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(done=True)),
        **{f"is_{key}": Count("pk", filter=Q(outcome=key)) for key in ImportRow.Outcome.values if key},
    )
    rows = run.rows.filter(outcome=outcome) if outcome else run.rows.all()
    here = reverse(f"{offer.route}_run", args=[run.pk])
    tabs = [Tab(_("All rows"), here, not outcome, counts["total"])]
    tabs += [
        Tab(str(label), f"{here}?outcome={key}", outcome == key, counts[f"is_{key}"])
        for key, label in ImportRow.Outcome.choices
        if key and counts[f"is_{key}"]
    ]
    return ImportPage(
        run,
        offer,
        _shown(list(rows.select_related("record").defer("cells", "record__search")[:MOST_ROWS]), run, access),
        tabs,
        counts["done"],
        counts["total"],
        counts["is_refused"],
        counts["is_same"],
        counts["is_like"],
        offer.left_out(run, access) if run.state == ImportRun.State.CHECKED else None,
    )


def _shown(rows: list[ImportRow], run: ImportRun, access: Access) -> list[ShownRow]:
    """The rows as `access` may see them: what they are or became, and of what is still to come what they have
    sent themselves, or may take over anywhere. One query."""
    ids = [row.record_id for row in rows if row.record_id]
    seen = set(Record.objects.visible_to(access).filter(pk__in=ids).order_by().values_list("pk", flat=True))
    reads_all = run.by == access.person or access.paths(importers[run.importer].right.roles) == EVERYWHERE
    return [_row(row, row.record_id in seen if row.record_id else reads_all) for row in rows]


def _row(row: ImportRow, is_seen: bool) -> ShownRow:
    if not is_seen:
        return ShownRow(row, "", "", row.why_not if row.record_id is None else "")
    record = row.record
    title = row.title or (record.title if record else "")
    return ShownRow(row, title, record.get_absolute_url() if record else "", row.why_not)
