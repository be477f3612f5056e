"""Sending what the outbox owes: once, again after a fault, until it is given up."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.mail.models import Mail

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a conversation in which every step takes EMAIL_TIMEOUT
# The waits after each failed try: in all about three days.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    *[timedelta(hours=8)] * 9,
)
SWEEP_MOST = 200  # mails in one sweep
SWEEP_SECONDS = 45.0
ERROR_LENGTH = 300
KEPT = timedelta(days=400)
FAILED_KEPT = timedelta(days=90)


def mail_send(*, mail_id: int) -> bool:
    """Send one mail if it is owed and nobody else is sending it. Returns whether it went."""
    mail = _claim(mail_id)
    if mail is None:
        return False
    with _mail_server() as server:
        return _deliver(mail, server) is None


def mails_sweep() -> str:
    """Send what is owed and was not sent at once: a broker or worker was down, or a try failed.

    Stops at the first fault, so that a mail server that is down costs one try a minute.
    """
    sent, start = 0, time.monotonic()
    with _mail_server() as server:
        for mail_id in _owed():
            mail = _claim(mail_id)
            fault = _deliver(mail, server) if mail else None
            sent += bool(mail and fault is None)
            if fault and not isinstance(fault, SMTPRecipientsRefused):
                break
            if time.monotonic() - start > SWEEP_SECONDS:
                break
    left = Mail.objects.waiting().count()
    return _("%(sent)d sent, %(left)d left") % {"sent": sent, "left": left}


def mails_purge() -> str:
    """Delete the rows of mails that are long done with."""
    now = timezone.now()
    sent, failed = Q(sent_at__lt=now - KEPT), Q(given_up_at__lt=now - FAILED_KEPT)
    return _("%(count)d old e-mails deleted") % {"count": Mail.objects.filter(sent | failed).delete()[0]}


def _owed() -> list[int]:
    owed = Mail.objects.owed().order_by("next_try_at", "pk")
    return list(owed.values_list("pk", flat=True)[:SWEEP_MOST])


def _claim(mail_id: int) -> Mail | None:
    """Take the mail for this worker; of several who try, the conditional UPDATE lets one through."""
    owed = Mail.objects.owed().filter(pk=mail_id)
    if not owed.update(claimed_until=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return None
    mail = Mail.objects.get(pk=mail_id)
    if mail.attempts > len(WAITS) + 1:
        _give_up(mail, _("Each worker that tried to send it was lost."))
        return None
    return mail


@contextmanager
def _mail_server() -> Iterator[BaseEmailBackend]:
    """A connection to the mail server, opened by the first mail. Parting badly harms nobody: what was
    accepted before is sent, so a fault in the farewell must not look like a fault in the sending."""
    server = get_connection()
    try:
        yield server
    finally:
        try:
            server.close()
        except (SMTPException, OSError) as error:
            log.info("The mail server did not say goodbye: %s", error)


def _deliver(mail: Mail, server: BaseEmailBackend) -> Exception | None:
    """Hand the mail to the server and note what came of it; the fault is returned."""
    try:
        server.open()
        server.send_messages([message_of(mail)])
    except (SMTPException, OSError) as error:
        log.warning("Mail %s failed, try %s: %s", mail.pk, mail.attempts, error)
        _note_fault(mail, error)
        return error
    Mail.objects.filter(pk=mail.pk).update(
        sent_at=timezone.now(), claimed_until=None, last_error="", text="", html=""
    )
    return None


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes over the wire. The same at each try, the Message-ID included."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{mail.message_id}@{host}>",
        "List-Id": f"Kvalitet <kvalitet.{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _note_fault(mail: Mail, error: Exception) -> None:
    if _is_final(error):
        _give_up(mail, _reason(error))
    elif mail.attempts > len(WAITS):
        _give_up(mail, _("Tried for three days. Last: %(error)s") % {"error": _reason(error)})
    else:
        Mail.objects.filter(pk=mail.pk, attempts=mail.attempts).update(
            next_try_at=timezone.now() + WAITS[mail.attempts - 1],
            claimed_until=None,
            last_error=_reason(error)[:ERROR_LENGTH],
        )


def _give_up(mail: Mail, reason: str) -> None:
    Mail.objects.filter(pk=mail.pk, attempts=mail.attempts).update(
        given_up_at=timezone.now(), claimed_until=None, last_error=reason[:ERROR_LENGTH]
    )


def _is_final(error: Exception) -> bool:
    """Whether the server said that this recipient will never be reached (5xx, RFC 5321 4.2.1)."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _answer in error.recipients.values())


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        answers = error.recipients.values()
        return "; ".join(f"{code} {answer.decode(errors='replace')}" for code, answer in answers)
    return f"{type(error).__name__}: {error}"
