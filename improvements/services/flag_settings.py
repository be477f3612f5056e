"""Who handles each kind of flag, and how long there is."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.flags import RULES
from improvements.models import FlagHandler, FlagSetting, TermUnit
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person

LONGEST = 365


def require_flag_settings(access: Access) -> None:
    """Raise NotYours unless `access` sets up the flags."""
    if not (access.is_system or access.can_somewhere(permissions.FLAGS)):
        raise NotYours(_("Administrators and quality managers decide who handles what is marked."))


@transaction.atomic
def flag_setting_change(
    *, kind: str, amount: int, unit: str, group: Group | None, access: Access
) -> FlagSetting:
    """Set the term and the group of a kind of flag. Holds for what is marked from now on.

    Raises NotYours without the right, RuleViolation for a term longer than the law's or none at all,
    KeyError for an unknown kind.
    """
    require_flag_settings(access)
    rule = RULES[kind]
    if not 1 <= amount <= LONGEST:
        raise RuleViolation(_("Choose between 1 and %(longest)d.") % {"longest": LONGEST}, field="amount")
    if rule.longest and (unit != TermUnit.HOURS or amount > rule.longest):
        raise RuleViolation(
            _("The law gives %(hours)d hours. Choose as many or fewer, in hours.") % {"hours": rule.longest},
            field="amount",
        )
    setting = FlagSetting.objects.select_for_update().filter(kind=kind).first() or FlagSetting(kind=kind)
    setting.amount, setting.unit, setting.group = amount, unit, group
    setting._history_user = access.person  # type: ignore[attr-defined]
    setting._change_reason = access.name[:100]  # type: ignore[attr-defined]
    setting.save()
    return setting


@transaction.atomic
def flag_handler_add(*, kind: str, person: Person, access: Access) -> None:
    """Let `person` handle what is marked so from now on. Doing it twice changes nothing."""
    require_flag_settings(access)
    rule = RULES[kind]
    if not person.is_active:
        raise RuleViolation(
            _("%(name)s has left. Choose somebody else.") % {"name": person.name}, field="person"
        )
    FlagHandler.objects.get_or_create(
        kind=rule.kind, person=person, ended_at=None, defaults={"by_name": access.name}
    )


@transaction.atomic
def flag_handler_remove(*, handler_id: int, access: Access) -> FlagHandler:
    """Let somebody handle no more of them; what they already have stays with them. Returns the row."""
    require_flag_settings(access)
    row = FlagHandler.objects.select_for_update(of=("self",)).select_related("person").get(pk=handler_id)
    if row.ended_at is None:
        row.ended_at, row.ended_by_name = timezone.now(), access.name
        row.save(update_fields=["ended_at", "ended_by_name"])
    return row


@transaction.atomic
def flag_handler_leaves(*, person: Person, access: Access) -> None:
    """Somebody has left and handles no kind of flag any more. Whoever marks people as gone has checked the
    right."""
    rows = FlagHandler.objects.filter(person=person, ended_at__isnull=True)
    rows.update(ended_at=timezone.now(), ended_by_name=access.name)
