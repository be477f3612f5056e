"""Doing the same with many records: each by itself, so that one that is refused does not stop the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation, StaleEdit
from qms.organisation.access import Access
from qms.records.bulk import MOST, BulkAct
from qms.records.models import Record
from qms.records.services.change import edit_token
from qms.records.services.locking import record_for_move


@dataclass(frozen=True)
class Looked:
    """A record as it stood when somebody looked at it: its id, reference and title, and its token."""

    pk: int
    reference: str
    title: str
    token: str


@dataclass(frozen=True)
class Outcome:
    """What became of one: done, or the sentence that says why not."""

    looked: Looked
    why_not: str = ""

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return not self.why_not


def bulk_run(
    *, act: BulkAct, rows: Sequence[Looked], data: Mapping[str, Any], access: Access
) -> list[Outcome]:
    """Do `act` to each of `rows`, in a transaction each, and tell what became of it, in their order.

    One that was changed since it was looked at is left alone. Raises RuleViolation for more than MOST.
    """
    if len(rows) > MOST:
        raise RuleViolation(_("Choose at most %(most)d at once.") % {"most": MOST})
    return [Outcome(row, _one(act, row, data, access)) for row in rows]


def _one(act: BulkAct, row: Looked, data: Mapping[str, Any], access: Access) -> str:
    """Why it was not done; nothing when it was."""
    try:
        with transaction.atomic():
            _require_as_seen(row, data, access)
            act.run(row.pk, access, data)
    except Record.DoesNotExist:
        return _("You do not see it any more.")
    except RuleViolation as refused:
        return str(refused)
    return ""


def _require_as_seen(row: Looked, data: Mapping[str, Any], access: Access) -> None:
    """Lock it, together with what the act names, and raise StaleEdit when it is not as it was seen."""
    named = (value.pk for value in data.values() if isinstance(value, Record))
    if edit_token(record_for_move(row.pk, access, *named)) != row.token:
        raise StaleEdit(_("Somebody changed it meanwhile. Look at it, then try again."))
