"""What the outbox is asked to do: owe a mail, try one again."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.jobs.enqueue import enqueue
from qms.mail.models import Mail
from qms.mail.tasks import mail_send_task

SUBJECT_LENGTH = 250


@transaction.atomic
def mail_queue(
    *,
    purpose: Mail.Purpose,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    person_id: int | None = None,
    key: str | None = None,
) -> Mail:
    """Owe somebody a mail, inside the caller's transaction; a worker sends it after commit.

    With a `key` that has been used the first mail is returned and nothing more is owed.
    """
    mail = Mail(
        purpose=purpose,
        to=to,
        subject=" ".join(subject.split())[:SUBJECT_LENGTH],
        text=text,
        html=html,
        person_id=person_id,
        key=key,
    )
    if key is None:
        mail.save()
    else:
        Mail.objects.bulk_create([mail], ignore_conflicts=True)
        mail = Mail.objects.get(key=key)
    enqueue(mail_send_task, mail.pk)
    return mail


def mails_readdress(*, person_id: int, to: str) -> int:
    """Send what still waits for somebody to another address: the one before was wrong, or is another's now.

    Returns how many mails that were.
    """
    return Mail.objects.waiting().filter(person_id=person_id).update(to=to)


@transaction.atomic
def mail_retry(*, mail_id: int) -> Mail:
    """Try a mail again that was given up, as if it were new, at the address the person has now.

    The caller has checked the right to.

    Raises RuleViolation when it is not given up (any more), Mail.DoesNotExist when it is gone.
    """
    mail = Mail.objects.select_for_update(of=("self",)).select_related("person").get(pk=mail_id)
    if mail.given_up_at is None:
        raise RuleViolation(_("This e-mail is not given up. Nothing was changed."))
    mail.given_up_at, mail.attempts, mail.next_try_at = None, 0, timezone.now()
    mail.to = mail.person.email if mail.person else mail.to
    mail.save(update_fields=["to", "given_up_at", "attempts", "next_try_at"])
    enqueue(mail_send_task, mail.pk)
    return mail
