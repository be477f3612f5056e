"""Making a masked copy of a case for somebody who asks to see it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import Disclosure, Improvement
from improvements.selectors.disclosure import Choice, fingerprint, masked_copy, material, missing
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Record
from qms.records.services import record_locked
from qms.records.services.moves import who_may


@transaction.atomic
def disclosure_make(
    *,
    record_id: int,
    choice: Choice,
    looked_at: str,
    access: Access,
    internal: bool = False,
    for_whom: str = "",
    ground: str = "",
    key: UUID | None = None,
) -> Disclosure:
    """Make a copy in which what `choice` says is replaced by blocks; keeps the copy, and who made it when.
    What was made with the same `key` (`qms.once.sent_key`) is returned.

    Offentlighets- och sekretesslagen (2009:400) asks for the legal ground of what is held back. Raises
    NotYours without the right; RuleViolation when the case is no longer what was looked through
    (`looked_at`, its fingerprint), when a passage stands nowhere, or when the ground is missing.
    """
    record = record_locked(record_id, access)
    if not isinstance(record, Improvement):
        raise Record.DoesNotExist
    if not access.can(permissions.HANDLE, record):
        raise NotYours(who_may(permissions.HANDLE, record))
    # Whoever asks holds the case, so that of two at once one is first.
    if key and (before := record.disclosures.filter(key=key).first()):
        return before
    parts = material(record, internal=internal)
    if looked_at != fingerprint(parts):
        raise RuleViolation(
            _("Something in the case has changed since you looked through it. Look through it once more.")
        )
    if nowhere := missing(parts, choice.passages):
        raise RuleViolation(
            _("“%(passage)s” stands nowhere in the case. Write it as it stands there.")
            % {"passage": nowhere[0]},
            field="passages",
        )
    content, count = masked_copy(parts, choice)
    if count and not ground.strip():
        raise RuleViolation(
            _("Write the legal ground for what is masked, for example OSL 26 kap. 1 §."), field="ground"
        )
    return Disclosure.objects.create(
        case=record,
        by_name=access.name,
        for_whom=for_whom.strip(),
        ground=ground.strip(),
        masked=count,
        content=content,
        key=key,
    )
