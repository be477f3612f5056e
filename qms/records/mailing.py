"""What people are told by mail: at once what is urgent, once a day the rest.

Each mail is made in the transaction that marks its notifications as mailed, so that a worker killed in
the middle has either made it or not. What the reader no longer sees, has read or has done is left out,
with the reason noted.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from qms.mail.models import Mail
from qms.mail.rendering import mail_render
from qms.mail.services import mail_queue
from qms.organisation.access import access_for
from qms.organisation.models import Person
from qms.records.mail_words import Letter, digest_letter, urgent_letter
from qms.records.models import Notification, Record

log = logging.getLogger(__name__)
Skipped = Notification.Skipped

GROUPED = timedelta(minutes=1)  # several within a minute go in one mail
KEPT = timedelta(days=365)


@transaction.atomic
def urgent_mail(*, person_id: int) -> Mail | None:
    """Mail a person what is urgent and has not been mailed, all of it in one mail.

    None when there is nothing, somebody else is at it, or the last one went less than a minute ago: then
    the next sweep sends what has gathered.
    """
    if _mailed_just_now(person_id):
        return None
    pending = _pending(person_id, urgent=True)
    person = Person.objects.select_related("home_unit").get(pk=person_id)
    told = _worth_telling(person, pending)
    if not told:
        return None
    with translation.override(person.language):
        letter = urgent_letter(person, access_for(person), told)
    return _post(letter, person, told, Mail.Purpose.URGENT, key=None)


def urgent_mails() -> int:
    """Send every urgent mail that is still owed: the broker or a worker was down, or several gathered."""
    owed = Notification.objects.unmailed().filter(urgent=True).order_by()
    people = owed.values_list("person_id", flat=True).distinct()
    return _to_each(people, lambda person_id: urgent_mail(person_id=person_id))


def digests() -> int:
    """Send the daily mail to everyone who has news; at most one to each person and day."""
    owed = Notification.objects.unmailed().filter(urgent=False).order_by()
    people = owed.values_list("person_id", flat=True).distinct()
    return _to_each(people, _digest)


def _to_each(people: Iterable[int], make: Callable[[int], Mail | None]) -> int:
    """Make everyone's mail and return how many there were.

    One that cannot be made holds up nobody else's: its fault is logged, and raised as an ExceptionGroup
    when everyone has had theirs, so that the job stands as failed and is tried again.
    """
    made, faults = 0, []
    for person_id in list(people):
        try:
            made += make(person_id) is not None
        except Exception as fault:
            log.exception("The mail to person %s could not be made", person_id)
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} mails could not be made", faults)
    return made


@transaction.atomic
def _digest(person_id: int) -> Mail | None:
    key = f"digest {person_id} {timezone.localdate().isoformat()}"
    if Mail.objects.filter(key=key).exists():
        return None
    pending = _pending(person_id, urgent=False)
    person = Person.objects.select_related("home_unit").get(pk=person_id)
    if not person.mail_digest:
        _skip(pending, Skipped.OFF)
        return None
    told = _worth_telling(person, pending)
    if not told:
        return None
    with translation.override(person.language):
        letter = digest_letter(person, access_for(person), told)
    return _post(letter, person, told, Mail.Purpose.DIGEST, key=key)


def _pending(person_id: int, *, urgent: bool) -> list[Notification]:
    """What is owed to the person, locked; empty when another worker is at it."""
    rows = Notification.objects.unmailed().filter(person_id=person_id, urgent=urgent)
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    return list(locked.with_what_happened().order_by("at", "pk"))


def _mailed_just_now(person_id: int) -> bool:
    lately = timezone.now() - GROUPED
    mails = Notification.objects.filter(person_id=person_id, urgent=True, mail__created_at__gt=lately)
    return mails.exists()


def _worth_telling(person: Person, pending: list[Notification]) -> list[Notification]:
    """Those that are still news to the person; the others are marked with the reason."""
    ids = {line.record_id for line in pending}
    seen = Record.objects.visible_to(access_for(person)).filter(pk__in=ids)
    visible = set(seen.values_list("pk", flat=True)) if ids else set()
    told: list[Notification] = []
    for line in pending:
        if reason := _why_not(line, person, visible):
            _skip([line], reason)
        else:
            told.append(line)
    return told


def _why_not(line: Notification, person: Person, visible: set[int]) -> Skipped | None:
    if not person.is_active:
        return Skipped.INACTIVE
    if line.record_id not in visible:
        return Skipped.HIDDEN
    if line.event in Notification.TASK_EVENTS and line.task and line.task.closed_at:
        return Skipped.DONE
    return Skipped.READ if line.read_at else None


def _skip(lines: Iterable[Notification], reason: Skipped) -> None:
    Notification.objects.filter(pk__in=[line.pk for line in lines]).update(
        mail_owed=False, mail_skipped=reason
    )


def _post(
    letter: Letter, person: Person, told: list[Notification], purpose: Mail.Purpose, key: str | None
) -> Mail:
    text, html = mail_render(
        "mail/news", {"letter": letter, "subject": letter.subject}, language=person.language
    )
    mail = mail_queue(
        purpose=purpose,
        to=person.email,
        subject=letter.subject,
        text=text,
        html=html,
        person_id=person.pk,
        key=key,
    )
    Notification.objects.filter(pk__in=[line.pk for line in told]).update(mail_owed=False, mail=mail)
    return mail


def notifications_purge() -> int:
    """Delete what is older than a year, but never the reminders of what is still open."""
    old = Notification.objects.filter(at__lt=timezone.now() - KEPT)
    return old.exclude(reminder__task__closed_at__isnull=True, reminder__isnull=False).delete()[0]
