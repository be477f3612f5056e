"""Closing a case: what the law asks of it is settled, and it can be found in a register or here."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from improvements.models import Improvement
from qms.exceptions import RuleViolation
from qms.organisation.access import Access


def usual_reason(record: Improvement) -> str:
    """Why a case needs no registry number, in the words of the law; empty where it does need one.

    Offentlighets- och sekretesslagen (2009:400) 5 kap. 1 §: what is not secret need not be registered when
    it is kept in order so that it can be told whether it came in; what is secret is registered.
    """
    if record.is_restricted:
        return ""
    return _("Nothing in it is secret and it is kept in order here (OSL 5 kap. 1 §).")


def guard_flags(record: Improvement, access: Access) -> str | None:
    """What the law asks about a case is settled before the case ends in any way. No query but for a sealed
    one, on its page none."""
    waiting = (
        next((flag for flag in record.flags.all() if flag.is_waiting), None) if record.is_sealed else None
    )
    if waiting is None:
        return None
    return _("%(flag)s comes first: say what became of it.") % {"flag": capfirst(waiting.label)}


def effect_close(record: Improvement, *, access: Access, comment: str, data: Mapping[str, Any]) -> None:
    """Nothing more is expected. It has its registry number, or the reason why it has none.

    Raises RuleViolation for something secret without either.
    """
    number = str(data.get("registry_number", record.registry_number)).strip()
    reason = str(data.get("no_registry_reason", record.no_registry_reason)).strip()
    if not number and not (reason or usual_reason(record)):
        raise RuleViolation(
            _("What is secret is registered: write its number, or why it has none (OSL 5 kap. 1 §)."),
            field="registry_number",
        )
    record.registry_number = number
    record.no_registry_reason = "" if number else reason or usual_reason(record)
    record.due = None
