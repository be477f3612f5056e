"""System checks on what the apps offer: a mistake stops the start, not a person's work."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from qms.organisation.roles import ALL_ROLES
from qms.records.kinds import RecordKind, kinds


@register()
def check_kinds(**kwargs: Any) -> list[CheckMessage]:
    """Every kind of record fits its model, its series and its own workflow."""
    errors: list[CheckMessage] = []
    for kind in kinds:
        errors += [Error(f"Record kind {kind.key!r}: {fault}", id="qms.E001") for fault in _faults(kind)]
    return errors


def _faults(kind: RecordKind) -> list[str]:
    faults = []
    if kind.key != kind.model.KIND:
        faults.append(f"its model says KIND = {kind.model.KIND!r}")
    if kind.reference is None and kind.series not in settings.SERIES_LETTERS:
        faults.append(f"settings.SERIES_LETTERS has no letter for the series {kind.series!r}")
    names = {transition.name for transition in kind.workflow.transitions}
    for what in ("move_forms", "guards", "effects"):
        unknown = set(getattr(kind, what)) - names
        if unknown:
            faults.append(f"{what} names unknown transitions {sorted(unknown)}")
    actions = [kind.view, kind.restricted, kind.edit, *(t.action for t in kind.workflow.transitions)]
    unknown_roles = {role for action in actions for role in action.roles} - ALL_ROLES
    if unknown_roles:
        faults.append(f"unknown roles {sorted(unknown_roles)}")
    return faults
