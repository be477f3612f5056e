"""How jobs and mail are doing, for those who look after the system.

Told truthfully: what nobody has heard of is unknown. Titles and texts stand nowhere here: who looks after
the mail need not see the case.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Min, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from qms.contributions import Figure
from qms.jobs.models import JobRun
from qms.jobs.schedule import ScheduledJob
from qms.jobs.selectors import Health, Operations, operations
from qms.mail.models import Mail
from qms.organisation.access import Access
from qms.records.models import Record, Reminder, Task
from qms.ui.dates import moment_text

M = TypeVar("M", bound=Model)
PATIENCE = timedelta(minutes=15)  # an e-mail goes within a minute when all is well


@dataclass(frozen=True)
class Word:
    """A state as pages show it."""

    label: str | Promise
    icon: str
    tone: str


HEALTH = {
    Health.OK: Word(gettext_lazy("As it should"), "shown", "success"),
    Health.LATE: Word(pgettext_lazy("job", "Late"), "late", "warning"),
    Health.FAILED: Word(gettext_lazy("Failed"), "missing", "danger"),
    Health.NEVER: Word(gettext_lazy("Has not run yet"), "na", "neutral"),
    Health.UNKNOWN: Word(gettext_lazy("Unknown"), "unknown", "neutral"),
}
SENT = Word(gettext_lazy("Sent"), "done", "success")
WAITING = Word(gettext_lazy("Waiting"), "assess", "info")
AGAIN = Word(gettext_lazy("Tries again"), "refresh", "warning")
FAILED = Word(gettext_lazy("Could not be sent"), "missing", "danger")
GONE = Word(gettext_lazy("No longer known"), "unknown", "neutral")
SKIPPED = Word(gettext_lazy("Not sent"), "na", "neutral")


@dataclass(frozen=True)
class JobRow:
    """A job, how it is doing, its last run and when it is next due."""

    job: ScheduledJob
    word: Word
    last: JobRun | None
    next_at: datetime


@dataclass(frozen=True)
class MailRow:
    """A mail and what became of it."""

    mail: Mail
    word: Word

    @property
    def may_retry(self) -> bool:
        """Whether somebody can try it again."""
        return self.mail.given_up_at is not None


@dataclass(frozen=True)
class ReminderRow:
    """A reminder and what became of it; `record` only if the reader sees it."""

    reminder: Reminder
    word: Word
    why_not: str
    record: Record | None


@dataclass(frozen=True)
class Ledger:
    """Some rows of a ledger, those that failed first, and whether there are more."""

    rows: Sequence[Any]
    more: bool


def job_rows(state: Operations) -> list[JobRow]:
    """The jobs as the page shows them."""
    return [JobRow(job.job, HEALTH[job.health], job.last, job.next_at) for job in state.jobs]


@dataclass(frozen=True)
class Outbox:
    """How many e-mails were given up, how many still wait to go, and since when the oldest of these does."""

    failed: int
    waiting: int
    since: datetime | None

    @property
    def late(self) -> bool:
        """Whether one has waited longer than it takes when all is well."""
        return self.since is not None and timezone.now() - self.since > PATIENCE


def outbox() -> Outbox:
    """How the outbox is doing. Two queries."""
    waiting = Mail.objects.waiting().aggregate(count=Count("pk"), since=Min("created_at"))
    return Outbox(Mail.objects.failed().count(), waiting["count"], waiting["since"])


def sentences(state: Operations, queue: int | None, mails: Outbox) -> list[str]:
    """What is not as it should be, most serious first; empty when all is well."""
    found = []
    if state.scheduler_silent:
        found.append(
            _("The scheduler has not been heard from %(since)s. No job is started.") % _since(state.scheduler)
        )
    if state.worker_silent:
        found.append(
            _("No worker has been heard from %(since)s. Nothing is carried out.") % _since(state.worker)
        )
    if queue is None:
        found.append(_("The broker does not answer. What is owed stays in the database and goes out later."))
        found.append(_("Tries to sign in are counted by each web process alone meanwhile."))
    failed = sum(job.health == Health.FAILED for job in state.jobs)
    late = sum(job.health == Health.LATE for job in state.jobs)
    if failed:
        found.append(ngettext("%(n)d job has failed.", "%(n)d jobs have failed.", failed) % {"n": failed})
    if late:
        found.append(ngettext("%(n)d job is late.", "%(n)d jobs are late.", late) % {"n": late})
    found += [f"{sentence}." for sentence in _left(mails)]
    return found


def _left(mails: Outbox) -> list[str]:
    """What reaches nobody, without full stops: tasks where nobody answers, and mail. One query."""
    found = []
    if tasks := Task.objects.open().filter(assignee=None).count():
        words = ngettext(
            "%(n)d task waits for nobody: give its unit, or one above it, a head",
            "%(n)d tasks wait for nobody: give their units, or one above them, a head",
            tasks,
        )
        found.append(words % {"n": tasks})
    if mails.failed:
        words = ngettext("%(n)d e-mail could not be sent", "%(n)d e-mails could not be sent", mails.failed)
        found.append(words % {"n": mails.failed})
    if mails.late:
        found.append(_mail_waits(mails))
    return found


def _mail_waits(mails: Outbox) -> str:
    words = ngettext("%(n)d e-mail waits %(since)s", "%(n)d e-mails wait %(since)s", mails.waiting)
    return words % {"n": mails.waiting, **_since(mails.since)}


def _since(at: datetime | None) -> dict[str, str]:
    return {"since": _("since %(moment)s") % {"moment": moment_text(at)} if at else _("yet")}


def mail_figures(queue: int | None, mails: Outbox) -> list[tuple[str, Figure]]:
    """How the mail is doing, each figure leading to its rows. One query."""
    address = reverse("home:operations_mails")
    day_ago = timezone.now() - timedelta(days=1)
    oldest = _("e-mails, the oldest %(since)s") % _since(mails.since) if mails.since else _("e-mails")
    sent = Mail.objects.filter(sent_at__gte=day_ago).count()
    return [
        (
            _("Could not be sent"),
            Figure(mails.failed, _("e-mails given up"), url=f"{address}?state=failed"),
        ),
        (
            _("Waits to be sent"),
            Figure(
                mails.waiting, oldest, url=f"{address}?state=waiting", tone="danger" if mails.late else ""
            ),
        ),
        (_("Sent"), Figure(sent, _("in the last 24 hours"), url=f"{address}?state=sent")),
        (
            _("Waits for a worker"),
            Figure(queue, _("jobs in the queue") if queue is not None else _("The broker does not answer.")),
        ),
    ]


def operations_card(access: Access) -> Figure:
    """How many jobs run as they should, for those who look after the system; unknown is unknown."""
    state, mails, url = operations(), outbox(), reverse("home:operations")
    if not state.known:
        return Figure(None, sentences(state, queue=0, mails=mails)[0], url=url)
    troubles = _left(mails)
    calm = _mail_waits(mails) if mails.waiting else _("jobs as they should, all e-mail has gone")
    return Figure(
        state.well,
        ", ".join(troubles) or calm,
        of=len(state.jobs),
        url=url,
        tone="danger" if troubles or state.well < len(state.jobs) else "",
    )


# --- The ledgers -----------------------------------------------------------------------------------

MAIL_STATES: dict[str, Callable[[], QuerySet[Mail]]] = {
    "failed": lambda: Mail.objects.failed(),
    "waiting": lambda: Mail.objects.waiting(),
    "sent": lambda: Mail.objects.filter(sent_at__isnull=False),
}
REMINDER_STATES: dict[str, Callable[[], QuerySet[Reminder]]] = {
    "failed": lambda: Reminder.objects.failed(),
    "waiting": lambda: Reminder.objects.waiting(),
    "sent": lambda: Reminder.objects.sent(),
    "skipped": lambda: Reminder.objects.skipped(),
}


def mail_ledger(*, state: str, text: str, limit: int) -> Ledger:
    """Mails, newest first and those that failed before all others. Two queries."""
    who = Q(person__name__icontains=text) | Q(to__icontains=text) if text else Q()
    every = Mail.objects.filter(who).select_related("person").defer("text", "html")
    failed = Q(given_up_at__isnull=False)
    found = _failed_first(_in_state(every, MAIL_STATES, state), failed, "-created_at", limit)
    return Ledger([MailRow(mail, _mail_word(mail)) for mail in found[:limit]], len(found) > limit)


def reminder_ledger(*, state: str, text: str, limit: int, access: Access) -> Ledger:
    """Reminders, newest first and those that failed before all others. Three queries."""
    who = Q(person__name__icontains=text) if text else Q()
    every = Reminder.objects.filter(who).select_related("person", "task", "notification__mail")
    every = every.defer("notification__mail__text", "notification__mail__html")
    failed = Q(notification__mail__given_up_at__isnull=False)
    found = _failed_first(_in_state(every, REMINDER_STATES, state), failed, "-at", limit)
    ids = [reminder.task.record_id for reminder in found[:limit]]
    seen = {
        record.pk: record for record in Record.objects.visible_to(access).filter(pk__in=ids).defer("search")
    }
    rows = [_reminder_row(reminder, seen.get(reminder.task.record_id)) for reminder in found[:limit]]
    return Ledger(rows, len(found) > limit)


def _in_state(every: QuerySet[M], states: dict[str, Callable[[], QuerySet[M]]], state: str) -> QuerySet[M]:
    return every.filter(pk__in=states[state]().order_by().values("pk")) if state in states else every


def _failed_first(rows: QuerySet[M], failed: Q, newest: str, limit: int) -> list[M]:
    """At most `limit` + 1 rows. Two short walks along an index, instead of sorting the whole ledger."""
    first = list(rows.filter(failed).order_by(newest, "-pk")[: limit + 1])
    rest = rows.exclude(failed).order_by(newest, "-pk")[: limit + 1 - len(first)]
    return [*first, *rest]


def _mail_word(mail: Mail) -> Word:
    if mail.given_up_at:
        return FAILED
    if mail.sent_at:
        return SENT
    return AGAIN if mail.last_error else WAITING


def _reminder_row(reminder: Reminder, record: Record | None) -> ReminderRow:
    notification = reminder.notification
    if notification is None:
        return ReminderRow(reminder, SKIPPED, reminder.get_skipped_display(), record)
    if notification.mail_skipped:
        return ReminderRow(reminder, SKIPPED, notification.get_mail_skipped_display(), record)
    mail = notification.mail
    if mail is None:
        return ReminderRow(reminder, WAITING if notification.mail_owed else GONE, "", record)
    return ReminderRow(reminder, _mail_word(mail), "" if mail.sent_at else mail.last_error, record)
