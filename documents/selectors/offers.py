"""What documents tell other pages: figures on the start page, evidence for clauses, the management review,
and what holds in a unit."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import Applies, Document, ReadDuty, Version
from documents.selectors.applies import holding_in
from documents.selectors.reading import duties_of
from documents.selectors.versions import brought_in
from documents.workflow.names import IN_FORCE
from qms.contributions import Evidence, Figure, Inherited, Met, NewsLine, Rows
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.roles import EXECUTIVE, MANAGER, QUALITY_MANAGER
from qms.records.models import Decision, Record

STANDARD = "iso9001-2015"
POLICY, CREATED, CONTROLLED, AWARE = "5.2", "7.5.2", "7.5.3", "7.3"
KEYS = frozenset((STANDARD, clause) for clause in (POLICY, CREATED, CONTROLLED, AWARE))
SHOWN = 5
LEADERS = (MANAGER.key, QUALITY_MANAGER.key, EXECUTIVE.key)


def library(**query: str) -> str:
    """The address of the library with a choice of documents."""
    return reverse("documents:list", query=query or None)


def _held(access: Access) -> Any:
    return Record.objects.visible_to(access).filter(kind=Document.KIND, state=IN_FORCE)


def past_review(access: Access) -> Figure:
    """Documents in force whose day of review has passed, of all in force in what one leads.

    One query; one more for who leads a part. Of several parts the uppermost, as in other figures.
    """
    today, paths = timezone.localdate(), access.paths(LEADERS)
    part = min(paths, key=lambda path: (len(path), path), default="")
    held = _held(access).filter(unit__path__startswith=part) if part else _held(access)
    found = held.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))
    if not found["all"]:
        return Figure(None, _("No document of your part is in force."))
    tone = "warning" if found["late"] else ""
    where = {"unit": str(Unit.objects.values_list("pk", flat=True).get(path=part))} if part else {}
    url = library(due="overdue", state=IN_FORCE, **where)
    return Figure(found["late"], of=found["all"], url=url, tone=tone)


def units_reading(access: Access) -> Figure:
    """How many of the readings asked in the units one leads have been confirmed. One query."""
    found = (
        ReadDuty.objects.standing()
        .filter(access.within(LEADERS))
        .aggregate(
            all=Count("pk"),
            read=Count("pk", filter=Q(confirmed_at__isnull=False)),
            late=Count("pk", filter=Q(confirmed_at__isnull=True, due__lt=timezone.localdate())),
        )
    )
    if not found["all"]:
        return Figure(None, _("Nobody has been asked to read anything."))
    note = _("%(late)d past their day") % found if found["late"] else ""
    return Figure(found["read"], note, of=found["all"], url=library(only="asked", state=IN_FORCE))


def to_read_news(access: Access) -> list[NewsLine]:
    """The documents that wait to be read, soonest first. One query."""
    if access.person is None:
        return []
    return [
        NewsLine(
            duty.document.title,
            duty.document.get_absolute_url(),
            " · ".join((duty.document.type.name, duty.document.reference)),
            "read",
            duty.due,
        )
        for duty in duties_of(access.person)[:SHOWN]
    ]


def holds_in_unit(access: Access, unit: Unit) -> Rows:
    """What holds in a unit: documents in force that apply to it or to a unit above it. Two queries."""
    rows = holding_in(unit, access)
    newest = rows.select_related("unit").order_by("-changed_at", "-id")[:SHOWN]
    lines = [
        NewsLine(
            record.title, record.get_absolute_url(), f"{record.kind_label} · {record.reference}", record.icon
        )
        for record in newest
    ]
    return Rows(lines, rows.order_by().count(), reverse("documents:holds", args=[unit.pk]))


def holds_only_in(access: Access, unit: Unit) -> Inherited:
    """What holds in `unit` and in no other that is in force: closed without a successor, that holds nowhere.
    Two queries."""
    elsewhere = Applies.objects.filter(document=OuterRef("document"), unit__valid_until=None)
    only = Applies.objects.filter(unit=unit, document__closed_at=None).filter(
        ~Exists(elsewhere.exclude(unit=unit).order_by())
    )
    count = only.count()
    words = ngettext(
        "%(count)d governing document that holds only here",
        "%(count)d governing documents that hold only here",
        count,
    )
    seen = Record.objects.visible_to(access).filter(pk__in=only.order_by().values("document_id"))
    lines = [
        NewsLine(record.title, record.get_absolute_url(), _called(record), record.icon)
        for record in seen.defer("search").order_by("title", "pk")[:SHOWN]
    ]
    return Inherited(words % {"count": count} if count else "", lines)


def _called(record: Record) -> str:
    return f"{record.kind_label} · {record.reference}"


def evidence(access: Access) -> Mapping[tuple[str, str], Evidence]:
    """The answer for each clause. Two queries."""
    unreviewed = {"pk__in": brought_in().order_by().values("document")}
    today = timezone.localdate()
    held = _held(access).aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due__lt=today)),
        ownerless=Count("pk", filter=Q(owner__isnull=True) | Q(owner__is_active=False)),
        unreviewed=Count("pk", filter=Q(**unreviewed)),
        policies=Count("pk", filter=Q(category="policy")),
        late_policies=Count("pk", filter=Q(category="policy", due__lt=today)),
        latest=Max("changed_at"),
    )
    seen = Document.objects.visible_to(access).order_by().values("pk")
    read = (
        ReadDuty.objects.standing()
        .filter(document__in=seen)
        .aggregate(
            all=Count("pk"),
            read=Count("pk", filter=Q(confirmed_at__isnull=False)),
            latest=Max("confirmed_at"),
        )
    )
    answers = {
        POLICY: _policy(held),
        CREATED: _created(held),
        CONTROLLED: _controlled(held),
        AWARE: _aware(read),
    }
    return {(STANDARD, clause): answer for clause, answer in answers.items()}


def _day(found: Mapping[str, Any]) -> date | None:
    return timezone.localdate(found["latest"]) if found["latest"] else None


def _policy(held: Mapping[str, Any]) -> Evidence:
    if not held["policies"]:
        return Evidence(Met.MISSING, note=_("No policy is in force."))
    met = Met.PARTIAL if held["late_policies"] else Met.MET
    note = _("%(policies)d policies in force, %(late_policies)d past their review") % held
    return Evidence(met, held["policies"], _day(held), library(category="policy", state=IN_FORCE), note)


def _created(held: Mapping[str, Any]) -> Evidence:
    if not held["all"]:
        return Evidence(Met.MISSING, note=_("Nothing is in force yet."))
    met = Met.PARTIAL if held["ownerless"] else Met.MET
    note = _(
        "%(reviewed)d were reviewed by somebody else and approved here, %(unreviewed)d came in as they had "
        "been decided; %(ownerless)d lack an owner"
    ) % {**held, "reviewed": held["all"] - held["unreviewed"]}
    return Evidence(met, held["all"], _day(held), library(state=IN_FORCE), note)


def _controlled(held: Mapping[str, Any]) -> Evidence:
    if not held["all"]:
        return Evidence(Met.MISSING, note=_("Nothing is in force yet."))
    met = Met.PARTIAL if held["late"] else Met.MET
    note = _("%(all)d in force, %(late)d past their review") % held
    return Evidence(met, held["all"], _day(held), library(due="overdue", state=IN_FORCE), note)


def _aware(read: Mapping[str, Any]) -> Evidence:
    if not read["all"]:
        return Evidence(Met.UNKNOWN, note=_("Nobody has been asked to read anything."))
    met = Met.MET if read["read"] == read["all"] else Met.PARTIAL
    note = _("%(read)d of %(all)d readings confirmed") % read
    return Evidence(met, read["read"], _day(read), library(only="asked", state=IN_FORCE), note)


def review_documents(access: Access, start: date, end: date) -> Figure:
    """Whole versions approved in the period (an approval that was called off since is none), what was looked
    over or repealed, and what came in as it had been decided (9.3.2 c). One query."""
    seen = Record.objects.visible_to(access).filter(kind=Document.KIND).order_by().values("pk")
    whole = Version.objects.filter(document__in=seen, minor=0).order_by().values("pk")
    undone = Decision.objects.filter(record=OuterRef("record"), name="call_off", at__gt=OuterRef("at"))
    found = (
        Decision.objects.filter(Q(record__in=seen) | Q(record__in=whole))
        .filter(at__date__gte=start, at__date__lt=end + timedelta(days=1))
        .aggregate(
            approved=Count("pk", filter=Q(~Exists(undone.order_by()), name="approve")),
            taken=Count("pk", filter=Q(name="take_over")),
            confirmed=Count("pk", filter=Q(name="confirm")),
            repealed=Count("pk", filter=Q(name__in=("repeal", "run_out"), record__in=seen)),
        )
    )
    note = _(
        "%(confirmed)d looked over without change, %(repealed)d repealed, %(taken)d taken over as decided "
        "before"
    )
    return Figure(found["approved"], note % found, url=library(state=IN_FORCE, sort="changed"))
