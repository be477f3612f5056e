"""Sending in: somebody saw something that does not work or could be better."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import MOST_TEXT, Category, Channel, Improvement
from improvements.selectors.promise import promise_for
from improvements.wording import has_words, title_of
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.organisation.services.holding import unit_held
from qms.records.attachments.storing import Stored
from qms.records.models import LinkType, Record
from qms.records.services import record_create, tie
from qms.records.services.attachments import attachments_save

# What a case is until somebody who handles it has sorted it: what those we are there for say is a view.
_BEGINS_AS = {Channel.RESIDENTS: Category.COMPLAINT}


class AlreadySent(RuleViolation):
    """The same form was sent before with other words; `reference` is the case it became."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            _(
                "You have already sent this form: it became %(reference)s. What you have changed since is "
                "not in it. Send again and it becomes a case of its own."
            )
            % {"reference": reference},
            field="text",
        )
        self.reference = reference


def improvement_submit(
    *,
    text: str,
    unit: Unit,
    access: Access,
    submission: UUID | None = None,
    files: Sequence[Stored] = (),
    channel: Channel = Channel.STAFF,
    about: Record | None = None,
    place: str = "",
) -> Improvement:
    """Send in a case: gets number, owner and the date by which it is answered. Returns it.

    `files` come from `qms.records.attachments.storing.stored`. It is tied to the record it is `about`, which
    the caller has seen, at the `place` in it.

    The same `submission` sent twice (double tap, Back and resend, retry after a lost answer) returns
    the first case; nobody else's. An access without a person sends anonymously (`services.voices`).
    Raises RuleViolation when the text is empty or too long or the unit has closed meanwhile, AlreadySent
    when the same submission comes with other words.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    key = _key(submission, access)
    if sent := _sent(key):
        return _same(sent, text)
    if not has_words(text):
        raise RuleViolation(_("Write what could be better. One sentence is enough."), field="text")
    if len(text) > MOST_TEXT:
        raise RuleViolation(
            _("Write at most %(most)d characters. This is %(count)d.")
            % {"most": MOST_TEXT, "count": len(text)},
            field="text",
        )
    try:
        with transaction.atomic():
            record = _create(text, unit, access, key, channel)
            attachments_save(record=record, files=files, access=access)
            if about is not None:
                tie(source=record, target=about, type=LinkType.FOUND_IN, access=access, place=place[:200])
            return record
    except IntegrityError:
        # Two at once with the same key: the unique column let one through, and this is the other.
        sent = _sent(key)
        if sent is None:
            raise
        return _same(sent, text)


def _key(submission: UUID | None, access: Access) -> UUID | None:
    """The submission's key made the sender's own, so that knowing another's key opens nothing."""
    if submission is None:
        return None
    return uuid5(submission, str(access.person.pk) if access.person else "anonymous")


def _sent(key: UUID | None) -> Improvement | None:
    sent = Improvement.objects.filter(submission=key)
    if key is None or not sent.exists():  # nearly always; the whole row costs four times as much to ask for
        return None
    found: Improvement | None = sent.select_related("unit").first()
    return found


def _same(sent: Improvement, text: str) -> Improvement:
    if sent.text != text:
        raise AlreadySent(sent.reference)
    return sent


def _create(text: str, unit: Unit, access: Access, key: UUID | None, channel: Channel) -> Improvement:
    unit = unit_held(unit.pk)
    promise = promise_for(unit, timezone.localdate())
    record = Improvement(
        title=title_of(text),
        text=text,
        unit=unit,
        category=_BEGINS_AS.get(channel, Category.PROPOSAL),
        owner=promise.person,
        due=promise.by,
        promised_by=promise.by,
        submission=key,
        channel=channel,
    )
    return record_create(record=record, access=access)
