"""Finding out why it happened (ISO 9001:2015 10.2.1 b)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from improvements.models import LONGEST_CAUSE, Cause, Improvement
from improvements.selectors.story import why_no_cause
from improvements.wording import has_words
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.records.services import record_locked

MOST_CAUSES = 40  # in a round; more than anybody can see through
DEEPEST = 7  # whys after each other; five is the custom


@transaction.atomic
def cause_add(
    *, record_id: int, text: str, access: Access, parent_id: int | None = None, key: UUID | None = None
) -> Cause:
    """Add a cause of what happened, or (with `parent_id`) of another cause of the same round. What was added
    with the same `key` (`qms.once.sent_key`) is returned.

    Raises Record.DoesNotExist when `access` does not see the case, NotYours without the right to handle
    it, RuleViolation when it is not being handled, the text is empty or too long, the parent is gone, or
    there are too many.
    """
    record = _handled(record_id, access)
    # Whoever asks holds the case, so that of two at once one is first.
    if key and (before := record.causes.filter(key=key).first()):
        return before
    causes = {cause.pk: cause for cause in record.causes.filter(round=record.round)}
    if len(causes) >= MOST_CAUSES:
        raise RuleViolation(_("There are %(most)d causes already. Take away some.") % {"most": MOST_CAUSES})
    if parent_id is not None and parent_id not in causes:
        raise RuleViolation(_("Somebody has taken that cause away meanwhile."), field="text")
    if _depth(causes, parent_id) >= DEEPEST:
        raise RuleViolation(
            _("Asking why %(times)d times is enough: is this not the root?") % {"times": DEEPEST},
            field="text",
        )
    cause = Cause(record=record, round=record.round, parent_id=parent_id, text=_said(text), key=key)
    return _saved(cause, access)


@transaction.atomic
def cause_change(*, cause_id: int, text: str, is_root: bool, access: Access) -> Cause:
    """Word a cause anew, and say whether it is a root cause. Raises what `cause_add` does."""
    cause = _cause(cause_id, access)
    cause.text, cause.is_root = _said(text), is_root
    return _saved(cause, access)


@transaction.atomic
def cause_remove(*, cause_id: int, access: Access) -> None:
    """Take a cause away, with those that explain it. Raises what `cause_add` does."""
    _remove(_cause(cause_id, access), access)


def _remove(cause: Cause, access: Access) -> None:
    """From below, so that the history of each says who took it away."""
    for below in cause.whys.all():
        _remove(below, access)
    cause._history_user = access.person  # type: ignore[attr-defined]
    cause.delete()


def _handled(record_id: int, access: Access) -> Improvement:
    record = record_locked(record_id, access)
    if not isinstance(record, Improvement):
        raise Improvement.DoesNotExist
    if reason := why_no_cause(record, access):
        raise reason
    return record


def _cause(cause_id: int, access: Access) -> Cause:
    cause = Cause.objects.filter(pk=cause_id).first()
    if cause is None:
        raise RuleViolation(_("Somebody has taken that cause away meanwhile."))
    record = _handled(cause.record_id, access)
    found = record.causes.filter(pk=cause_id, round=record.round).first()
    if found is None:
        raise RuleViolation(_("What was found in an earlier round stands as it is."))
    return found


def _depth(causes: dict[int, Cause], cause_id: int | None) -> int:
    depth = 0
    while cause_id is not None:
        depth, cause_id = depth + 1, causes[cause_id].parent_id
    return depth


def _said(text: str) -> str:
    text = " ".join(text.replace("\x00", "").split())
    if not has_words(text):
        raise RuleViolation(_("Write why."), field="text")
    if len(text) > LONGEST_CAUSE:
        raise RuleViolation(
            _("Write at most %(most)d characters. What takes more is more than one cause.")
            % {"most": LONGEST_CAUSE},
            field="text",
        )
    return text


def _saved(cause: Cause, access: Access) -> Cause:
    cause._history_user = access.person  # type: ignore[attr-defined]
    cause.save()
    return cause
