"""Which deviations demand full handling, and why this one does."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements.models import Category, FullHandlingRule, Harm, Improvement
from improvements.permissions import RULE
from qms.organisation.access import Access
from qms.organisation.models import Unit
from qms.records.models import Visibility
from qms.ui.components import TimelineEntry


def full_rule() -> FullHandlingRule:
    """The rule in force; as it is delivered until somebody has decided otherwise. One query."""
    return FullHandlingRule.objects.first() or FullHandlingRule(pk=1)


def may_change_rule(access: Access) -> bool:
    """Whether `access` decides the rule, which holds everywhere. One query."""
    return any(access.can_in(RULE, top) for top in Unit.objects.get_root_nodes())


def said_rule(rule: FullHandlingRule) -> list[str]:
    """What the rule says, each part a sentence."""
    parts = []
    if rule.harm:
        parts.append(_("The harm is “%(harm)s” or worse.") % {"harm": Harm(rule.harm).label})
    if rule.repeats:
        words = {"count": rule.repeats, "days": rule.days}
        parts.append(
            _("It is deviation number %(count)d, or later, in the unit within %(days)d days.") % words
        )
    if rule.units:
        parts.append(_("The same has come from at least %(count)d units.") % {"count": rule.units})
    return parts


def rule_history() -> list[TimelineEntry]:
    """How the rule came to be what it is, newest first. One query."""
    rows = FullHandlingRule.history.order_by("-history_date", "-history_id")
    return [
        TimelineEntry(
            icon="gavel",
            text=_("decided the rule"),
            when=row.history_date,
            who=row.history_change_reason or "",
            speech=row.reason,
            detail=" ".join(said_rule(row.instance)),
        )
        for row in rows
    ]


def why_full(record: Improvement, joining: Improvement | None = None) -> str:
    """Why `record` must be handled in full, as a sentence; empty when it need not.

    `joining` is a case that is just about to go on in it. No query for what is no deviation, at most four for
    one.
    """
    if record.category != Category.DEVIATION:
        return ""
    rule = full_rule()
    if rule.harm and record.harm and Harm(record.harm).reaches(rule.harm):
        return _("The rule asks for full handling: the harm is “%(harm)s”.") % {
            "harm": Harm(record.harm).label
        }
    if rule.repeats and (count := _repeats(record, rule.days)) >= rule.repeats:
        return _(
            "The rule asks for full handling: this is deviation number %(count)d in %(unit)s within "
            "%(days)d days."
        ) % {"count": count, "unit": record.unit.name, "days": rule.days}
    if rule.units and (count := _units(record, joining)) >= rule.units:
        return _("The rule asks for full handling: the same comes from %(count)d units.") % {"count": count}
    return ""


def _repeats(record: Improvement, days: int) -> int:
    """How many deviations the unit has had in the days up to this one, itself among them. Others that are
    sealed do not count: the number would tell of them."""
    since = record.created_at - timedelta(days=days)
    same = Improvement.objects.filter(unit_id=record.unit_id, category=Category.DEVIATION)
    same = same.exclude(visibility=Visibility.SEALED)
    earlier = same.filter(created_at__gt=since, created_at__lte=record.created_at or timezone.now())
    return int(earlier.exclude(pk=record.pk).count()) + 1


def _units(record: Improvement, joining: Improvement | None) -> int:
    """From how many units the same has come, as far as whoever sees this one may know."""
    merged = [*all_merged(record), *([joining, *all_merged(joining)] if joining else ())]
    told = (case for case in merged if record.is_restricted or not case.is_restricted)
    return len({record.unit_id, *(case.unit_id for case in told)})


def all_merged(record: Improvement) -> list[Improvement]:
    """Every case that goes on in `record`, also by way of others. One query (none on its page, which has read
    them), one more for each step."""
    found: list[Improvement] = []
    step = list(record.merged.all())
    while step:
        found += step
        step = list(with_sender(Improvement.objects.filter(merged_into__in=step)))
    return found


def with_sender(cases: QuerySet[Improvement]) -> QuerySet[Improvement]:
    """Cases in the order of their age, as the page of the one they go on in shows them."""
    return cases.select_related("unit", "created_by").defer("search").order_by("pk")
