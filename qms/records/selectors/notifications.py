"""What a person has been told: the list, the bell. Rights are applied when it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.addresses import fixed_address
from qms.organisation.access import Access
from qms.records.models import Notification, NotificationQuerySet
from qms.records.selectors.sentences import Said, said, speech
from qms.records.visibility import seen_by, visible_at
from qms.sql import Question, question
from qms.ui.components import Bell, Notice
from qms.ui.dates import day_text

COUNTED = 10  # the bell says "9+" for more than nine
IN_BELL = 5
# What a sentence is made of.
SAID = (
    *("event", "actor_name", "data", "at", "person"),
    *("record__kind", "record__category", "record__title", "record__created_by"),
    *("decision__name", "decision__before", "decision__after", "decision__details", "task__kind"),
)


@dataclass(frozen=True)
class Line:
    """One notification with its words and the address that opens it."""

    notification: Notification
    said: Said
    speech: str

    @property
    def url(self) -> str:
        """Leads to the record and marks the notification as read."""
        return reverse("records:notification_open", args=[self.notification.pk])


@dataclass(frozen=True)
class Day:
    """The notifications of one day, newest first."""

    day: date
    lines: list[Line]

    @property
    def label(self) -> str:
        """The day as people say it."""
        distance = (timezone.localdate() - self.day).days
        near = {0: _("Today"), 1: _("Yesterday")}
        return near.get(distance) or day_text(self.day)


@dataclass(frozen=True)
class Told:
    """A page of the list: days, whether there are more, and whether anything is unread."""

    days: Sequence[Day]
    more: bool
    unread: bool
    newest: int

    @property
    def shown(self) -> int:
        """How many notifications the days hold."""
        return sum(len(day.lines) for day in self.days)


def notifications(access: Access) -> NotificationQuerySet:
    """The person's own notifications on records the person sees now."""
    return Notification.objects.of(access).filter(visible_at(access, "record_id"))


def told(access: Access, *, limit: int) -> Told:
    """The newest `limit` notifications by day. One query, and one whether anything is unread."""
    newest = list(notifications(access).with_what_happened()[: limit + 1])
    days: dict[date, list[Line]] = {}
    for row in newest[:limit]:
        line = Line(row, said(row), speech(row, access))
        days.setdefault(timezone.localdate(row.at), []).append(line)
    return Told(
        days=[Day(day, lines) for day, lines in days.items()],
        more=len(newest) > limit,
        unread=notifications(access).unread().exists(),
        newest=newest[0].pk if newest else 0,
    )


_UNREAD = Question("SELECT FROM records_notification WHERE person_id = %s AND read_at IS NULL LIMIT 1")
_UNREAD_SEEN = """
SELECT COUNT(*) FROM (
    SELECT FROM records_notification AS told
    WHERE person_id = %s AND read_at IS NULL AND EXISTS (
        SELECT FROM records_record AS at WHERE at.id = told.record_id AND {seen} OFFSET 0
    ) LIMIT {most}
) AS unread"""


def bell(access: Access) -> Bell:
    """How many are unread, counted up to ten.

    Stands on every page: one short query for those who have read everything, else two. What they say is
    asked when the bell is opened (`newest_notices`).
    """
    return Bell(
        count=_unread(access),
        url=fixed_address("records:notifications"),
        newest_url=fixed_address("records:notices"),
    )


def _unread(access: Access) -> int:
    person_id = access.person and access.person.pk
    if not _UNREAD.fetch([person_id]):
        return 0
    seen, values = seen_by(access).written("at")
    ((count,),) = question(_UNREAD_SEEN.format(seen=seen, most=COUNTED)).fetch([person_id, *values])
    return int(count)


def newest_notices(access: Access) -> list[Notice]:
    """The newest unread, at most five, with their words: what the bell opens to. One query."""
    unread = notifications(access).unread().select_related("record", "decision", "task").only(*SAID)
    return [_notice(row) for row in unread[:IN_BELL]]


def _notice(row: Notification) -> Notice:
    words = said(row)
    return Notice(
        text=row.record.title,
        url=reverse("records:notification_open", args=[row.pk]),
        when=row.at,
        icon=words.icon,
        detail=words.text,
    )
