"""Taking back mail that was made but has not gone: the mail server is down, or it was given up.

What a mail says was right when it was made. When a record is closed to others, or somebody leaves or loses
a role, what has not gone is owed again: it is made anew with what may be said then, or left out with the
reason.
"""

from collections.abc import Collection

from django.db.models import Q
from django.utils import timezone

from qms.mail.models import Mail
from qms.records.models import Notification, Record


def mails_recall_of(record: Record) -> int:
    """Take back all that tells of `record`. Returns how many mails that were."""
    return _recall(Q(record=record))


def mails_recall_to(people: Collection[int]) -> int:
    """Take back all that tells one of `people` (ids) something; mails about their sign-in stay."""
    return _recall(Q(person__in=people))


def _recall(told: Q) -> int:
    lines = Notification.objects.filter(told, mail__sent_at=None, mail__isnull=False)
    # One that a worker is just handing over cannot be stopped any more.
    waiting = Mail.objects.filter(pk__in=lines.order_by().values("mail"), sent_at=None)
    waiting = waiting.exclude(claimed_until__gt=timezone.now())
    ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    if ids:
        Notification.objects.filter(mail__in=ids).update(mail=None, mail_owed=True)
        Mail.objects.filter(pk__in=ids).delete()
    return len(ids)
