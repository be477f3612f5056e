"""The answer by mail to those without login who left an address for it, and forgetting the address; and what
those who are signed in are told of a case that they may not see."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from improvements.models import Channel, FollowLink, Improvement
from improvements.selectors.full_rule import all_merged
from improvements.selectors.seconders import awaited_by
from improvements.selectors.sender import goes_on_in, plain_words, spoken_words
from improvements.services.merge import sees
from qms.mail.models import Mail
from qms.mail.rendering import html_of
from qms.mail.services import mail_queue
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.selectors.decided import words_of
from qms.records.services.notify import tell_elsewhere

FORGOTTEN_AFTER = timedelta(days=30)  # counted from when the case was closed; the form promises it


def sender_told(*, record: Improvement, decision: Any, comment: Any, access: Access) -> None:
    """Owe the sender a mail about a decision that is an answer, or about a message to everyone.

    A decision is the answer to those too whose cases go on in this one. Inside the transaction of what it
    tells. Of a case that is kept from view it says only that there is news.
    """
    answers = decision is not None and record.kind_offer.workflow.tells_author(decision.name)
    if answers:
        for case in all_merged(record):
            _tell(case, record, decision, None)
    if decision is not None and record.is_restricted:
        _tell_signed_in(record, decision, access)
    if not access.linked and (answers or (comment is not None and not comment.internal)):
        _tell(record, record, decision, comment)


def _tell(case: Improvement, record: Improvement, decision: Any, comment: Any) -> None:
    """Owe whoever sent `case` a mail about what has happened in `record`, where it goes on or itself."""
    if case.channel == Channel.STAFF:
        return
    link = FollowLink.objects.filter(record_id=case.pk).exclude(email="").first()
    if link is None:
        return
    with override(link.language):
        subject = _("About what you sent in: %(reference)s") % {"reference": case.reference}
        text = "\n\n".join([*_said(record, decision, comment), *_ending()])
        mail_queue(
            purpose=Mail.Purpose.URGENT,
            to=link.email,
            subject=subject,
            text=text,
            html=html_of(subject, text),
            key=_key(case.pk, f"decision {decision.pk}" if decision else f"message {comment.pk}"),
        )


def _tell_signed_in(record: Improvement, decision: Any, access: Access) -> None:
    """Tell those who are signed in, and whose cases go on in one that they may not see, that it has ended or
    is open again. Who sees it follows it, and is told as they are."""
    before = record.kind_offer.workflow.known_state(decision.before)
    if before is None or before.is_open == record.is_open:
        return
    for case in all_merged(record):
        waiting = Q(pk=case.created_by_id) | Q(pk__in=awaited_by(case))
        people = (
            Person.objects.filter(waiting, is_active=True)
            .exclude(pk__in=access.acts_for)
            .select_related("home_unit")
        )
        told = [one.pk for one in people if not sees(one, record)]
        tell_elsewhere(record=case, people=told, is_open=record.is_open, access=access)


def _said(record: Improvement, decision: Any, comment: Any) -> list[str]:
    """What has happened, in paragraphs."""
    if decision is None:
        said = [_("%(name)s wrote:") % {"name": comment.author_name}, comment.text]
    else:
        asks = words_of(decision, record.kind_offer).asks
        said = [plain_words(record, decision), spoken_words(record, decision), asks]
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
    """Delete the addresses of senders whose cases were closed a month ago, and the mails to them.

    One that goes on in another is closed when that one is.
    """
    forgotten = [_forget(link) for link in _old(timezone.now() - FORGOTTEN_AFTER)]
    return _("%(count)d addresses deleted") % {"count": len(forgotten)}


def _old(before: datetime) -> Iterator[FollowLink]:
    links = FollowLink.objects.exclude(email="").filter(record__closed_at__lt=before)
    for link in links.select_related("record"):
        into = goes_on_in(link.record)
        if into is None or (into.closed_at and into.closed_at < before):
            yield link


@transaction.atomic
def _forget(link: FollowLink) -> None:
    Mail.objects.filter(key__startswith=_key(link.record_id)).delete()
    link.email = ""
    link.save(update_fields=["email"])
