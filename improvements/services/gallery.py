"""Showing what was done: an improvement in the gallery, and taking it out again."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import MOST_ALT, MOST_SHOWN, GalleryEntry, Improvement
from improvements.selectors.spread import why_no_spread
from improvements.workflow.noted import SHOWN, TAKEN_OUT
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Attachment, Record
from qms.records.services import decision_note, record_locked
from qms.records.services.moves import who_may


@dataclass(frozen=True)
class Picture:
    """A picture of the case's, and what it shows in words."""

    attachment_id: int
    alt: str


@transaction.atomic
def gallery_show(
    *,
    record_id: int,
    was: str,
    now: str,
    access: Access,
    before: Picture | None = None,
    after: Picture | None = None,
    for_all: bool = False,
) -> GalleryEntry:
    """Show a case in the gallery, or show it otherwise than before.

    Raises Record.DoesNotExist when `access` does not see the case, NotYours without the right to handle it,
    RuleViolation when it is kept back or not done, for missing or too many words, and for pictures that are
    none of the case's or have no words.
    """
    record = _case(record_id, access)
    if refused := why_no_spread(record, access):
        raise refused
    entry = GalleryEntry.objects.filter(record=record).first() or GalleryEntry(record=record)
    is_new = entry.pk is None or entry.removed_at is not None
    entry.was, entry.now = _words(was, "was"), _words(now, "now")
    entry.before, entry.before_alt = _picture(record, before, "before")
    entry.after, entry.after_alt = _picture(record, after, "after")
    entry.for_all = for_all
    if is_new:
        entry.shown_at, entry.shown_by_name = timezone.now(), access.name
        entry.removed_at, entry.removed_by_name = None, ""
    _save(entry, access)
    if is_new:
        decision_note(record=record, name=SHOWN, access=access)
    return entry


def _case(record_id: int, access: Access) -> Improvement:
    record = record_locked(record_id, access)
    if not isinstance(record, Improvement):
        raise Record.DoesNotExist
    return record


def _words(text: str, field: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        raise RuleViolation(_("Write a line."), field=field)
    if len(text) > MOST_SHOWN:
        raise RuleViolation(_("Write at most %(most)d characters.") % {"most": MOST_SHOWN}, field=field)
    return text


def _picture(record: Record, picture: Picture | None, field: str) -> tuple[Attachment | None, str]:
    """The picture and its words, if both are as they must be."""
    if picture is None:
        return None, ""
    known = Attachment.objects.present().filter(record=record, is_image=True)
    attachment = known.exclude(thumbnail="").filter(pk=picture.attachment_id).first()
    if attachment is None:
        raise RuleViolation(_("Choose a picture that hangs on the case."), field=field)
    alt = " ".join(picture.alt.replace("\x00", "").split())[:MOST_ALT]
    if not alt:
        raise RuleViolation(
            _("Write what the picture shows, for those who do not see it."), field=f"{field}_alt"
        )
    return attachment, alt


def _save(entry: GalleryEntry, access: Access) -> None:
    entry._history_user = access.person  # type: ignore[attr-defined]
    entry._change_reason = access.name[:100]  # type: ignore[attr-defined]
    entry.save()


@transaction.atomic
def gallery_take_out(*, record_id: int, access: Access) -> None:
    """Show a case in the gallery no longer; what was written for it stays for the next time.

    Raises Record.DoesNotExist when `access` does not see the case, NotYours without the right to handle it,
    RuleViolation when it is not there.
    """
    record = _case(record_id, access)
    if not access.can(permissions.HANDLE, record):
        raise NotYours(who_may(permissions.HANDLE, record))
    entry = GalleryEntry.objects.filter(record=record, removed_at__isnull=True).first()
    if entry is None:
        raise RuleViolation(_("It is not in the gallery. Nothing was changed."))
    _take_out(entry, access)
    decision_note(record=record, name=TAKEN_OUT, access=access, quietly=True)


def gallery_ends(*, record: Improvement, access: Access) -> None:
    """What was shown is no longer so: the case is kept back, or open again. Shown anew only by somebody who
    looks at the words once more. Inside the transaction that has the case locked."""
    for entry in GalleryEntry.objects.filter(record=record, removed_at__isnull=True):
        _take_out(entry, access)


def _take_out(entry: GalleryEntry, access: Access) -> None:
    entry.removed_at, entry.removed_by_name = timezone.now(), access.name
    _save(entry, access)
