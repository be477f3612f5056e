"""Comments, follows, links and shares."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit
from qms.records.models import Comment, Follow, Link, LinkType, Notification, Record, Share
from qms.records.search_index import index_record
from qms.records.selectors.links import kept_links
from qms.records.services.locking import lock_records, record_locked
from qms.records.services.mentions import people_called
from qms.records.services.moves import who_may
from qms.records.services.notify import tell_called, tell_followers


@transaction.atomic
def comment_add(*, record_id: int, text: str, access: Access, key: UUID | None = None) -> Comment:
    """Say something about a record one sees; everyone who sees it may read it, and followers are told.

    Who is called on by "@name" is told at once. What was said with the same `key` (`qms.once.sent_key`) is
    returned, and nobody told again. Raises RuleViolation on empty text, and for a name of somebody who does
    not see the record.
    """
    record = record_locked(record_id, access)
    if before := said_before(key):
        return before
    comment = _say(record, text, access, key, internal=False)
    index_record(record)
    return comment


@transaction.atomic
def note_add(*, record_id: int, text: str, access: Access, key: UUID | None = None) -> Comment:
    """Write a note for those who handle a record. It never becomes a message to anyone else.

    Raises NotYours for those who do not handle it, else as `comment_add`.
    """
    record = record_locked(record_id, access)
    if not access.can(record.kind_offer.edit, record):
        raise NotYours(who_may(record.kind_offer.edit, record))
    return said_before(key) or _say(record, text, access, key, internal=True)


def said_before(key: UUID | None) -> Comment | None:
    """What was said with that key. Whoever asks holds the record, so that of two at once one is first."""
    return Comment.objects.filter(key=key).first() if key else None


def _say(record: Record, text: str, access: Access, key: UUID | None, *, internal: bool) -> Comment:
    text = text.strip()
    if not text:
        raise RuleViolation(_("Write something first."), field="text")
    called = people_called(record=record, text=text, access=access, internal=internal)
    comment = Comment.objects.create(
        record=record,
        author=access.person,
        author_name=access.name,
        text=text,
        internal=internal,
        key=key,
    )
    if access.person:
        Follow.objects.bulk_create([Follow(record=record, person=access.person)], ignore_conflicts=True)
    tell_called(people=called, comment=comment, access=access)
    tell_followers(
        record=record, event=Notification.Event.COMMENTED, access=access, comment=comment, told=called
    )
    return comment


def share(*, record: Record, unit: Unit | None = None, person: Person | None = None) -> None:
    """Let those who see what belongs to `unit`, or one `person`, see `record`, which another unit has.

    Inside the transaction of whoever gives it away. A restricted record stays with those who handle it.
    """
    Share.objects.bulk_create([Share(record=record, unit=unit, person=person)], ignore_conflicts=True)


@transaction.atomic
def follow_set(*, record_id: int, access: Access, on: bool) -> None:
    """Start or stop following a record one sees. Doing it twice changes nothing."""
    record = record_locked(record_id, access)
    if on:
        Follow.objects.bulk_create([Follow(record=record, person=access.person)], ignore_conflicts=True)
    else:
        Follow.objects.filter(record=record, person=access.person).delete()


@transaction.atomic
def link_add(*, source_id: int, target_id: int, type: str, access: Access) -> Link:
    """Tie two records one sees together, one of which one may change; to say that one replaces the other
    takes the right to change what is replaced.

    Doing it twice changes nothing. Raises RuleViolation when they are the same record, NotYours without
    the right.
    """
    lock_records(source_id, target_id)
    source, target = record_locked(source_id, access), record_locked(target_id, access)
    if source.pk == target.pk:
        raise RuleViolation(_("A record cannot be tied to itself."), field="reference")
    if not (_may_change(source, access) or _may_change(target, access)):
        raise NotYours(who_may(source.kind_offer.edit, source))
    if type == LinkType.REPLACES and not _may_change(target, access):
        raise NotYours(
            _("That %(reference)s is replaced is said by those who answer for it. %(who)s")
            % {"reference": target.reference, "who": who_may(target.kind_offer.edit, target)},
            field="reference",
        )
    return tie(source=source, target=target, type=type, access=access)


def tie(*, source: Record, target: Record, type: str, access: Access, place: str = "") -> Link:
    """Tie two records together, once; `place` says where in the target.

    Inside the transaction of whoever has them locked and may do it.

    One that was untied is tied anew: the old line stays in the timelines.
    """
    link, _is_new = Link.objects.present().get_or_create(
        source=source,
        target=target,
        type=type,
        place=place,
        defaults={"created_by": access.person, "created_by_name": access.name},
    )
    return link


@transaction.atomic
def link_remove(*, link_id: int, access: Access) -> None:
    """Untie two records, one of which one may change. It stays in their timelines who did and when.

    Raises NotYours without the right, RuleViolation when only a transition undoes what made the link,
    Link.DoesNotExist when it is untied already.
    """
    present = Link.objects.present()
    tied = present.get(pk=link_id)
    lock_records(tied.source_id, tied.target_id)
    link = (
        present.select_for_update(of=("self",)).select_related("source__unit", "target__unit").get(pk=link_id)
    )
    if not (_may_change(link.source, access) or _may_change(link.target, access)):
        raise NotYours(who_may(link.source.kind_offer.edit, link.source))
    for why in kept_links([link]).values():
        raise RuleViolation(str(why))
    untie(link=link, access=access)


def untie(*, link: Link, access: Access) -> None:
    """Untie two records; the line stays in their timelines. Inside the transaction of whoever has the link
    locked and may do it."""
    link.removed_at, link.removed_by_name = timezone.now(), access.name
    link.save(update_fields=["removed_at", "removed_by_name"])


def _may_change(record: Record, access: Access) -> bool:
    return access.can(record.kind_offer.edit, record)
