"""The common face of every kind of record."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from qms.addresses import record_address
from qms.organisation.access import Access, Action
from qms.organisation.models import Person
from qms.records.asked import Asked
from qms.records.kinds import Category, RecordKind, kinds
from qms.records.visibility import allowed, visible, visible_parts
from qms.records.workflow import State


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Public")
    STAFF = "staff", _("Everyone who works here")
    INTERNAL = "internal", _("Internal")
    RESTRICTED = "restricted", _("Only those who handle it")
    SEALED = "sealed", _("Only those named")


SEEN_BY_ALL = (Visibility.PUBLIC.value, Visibility.STAFF.value)  # by everyone who has signed in


SHOWN_IN_LISTS = (
    *("kind", "category", "reference", "title", "state", "visibility"),
    *("due", "created_at", "changed_at", "closed_at"),
    *("unit__name", "owner__name", "owner__is_active"),
)


def address_of(reference: str) -> str:
    """The address of a record's page."""
    return record_address("records:detail", reference)


ASKED_FOR = ("unit", "visibility", "owner", "created_by", "state", "category")  # of every row


class RecordQuerySet(models.QuerySet["Record"]):
    """Records. Nothing is read for a person but through `visible_to`."""

    def visible_to(self, access: Access) -> Self:
        """What `access` may see: the one rule of lists, search, export, links and detail pages."""
        return self.filter(visible(access))

    def count_visible_to(self, access: Access, cap: int) -> int:
        """How many of these `access` sees; anything above `cap` is answered with `cap` + 1.

        Of all there are, or all of a kind: what somebody chose or typed asks by `Asked`.
        """
        return Asked(self.order_by()).count(visible_parts(access), cap, planned=True)

    def open(self) -> Self:
        """Those in which something is still expected."""
        return self.filter(closed_at__isnull=True)

    def overdue(self, today: date) -> Self:
        """Open and past their date on `today`."""
        return self.open().filter(due__lt=today)

    def allowing(self, action: Action, access: Access) -> Self:
        """Those on which `access.can(action, record)` is true."""
        return self.filter(allowed(action, access))

    def for_lists(self) -> Self:
        """With what every list shows, and no more: half the time of a list goes into making its objects."""
        return self.select_related("unit", "owner").only(*SHOWN_IN_LISTS)


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Adds the kind to every query of a child, so that the indexes (which begin with kind) fit.

    Measured at 200,000 rows: newest 25 of a child without its kind 172 ms, with it 3.6 ms.
    """

    def get_queryset(self) -> RecordQuerySet:
        rows = RecordQuerySet(self.model, using=self._db)
        return rows.filter(kind=self.model.KIND) if self.model.KIND else rows


class Record(models.Model):
    """A matter the municipality keeps: it has a number, an owner, a state and a next date.

    Improvement, action, document, process, risk, audit … inherit from it (multi-table inheritance).
    Lists read this table alone; only a detail page joins the child. Always save the child: only then
    does its history get the row.
    """

    KIND: ClassVar[str] = ""

    kind = models.CharField(max_length=20, editable=False)
    category = models.CharField(_("kind"), max_length=30, blank=True)
    reference = models.CharField(_("reference"), max_length=30, editable=False)
    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        related_name="records",
        db_index=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_records",
        db_index=False,
    )
    state = models.CharField(_("state"), max_length=30, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    due = models.DateField(_("next date"), null=True, blank=True)
    visibility = models.CharField(
        _("who sees it"), max_length=10, choices=Visibility.choices, default=Visibility.INTERNAL
    )
    registry_number = models.CharField(_("registry number"), max_length=60, blank=True)
    confidential_reason = models.CharField(_("reason for secrecy"), max_length=200, blank=True)
    search = SearchVectorField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="created_records",
        db_index=False,
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        indexes = [
            # Each fits one order of the list, for one kind and for all of them. The first and the one of what
            # is open by its date hold what rights and figures ask for: the records need not be read for it.
            models.Index(
                fields=["kind", "-created_at", "-id"],
                include=[*ASKED_FOR, "closed_at", "due"],
                name="record_kind_newest",
            ),
            models.Index(
                fields=["kind", "state", "-created_at", "-id"],
                include=["visibility"],
                name="record_kind_state_newest",
            ),
            models.Index(
                fields=["kind", "category", "-created_at", "-id"],
                include=["unit", "visibility", "owner", "created_by", "state", "closed_at", "due"],
                name="record_kind_category_newest",
            ),
            models.Index(
                fields=["kind", "-state_since", "-id"],
                include=[*ASKED_FOR, "created_at"],
                name="record_kind_moved",
            ),
            models.Index(fields=["kind", "-changed_at", "-id"], name="record_kind_changed"),
            models.Index(fields=["kind", "due", "id"], name="record_kind_due"),
            models.Index(
                fields=["kind", "due", "id"],
                include=[*ASKED_FOR, "created_at"],
                name="record_kind_open_due",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["-created_at", "-id"], name="record_newest"),
            models.Index(fields=["-changed_at", "-id"], name="record_changed"),
            models.Index(fields=["due", "id"], name="record_due"),
            models.Index(fields=["due", "id"], name="record_open_due", condition=Q(closed_at__isnull=True)),
            # What is counted stands in the index: the records themselves need not be read for it.
            models.Index(
                fields=["unit", "kind", "-created_at", "-id"],
                include=["visibility", "closed_at", "state", "category", "due", "owner", "created_by"],
                name="record_unit_newest",
            ),
            models.Index(
                fields=["unit", "kind", "due", "id"],
                include=["visibility", "state", "category", "created_at", "owner", "created_by"],
                name="record_unit_open_due",
                condition=Q(closed_at__isnull=True),
            ),
            # The foreign keys have no index of their own, since these begin with them.
            # One for each way to take part, and for what everyone sees: see qms.records.visibility.
            models.Index(fields=["owner", "due", "id"], name="record_owner_due"),
            models.Index(fields=["created_by", "-created_at", "-id"], name="record_author_newest"),
            models.Index(
                fields=["-created_at", "-id"],
                include=["kind", "unit", "closed_at", "state", "category", "due"],
                name="record_everyone_newest",
                condition=Q(visibility__in=SEEN_BY_ALL),
            ),
            models.Index(
                fields=["kind", "-created_at", "-id"],
                include=["unit", "closed_at", "state", "category", "due"],
                name="record_kind_everyone_newest",
                condition=Q(visibility__in=SEEN_BY_ALL),
            ),
            models.Index(
                fields=["kind", "category", "-created_at", "-id"],
                include=["unit", "closed_at", "state", "due"],
                name="record_kind_category_everyone",
                condition=Q(visibility__in=SEEN_BY_ALL),
            ),
            # A register for everyone is in the order of the alphabet.
            models.Index(
                fields=["kind", "title", "id"],
                include=["state", "category"],
                name="record_public_title",
                condition=Q(visibility=Visibility.PUBLIC),
            ),
            # Of a common word the newest are looked for, not among parts of other records: they have none.
            models.Index(
                fields=["-created_at", "-id"],
                name="record_searched_newest",
                condition=Q(search__isnull=False),
            ),
            GinIndex(fields=["search"], name="record_search"),
            # The register's own: in the one above, a common word stands mostly in what is not public.
            GinIndex(
                fields=["search"], name="record_public_search", condition=Q(visibility=Visibility.PUBLIC)
            ),
            GinIndex(OpClass(Upper("title"), "gin_trgm_ops"), name="record_title_trigram"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="record_reference_unique"),
            models.CheckConstraint(condition=~Q(reference=""), name="record_has_reference"),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="record_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("created_at")),
                name="record_closed_after_created",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return address_of(self.reference)

    def chosen_for(self, task: str) -> Person | None:
        """Whom the record itself names for that kind of task; a kind with such a task says it."""
        return None

    @property
    def kind_offer(self) -> RecordKind:
        """What the app says about this kind of record."""
        return kinds[self.kind]

    @property
    def state_offer(self) -> State:
        """The state with its label, icon and tone."""
        return self.kind_offer.state(self.state)

    @property
    def category_offer(self) -> Category | None:
        """The category with its label and icon, if the record has one."""
        return self.kind_offer.category(self.category)

    @property
    def icon(self) -> str:
        """The icon of the record's category, else of its kind."""
        return self.kind_offer.icon_for(self.category)

    @property
    def kind_label(self) -> Any:
        """The category's name, else the kind's: what the record is called in a sentence."""
        category = self.category_offer
        return category.label if category else self.kind_offer.label

    @property
    def is_open(self) -> bool:
        """Whether something is still expected."""
        return self.closed_at is None

    @property
    def is_restricted(self) -> bool:
        """Whether fewer see it than its part of the organisation: mails and news say nothing of it."""
        return self.visibility in (Visibility.RESTRICTED, Visibility.SEALED)

    @property
    def is_sealed(self) -> bool:
        """Whether no role sees it, only those who take part."""
        return self.visibility == Visibility.SEALED

    @cached_property
    def named_ids(self) -> frozenset[int] | None:
        """Ids of the people named on a sealed record, who stand there in place of every role; else None.

        One query, and only for a sealed record.
        """
        if not self.is_sealed:
            return None
        return frozenset(self.named.in_force().values_list("person_id", flat=True))
