"""Those who send without login: a case without a name, and the private link that leads back to it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from improvements.models import Channel, FollowLink, Improvement
from improvements.services.submit import improvement_submit
from qms.exceptions import RuleViolation
from qms.once import sent_key
from qms.organisation.access import LinkAccess, VisitorAccess
from qms.organisation.models import Unit
from qms.records.attachments.storing import Stored
from qms.records.models import Attachment
from qms.records.services import attachments_add, comment_add, record_locked
from qms.records.services.dialogue import said_before


@dataclass(frozen=True)
class SentUnnamed:
    """A case that was sent without login, and the token of its link: this is the only time it is known."""

    record: Improvement
    token: str


@transaction.atomic
def improvement_submit_unnamed(
    *,
    text: str,
    unit: Unit,
    channel: Channel,
    access: VisitorAccess,
    submission: UUID | None = None,
    files: Sequence[Stored] = (),
    email: str = "",
    language: str = settings.LANGUAGE_CODE,
) -> SentUnnamed:
    """Send in a case that nothing ties to a person, and get the link to follow it by.

    `access` is a visitor's, also where somebody signed in sends without their name.

    The same `submission` sent twice returns the same case and the same link. Only photos come along, drawn
    anew and under new names: a phone may put its owner's into them, a document its author's. Raises what
    `improvement_submit` does, and RuleViolation for another file.
    """
    record = improvement_submit(
        text=text,
        unit=unit,
        access=access,
        submission=submission,
        files=[_renamed(file, number) for number, file in enumerate(files, 1)],
        channel=channel,
    )
    token = token_of(submission)
    FollowLink.objects.get_or_create(
        record=record, defaults={"digest": digest_of(token), "email": email, "language": language}
    )
    return SentUnnamed(record, token)


def sent_files(record: Improvement) -> QuerySet[Attachment]:
    """The files that came with `record` or by its link. What those who handle it hang on it is theirs to
    send otherwise: they think of who reads it here, not of who holds a link."""
    return record.attachments.present().filter(uploaded_by=None).order_by("pk")


@transaction.atomic
def sender_writes(
    *,
    record_id: int,
    text: str,
    access: LinkAccess,
    files: Sequence[Stored] = (),
    submission: UUID | None = None,
) -> None:
    """Whoever holds the link writes to those who handle the case, perhaps with photos, which get new names
    too. Called within `stored(...)`. The same `submission` with the same content is one message.

    Raises RuleViolation when the text is empty, there are too many files, or one is no photo.
    """
    key = sent_key(submission, str(record_id), *(file.sha256 for file in files), text)
    record_locked(record_id, access)
    if said_before(key):
        return
    comment_add(record_id=record_id, text=text, access=access, key=key)
    before = Attachment.objects.filter(record_id=record_id, uploaded_by=None).count()
    renamed = [_renamed(file, number) for number, file in enumerate(files, before + 1)]
    attachments_add(record_id=record_id, files=renamed, access=access)


def _renamed(file: Stored, number: int) -> Stored:
    if not file.received.type.is_image:
        sentence = _(
            "%(file)s is no photo. Without login send photos only: other files may hold your name unseen."
        )
        raise RuleViolation(sentence % {"file": file.received.name}, field="attachments")
    name = f"{number}{PurePath(file.received.name).suffix}"
    return replace(file, received=replace(file.received, name=name))


def token_of(submission: UUID | None) -> str:
    """Made of the form's own key, which is kept nowhere: sent again after a lost answer it leads to the
    same link."""
    if submission is None:
        return secrets.token_hex(32)
    return salted_hmac("improvements.follow", str(submission), algorithm="sha256").hexdigest()


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_open(*, token: str) -> tuple[FollowLink, LinkAccess]:
    """The link with this token and what it gives access to; notes the day. FollowLink.DoesNotExist."""
    link = FollowLink.objects.get(digest=digest_of(token))
    today = timezone.localdate()
    if link.used_on != today:
        link.used_on = today
        link.save(update_fields=["used_on"])
    with override(settings.LANGUAGE_CODE):  # what is done by the link is kept with this name
        return link, LinkAccess(link.record_id, _("The sender"))
