"""What is to be put in order among documents, as choices of their list: a figure leads to exactly these."""

from datetime import date, timedelta

from django.db.models import BigIntegerField, Count, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Applies, Document, DocumentType, FileText, FrozenPdf, ReadDuty, Twin, Version
from documents.permissions import STEER
from documents.workflow.names import IN_FORCE
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.kinds import Selection
from qms.records.models import Link, LinkType, Visibility
from qms.records.visibility import allowed, visible_at

PATIENCE = timedelta(hours=1)  # so long a PDF may be on its way before it counts as missing


def _held() -> Q:
    return Q(state=IN_FORCE)


def past_review(today: date) -> Q:
    """In force and past the day by which it was to be looked over (ISO 9001:2015 7.5.2)."""
    return _held() & Q(due__lt=today)


def replaced(today: date) -> Q:
    """In force without a decided end, though another that is in force says that it replaces it: one of them
    is to be repealed."""
    says = Link.objects.present().filter(type=LinkType.REPLACES)
    says = says.filter(source__kind=Document.KIND, source__state=IN_FORCE)
    ending = Document.objects.filter(ends_on__isnull=False).order_by().values("pk")
    return _held() & Q(pk__in=says.order_by().values("target")) & ~Q(pk__in=ending)


def without_owner(today: date) -> Q:
    """Alive, with nobody who answers for it: no owner, or one who has left."""
    return Q(closed_at__isnull=True) & (Q(owner__isnull=True) | Q(owner__is_active=False))


def holds_nowhere(today: date) -> Q:
    """In force, but no unit that it holds for is there any more."""
    there = Applies.objects.filter(unit__in=Unit.objects.in_force(today))
    return _held() & ~Q(pk__in=there.order_by().values("document"))


def without_decision(today: date) -> Q:
    """In force, without the paragraph, day or registry number that its type asks for."""
    lacking = Q(decided_on__isnull=True) | Q(document__type__needs_decision=True) & (
        Q(paragraph="") | Q(registry_number="")
    )
    versions = Version.objects.filter(lacking, is_in_force=True)
    return _held() & Q(pk__in=versions.order_by().values("document"))


def without_pdf(today: date) -> Q:
    """In force, and its official PDF could not be made, or has been owed for more than an hour."""
    states = FrozenPdf.State
    late = Q(state=states.PENDING, version__state_since__lt=timezone.now() - PATIENCE)
    missing = FrozenPdf.objects.filter(Q(state=states.FAILED) | late, version__is_in_force=True)
    return _held() & Q(pk__in=missing.order_by().values("version__document"))


def without_words(today: date) -> Q:
    """In force as a file in which no words could be read: search finds it by its title alone."""
    states = FileText.State
    unread = Q(state__in=(states.FAILED, states.UNREADABLE)) | Q(state=states.READY, version__extracted="")
    files = FileText.objects.filter(unread, version__is_in_force=True)
    return _held() & Q(pk__in=files.order_by().values("version__document"))


def still_public(today: date) -> Q:
    """In the public register, though new documents of their type do not come into it any more."""
    kept_in = DocumentType.objects.filter(is_public=False).values("key")
    return _held() & Q(visibility=Visibility.PUBLIC, category__in=kept_in)


def never_read(today: date) -> Q:
    """In force, asked to be read, and nobody has confirmed it yet."""
    duties = ReadDuty.objects.standing().filter(document=OuterRef("pk")).order_by()
    read = Exists(duties.filter(confirmed_at__isnull=False))
    # Of the table of documents alone: what every record has is asked of the record outside.
    unread = Document._base_manager.filter(Exists(duties), ~read, asks_to_read__isnull=False)
    return _held() & Q(pk__in=unread.values("pk"))


def asked(today: date) -> Q:
    """In force, and people are asked to confirm that they have read it."""
    return _held() & Q(pk__in=ReadDuty.objects.standing().order_by().values("document"))


def twins_seen(access: Access) -> QuerySet[Twin]:
    """The pairs of which `access` sees both, and both are in force still: of a text that only few see nobody
    else learns that it is nearly theirs."""
    held = Document.objects.filter(state=IN_FORCE).order_by().values("pk")
    both = visible_at(access, "first_id") & visible_at(access, "second_id")
    return Twin.objects.filter(both, first__in=held, second__in=held)


def twins(access: Access) -> Q:
    """Those of which another unit has one that says nearly the same."""
    both = Func(
        F("first"), F("second"), template="unnest(ARRAY[%(expressions)s])", output_field=BigIntegerField()
    )
    return Q(pk__in=twins_seen(access).order_by().values(either=both))


def in_force(today: date) -> Q:
    """In force: their number may fall."""
    return _held()


def _steers(access: Access) -> Q:
    return allowed(STEER, access)


TO_MEND = Selection("pdf_to_mend", _("Official PDF to be seen to by you"), without_pdf, personal=_steers)
STILL_PUBLIC = Selection("still_public", _("Public, though their type is not"), still_public)


def still_public_by_type(access: Access) -> dict[str, int]:
    """How many `still_public` documents that `access` sees there are of each type, by its key. One query."""
    kept_in: QuerySet[Document] = Document.objects.visible_to(access).filter(
        still_public(timezone.localdate())
    )
    counted = kept_in.order_by().values_list("category").annotate(Count("pk"))
    return {str(key): count for key, count in counted}


ORDER = (
    Selection("in_force", _("In force"), in_force),
    Selection("past_review", _("Past the review date"), past_review),
    Selection("replaced", _("Replaced, yet in force"), replaced, few=True),
    Selection("without_owner", _("Without an owner"), without_owner, few=True),
    Selection("holds_nowhere", _("Holds nowhere"), holds_nowhere, few=True),
    Selection("without_decision", _("Without decision data"), without_decision),
    Selection("without_pdf", _("Without official PDF"), without_pdf, few=True),
    Selection("without_words", _("Words not found by search"), without_words, few=True),
    Selection("never_read", _("Read by nobody yet"), never_read, few=True),
    Selection("twins", _("Twin elsewhere"), in_force, personal=twins),
)
SELECTIONS = (*ORDER, TO_MEND, STILL_PUBLIC, Selection("asked", _("Asked to be read"), asked))
