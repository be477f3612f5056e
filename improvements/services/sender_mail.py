"""The answer by mail to those without login who left an address for it; and forgetting the address."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from improvements.models import Channel, FollowLink, Improvement
from improvements.selectors.sender import plain_words, spoken_words
from qms.mail.models import Mail
from qms.mail.rendering import html_of
from qms.mail.services import mail_queue
from qms.organisation.access import Access

FORGOTTEN_AFTER = timedelta(days=30)  # counted from when the case was closed; the form promises it


def sender_told(*, record: Improvement, decision: Any, comment: Any, access: Access) -> None:
    """Owe the sender a mail about a decision that is an answer, or about a message to everyone.

    Inside the transaction of what it tells. Of a case that is kept from view it says only that there is news.
    """
    if record.channel == Channel.STAFF or access.linked:
        return
    link = FollowLink.objects.filter(record_id=record.pk).exclude(email="").first()
    if link is None:
        return
    with override(link.language):
        said = _said(record, decision, comment)
        if not said:
            return
        subject = _("About what you sent in: %(reference)s") % {"reference": record.reference}
        text = "\n\n".join([*said, *_ending()])
        mail_queue(
            purpose=Mail.Purpose.URGENT,
            to=link.email,
            subject=subject,
            text=text,
            html=html_of(subject, text),
            key=_key(record.pk, f"decision {decision.pk}" if decision else f"message {comment.pk}"),
        )


def _said(record: Improvement, decision: Any, comment: Any) -> list[str]:
    """What has happened, in paragraphs; nothing when it is not for the sender."""
    if comment is not None and not comment.internal:
        said = [_("%(name)s wrote:") % {"name": comment.author_name}, comment.text]
    elif decision is not None and record.kind_offer.workflow.tells_author(decision.name):
        said = [plain_words(record, decision), spoken_words(record, decision)]
    else:
        return []
    return (
        [part for part in said if part] if record.visibility in _OPEN else [_("There is news. Open to read.")]
    )


_OPEN = ("public", "internal")


def _ending() -> list[str]:
    return [
        _("By the private link that you saved you read the whole case and can write back."),
        _("You left your address for this answer. It is deleted 30 days after the case is closed."),
    ]


def _key(record_id: int, what: str = "") -> str:
    return f"sender {record_id} {what}"


def addresses_forget() -> str:
    """Delete the addresses of senders whose cases were closed a month ago, and the mails to them."""
    before = timezone.now() - FORGOTTEN_AFTER
    links = FollowLink.objects.exclude(email="").filter(record__closed_at__lt=before)
    forgotten = [_forget(link) for link in links]
    return _("%(count)d addresses deleted") % {"count": len(forgotten)}


@transaction.atomic
def _forget(link: FollowLink) -> None:
    Mail.objects.filter(key__startswith=_key(link.record_id)).delete()
    link.email = ""
    link.save(update_fields=["email"])
