"""What a person does with the list of notifications: reads it."""

from django.db import transaction
from django.utils import timezone

from qms.organisation.access import Access
from qms.records.models import Notification, Record
from qms.sql import Question

_SEEN = Question("""UPDATE records_notification SET read_at = %s
    WHERE person_id = %s AND record_id = %s AND read_at IS NULL RETURNING id""")


def notifications_seen(*, record: Record, access: Access) -> int:
    """The person has opened the record: what was told about it is read. Returns how many were unread.

    One statement, a transaction by itself: it stands in the way of every record's page.
    """
    return len(_SEEN.fetch([timezone.now(), access.person and access.person.pk, record.pk]))


@transaction.atomic
def notifications_all_read(*, newest: int, access: Access) -> int:
    """Mark all as read up to the one with id `newest`: what came since the page was shown stays new."""
    unread = Notification.objects.of(access).unread().filter(pk__lte=newest)
    return unread.update(read_at=timezone.now())
