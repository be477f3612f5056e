"""Making a unit and changing what it is called, what it is, and who heads it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Unit, UnitKind
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors import responsible_for, top_unit
from qms.organisation.services.writing import (
    Event,
    check,
    keep,
    lock_tree,
    note_event,
    person_active,
    refuse_own_gain,
    refuse_stale,
    require,
    tidy,
    unit_in_force,
)
from qms.organisation.signals import head_appointed, head_changed, rights_ended


@transaction.atomic
def unit_create(
    *, parent_id: int, name: str, code: str, kind: str, access: Access, head_id: int | None = None
) -> Unit:
    """Add a unit below another, last among its neighbours.

    Raises NotYours without the right to administer the unit above, RuleViolation for a code that is
    taken, an empty name or a closed unit above.
    """
    lock_tree()
    parent = unit_in_force(parent_id, field="parent")
    require(access, ADMINISTER, parent)
    head = person_active(head_id, field="head") if head_id else None
    refuse_own_gain(access, [head] if head else [], field="head")
    unit = Unit(
        name=tidy(name), code=tidy(code), kind=_kind(kind), head=head, valid_from=timezone.localdate()
    )
    check(unit)
    # Saved by the tree, which finds its place; history reads who and why from the row.
    unit._history_user, unit._change_reason = access.person, "created"
    Unit.objects.add_child(parent, instance=unit)
    note_event(Event.UNIT_CREATED, access, unit=unit, after=parent.name)
    if head:
        note_event(Event.HEAD_SET, access, unit=unit, person=head, after=head.name)
    return unit


@transaction.atomic
def top_unit_create(*, name: str, code: str, access: Access) -> Unit:
    """Add the municipality itself, on an installation that has no unit yet.

    By the technical administrator, the only one who can do anything then. Raises NotYours, RuleViolation
    when there is one already.
    """
    lock_tree()
    require(access, ADMINISTER, top_unit())
    if Unit.objects.exists():
        raise RuleViolation(_("There is a topmost unit already."))
    unit = Unit(name=tidy(name), code=tidy(code), kind=UnitKind.MUNICIPALITY)
    check(unit)
    unit._history_user, unit._change_reason = access.person, "created"
    Unit.objects.add_root(instance=unit)
    note_event(Event.UNIT_CREATED, access, unit=unit)
    return unit


CALLED = ("name", "code", "kind")


@transaction.atomic
def unit_change(
    *, unit_id: int, name: str, code: str, kind: str, access: Access, read: str | None = None
) -> Unit:
    """Rename a unit, or correct its code or kind. What was said under the old name keeps it.

    `read` is what the person's page carried (`read_token` of CALLED).
    Raises NotYours, StaleEdit, RuleViolation.
    """
    unit = unit_in_force(unit_id)
    require(access, ADMINISTER, unit)
    refuse_stale(unit, CALLED, read)
    before = (unit.name, unit.code, unit.kind)
    after = (tidy(name), tidy(code), kind if kind == unit.kind else _kind(kind))
    if before == after:
        return unit
    unit.name, unit.code, unit.kind = after
    keep(unit, access, "changed")
    if before[0] != after[0]:
        note_event(Event.UNIT_RENAMED, access, unit=unit, before=before[0], after=after[0])
    for what, old, new in (("code", before[1], after[1]), ("kind", before[2], after[2])):
        if old != new:
            note_event(Event.UNIT_CHANGED, access, unit=unit, what=what, before=old, after=new)
    return unit


def _kind(kind: str) -> str:
    if kind == UnitKind.MUNICIPALITY:
        raise RuleViolation(_("Only the topmost unit is the municipality."), field="kind")
    return kind


@transaction.atomic
def unit_head_set(*, unit_id: int, head_id: int | None, access: Access, hand_over: bool = True) -> Unit:
    """Make somebody head of a unit, or leave it without one: then the head above answers.

    With `hand_over` whoever answers then takes over what the former had as its head (signal `head_changed`);
    where there was none, the new one gets what waited for nobody (signal `head_appointed`).
    Raises NotYours, or RuleViolation when the person has left or is oneself.
    """
    unit = unit_in_force(unit_id)
    require(access, ADMINISTER, unit)
    before = unit.head
    after = person_active(head_id, field="head") if head_id else None
    if before == after:
        return unit
    refuse_own_gain(access, [after] if after else [], field="head")
    unit.head = after
    keep(unit, access, "head")
    note_event(
        Event.HEAD_SET,
        access,
        unit=unit,
        person=after or before,
        before=before.name if before else "",
        after=after.name if after else "",
    )
    if before:
        rights_ended.send(sender=Unit, people=[before.pk])
    answers = after or responsible_for(unit)
    if hand_over and before and answers:
        head_changed.send(sender=Unit, unit=unit, before=before, after=answers, access=access)
    elif after and not before:
        head_appointed.send(sender=Unit, unit=unit, access=access)
    return unit
