"""Deciding which deviations demand full handling."""

from django.db import transaction
from django.utils.translation import gettext as _

from improvements.models import FullHandlingRule, Harm, Improvement
from improvements.selectors.full_rule import full_rule, may_change_rule, why_full
from improvements.workflow import RECEIVED
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access

MOST = 100  # deviations or units; a higher bar is none


@transaction.atomic
def full_rule_set(
    *, harm: str, repeats: int, days: int, units: int, reason: str, access: Access
) -> FullHandlingRule:
    """Decide the rule; it holds for what is decided from now on. Why is kept with it.

    An empty `harm` and a zero switch that part off. Raises NotYours without the right, RuleViolation for
    numbers out of bounds or without a reason.
    """
    if not may_change_rule(access):
        raise NotYours(_("Quality managers of the whole municipality decide this rule."))
    if harm not in ("", *Harm.values):
        raise RuleViolation(_("There is no such degree of harm."), field="harm")
    for name, value, least, most in (
        ("repeats", repeats, 0, MOST), ("days", days, 1, 365), ("units", units, 0, MOST),
    ):  # fmt: skip
        if not least <= value <= most:
            words = {"least": least, "most": most}
            raise RuleViolation(_("Choose between %(least)d and %(most)d.") % words, field=name)
    if not reason.strip():
        raise RuleViolation(_("Say why: those whom it concerns read this."), field="reason")
    list(FullHandlingRule.objects.select_for_update())
    rule = full_rule()
    rule.harm, rule.repeats, rule.days, rule.units = harm, repeats, days, units
    rule.reason = reason.strip()
    rule._history_user = access.person  # type: ignore[attr-defined]
    rule._change_reason = access.name[:100]  # type: ignore[attr-defined]
    rule.save()
    return rule


def guard_by_rule(record: Improvement, access: Access) -> str | None:
    """What the rule wants handled in full is neither just done nor put off, nor put aside before it was
    taken up: which means are lacking is known when its cause is."""
    return (why_full(record) or None) if record.state == RECEIVED else None
