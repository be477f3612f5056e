"""Reads about the gallery of what has been made better."""

from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvements import permissions
from improvements.models import GalleryEntry, Improvement, SpreadQuestion
from improvements.models.gallery import GalleryQuerySet
from qms.contributions import NewsLine, Rows
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.selectors import UnitRow
from qms.records.models import Attachment, Record

STEP = 12
MOST = 240  # cards on one page
CAP = 500  # so many are counted
NEWEST = 5


@dataclass(frozen=True)
class Card:
    """One improvement as the gallery shows it. `url` leads to the case for those who see it."""

    entry: GalleryEntry
    adopted: int
    url: str
    may_wish: bool

    @property
    def before(self) -> Attachment | None:
        """The picture of before, while the file is there."""
        return picture_of(self.entry, "before")

    @property
    def after(self) -> Attachment | None:
        """The picture of now, while the file is there."""
        return picture_of(self.entry, "after")

    @property
    def used(self) -> str:
        """In how many other units it is used; empty while in none."""
        words = ngettext("Used in %(n)d more unit", "Used in %(n)d more units", self.adopted)
        return words % {"n": self.adopted} if self.adopted else ""


@dataclass(frozen=True)
class Gallery:
    """The cards to show, and how many there are (`CAP` + 1: more than can be counted cheaply)."""

    cards: list[Card]
    total: int


def gallery(access: Access, *, unit: UnitRow | None, text: str, shown: int) -> Gallery:
    """The newest `shown` that `access` may see, in `unit` and below and with `text` in it. Two queries."""
    rows = _visible(access)
    if unit:
        below = Unit.objects.under([unit.path]).order_by().values("pk")
        rows = rows.filter(record__unit_id__in=below)
    for word in text.split():
        rows = rows.filter(Q(was__icontains=word) | Q(now__icontains=word) | Q(record__title__icontains=word))
    total = rows.order_by()[: CAP + 1].count()
    may_wish = access.can_somewhere(permissions.ADOPT)
    entries = _with_all(rows, access)[:shown]
    return Gallery([_card(entry, access, may_wish=may_wish) for entry in entries], total)


def _visible(access: Access) -> GalleryQuerySet:
    rows: GalleryQuerySet = GalleryEntry.objects.visible_to(access)
    return rows


def _with_all(rows: GalleryQuerySet, access: Access) -> GalleryQuerySet:
    """With all that a card shows, in one query."""
    adopted = SpreadQuestion.objects.adopted().filter(record=OuterRef("record")).order_by()
    count = adopted.values("record").annotate(n=Count("pk")).values("n")
    seen = Record.objects.visible_to(access).filter(pk=OuterRef("record_id")).order_by()
    return (
        rows.select_related("record__unit", "before", "after")
        .defer("record__search", "record__text")
        .annotate(adopted=Coalesce(Subquery(count, output_field=IntegerField()), 0), seen=Exists(seen))
    )


def _card(entry: GalleryEntry, access: Access, *, may_wish: bool) -> Card:
    record = entry.record
    own = access.person is not None and access.person.home_unit_id == record.unit_id
    return Card(
        entry,
        entry.adopted,  # type: ignore[attr-defined]
        record.get_absolute_url() if entry.seen else "",  # type: ignore[attr-defined]
        may_wish=may_wish and not own,
    )


def entry_seen(pk: int, access: Access) -> GalleryEntry:
    """What the gallery shows to `access`; GalleryEntry.DoesNotExist otherwise. One query."""
    return _with_all(_visible(access), access).get(pk=pk)


def entry_of(record: Improvement) -> GalleryEntry | None:
    """What is, or once was, shown of `record`. One query."""
    return GalleryEntry.objects.filter(record=record).first()


def picture_of(entry: GalleryEntry, which: str) -> Attachment | None:
    """The picture before or after, while the file is there."""
    picture = entry.before if which == "before" else entry.after
    return picture if picture and picture.removed_at is None else None


def pictures_of(record: Improvement) -> list[Attachment]:
    """The pictures of a case from which the gallery's are chosen. One query."""
    images = Attachment.objects.present().filter(record=record, is_image=True)
    return list(images.exclude(thumbnail=""))


def others_have_solved(access: Access) -> list[NewsLine]:
    """The newest that others show, for the start page. One query."""
    home = access.person.home_unit_id if access.person else None
    elsewhere = ~Q(record__unit_id=home) if home else Q()
    rows = _visible(access).filter(elsewhere).select_related("record__unit")
    return [
        NewsLine(
            entry.record.title,
            f"{reverse('improvements:gallery')}#entry-{entry.pk}",
            f"{entry.record.unit.name}: {entry.now}",
            "offer",
        )
        for entry in rows.defer("record__search", "record__text")[:NEWEST]
    ]


def adopted_in_unit(access: Access, unit: Unit) -> Rows:
    """What a unit, and what lies below it, does because others have done it. Two queries."""
    below = Unit.objects.under([unit.path]).order_by().values("pk")
    seen = Improvement.objects.visible_to(access).order_by().values("pk")
    rows = SpreadQuestion.objects.adopted().filter(unit__in=below, own_case__in=seen)
    newest = rows.select_related("own_case", "record__unit").order_by("-answered_at", "-pk")[:NEWEST]
    lines = [
        NewsLine(
            question.own_case.title,
            question.own_case.get_absolute_url(),
            _("Taken over from %(unit)s") % {"unit": question.record.unit.name},
            "offer",
        )
        for question in newest
        if question.own_case
    ]
    return Rows(lines, rows.order_by().count())
