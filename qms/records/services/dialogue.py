"""Comments, follows, links and shares."""

from django.db import transaction
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Comment, Follow, Link, Notification, Record, Share
from qms.records.search_index import index_record
from qms.records.services.locking import lock_records, record_locked
from qms.records.services.moves import who_may
from qms.records.services.notify import tell_followers


@transaction.atomic
def comment_add(*, record_id: int, text: str, access: Access, internal: bool = False) -> Comment:
    """Say something about a record one sees; followers are told. Raises RuleViolation on empty text."""
    record = record_locked(record_id, access)
    if not text.strip():
        raise RuleViolation(_("Write something first."), field="text")
    comment = Comment.objects.create(
        record=record, author=access.person, author_name=access.name, text=text.strip(), internal=internal
    )
    if not internal:
        index_record(record)
    if access.person:
        Follow.objects.get_or_create(record=record, person=access.person)
    tell_followers(
        record=record,
        event=Notification.Event.COMMENTED,
        access=access,
        comment=comment,
    )
    return comment


def share(*, record: Record, unit: Unit) -> None:
    """Let those who see what belongs to `unit` go on seeing `record`, which another unit has now.

    Inside the transaction of whoever gives it away. A restricted record stays with those who handle it.
    """
    Share.objects.get_or_create(record=record, unit=unit)


@transaction.atomic
def follow_set(*, record_id: int, access: Access, on: bool) -> None:
    """Start or stop following a record one sees. Doing it twice changes nothing."""
    record = record_locked(record_id, access)
    if on:
        Follow.objects.get_or_create(record=record, person=access.person)
    else:
        Follow.objects.filter(record=record, person=access.person).delete()


@transaction.atomic
def link_add(*, source_id: int, target_id: int, type: str, access: Access) -> Link:
    """Tie two records one sees together, one of which one may change.

    Doing it twice changes nothing. Raises RuleViolation when they are the same record, NotYours without
    the right.
    """
    lock_records(source_id, target_id)
    source, target = record_locked(source_id, access), record_locked(target_id, access)
    if source.pk == target.pk:
        raise RuleViolation(_("A record cannot be tied to itself."), field="reference")
    if not (_may_change(source, access) or _may_change(target, access)):
        raise NotYours(who_may(source.kind_offer.edit, source))
    link, _is_new = Link.objects.get_or_create(
        source=source, target=target, type=type, defaults={"created_by": access.person}
    )
    return link


@transaction.atomic
def link_remove(*, link_id: int, access: Access) -> None:
    """Untie two records, one of which one may change; NotYours without the right."""
    link = (
        Link.objects.select_for_update(of=("self",))
        .select_related("source__unit", "target__unit")
        .get(pk=link_id)
    )
    if not (_may_change(link.source, access) or _may_change(link.target, access)):
        raise NotYours(who_may(link.source.kind_offer.edit, link.source))
    link.delete()


def _may_change(record: Record, access: Access) -> bool:
    return access.can(record.kind_offer.edit, record)
