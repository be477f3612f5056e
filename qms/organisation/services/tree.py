"""Changes of the tree: move, merge, close, open again. One follows another, never two at once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.permissions import ADMINISTER
from qms.organisation.selectors import parent_of
from qms.organisation.services.reach import given_on, held_in, refuse_reach
from qms.organisation.services.writing import (
    Event,
    drop,
    keep,
    lock_tree,
    note_event,
    require,
    unit_in_force,
)
from qms.organisation.signals import rights_ended, unit_closed, unit_merged, unit_moved


@transaction.atomic
def unit_move(*, unit_id: int, parent_id: int, access: Access) -> Unit:
    """Put a unit, with everything below it, under another one.

    Who may see and do what there follows the new place at once, and so does what holds there (signal
    `unit_moved`). Raises NotYours without the right to administer both, RuleViolation for the topmost unit,
    a place below itself, or where one would get a role, or have it longer, by it.
    """
    lock_tree()
    unit, parent = unit_in_force(unit_id), unit_in_force(parent_id, field="parent")
    require(access, ADMINISTER, unit)
    require(access, ADMINISTER, parent)
    _refuse_top(unit)
    _refuse_below_itself(unit, parent, field="parent")
    before = parent_of(unit)
    if before == parent:
        raise RuleViolation(_("It already lies under %(unit)s.") % {"unit": parent.name}, field="parent")
    refuse_reach(access, held_in(parent, access), unit, field="parent")
    moved = _relocate(unit, before, parent, access)
    unit_moved.send(sender=Unit, unit=moved, access=access)
    return moved


def _refuse_top(unit: Unit) -> None:
    if unit.depth == 1:
        raise RuleViolation(_("The topmost unit stays where it is."))


def _refuse_below_itself(unit: Unit, other: Unit, *, field: str) -> None:
    if other.lies_under([unit.path]):
        raise RuleViolation(
            _("%(other)s is %(unit)s or lies below it. Choose a unit elsewhere.")
            % {"other": other.name, "unit": unit.name},
            field=field,
        )


def _relocate(unit: Unit, before: Unit | None, parent: Unit, access: Access) -> Unit:
    """Move in the tree and leave history. The tree writes by raw SQL, so rows are read anew."""
    Unit.objects.move(unit, parent, "last-child")
    moved = unit_in_force(unit.pk)
    keep(moved, access, "moved")
    note_event(Event.UNIT_MOVED, access, unit=moved, before=before.name if before else "", after=parent.name)
    return moved


@transaction.atomic
def unit_merge(*, unit_id: int, into_id: int, access: Access, note: str = "") -> Unit:
    """Let `into` go on in a unit's place; returns the unit that closed.

    It lies under its successor from then on, so that what it leaves behind keeps its place and is read
    by those above. Its units in force, its people, the roles given on it and everything open follow
    (signal `unit_merged`). Raises NotYours without the right to administer both, RuleViolation for the
    topmost unit, a successor below it, or where one would get a role, or have it longer, by it.
    """
    lock_tree()
    unit, into = unit_in_force(unit_id), unit_in_force(into_id, field="into")
    require(access, ADMINISTER, unit)
    require(access, ADMINISTER, into)
    _refuse_top(unit)
    _refuse_below_itself(unit, into, field="into")
    refuse_reach(access, held_in(into, access), unit, field="into")
    refuse_reach(access, given_on(unit, access), into, field="into")
    for child in _children_in_force(unit):
        _relocate(child, unit, unit_in_force(into.pk), access)
    unit, into = unit_in_force(unit_id), unit_in_force(into_id)
    if parent_of(unit) != into:
        Unit.objects.move(unit, into, "last-child")
        unit, into = unit_in_force(unit_id), unit_in_force(into_id)
    _people_follow(unit, into, access)
    _grants_follow(unit, into, access)
    head = unit.head
    unit.head, unit.successor, unit.valid_until = None, into, timezone.localdate()
    keep(unit, access, "merged")
    note_event(Event.UNIT_MERGED, access, unit=unit, after=into.name, note=note)
    note_event(Event.UNIT_TOOK_OVER, access, unit=into, before=unit.name, note=note)
    unit_merged.send(sender=Unit, unit=unit, into=into, head=head, access=access)
    return unit


def _children_in_force(unit: Unit) -> list[Unit]:
    children = Unit.objects.in_force(timezone.localdate()).under([unit.path])
    return list(children.filter(depth=unit.depth + 1))


def _people_follow(unit: Unit, into: Unit, access: Access) -> None:
    """Those who work there now; those who have left keep the unit they had."""
    people = Person.objects.select_for_update(of=("self",), no_key=True).filter(
        home_unit=unit, is_active=True
    )
    for person in people:
        person.home_unit = into
        keep(person, access, f"follows {unit.name}")
        note_event(
            Event.PERSON_CHANGED,
            access,
            person=person,
            unit=into,
            what="home_unit",
            before=unit.name,
            after=into.name,
        )


def _grants_follow(unit: Unit, into: Unit, access: Access) -> None:
    """Each role moves; where it is held there already, the longer one stays."""
    for grant in unit.user_grants.select_for_update(of=("self",), no_key=True).select_related(
        "permission", "user"
    ):
        there = into.user_grants.filter(user=grant.user, permission=grant.permission).first()
        if there is None:
            grant.content_object = into
            keep(grant, access, f"follows {unit.name}")
        else:
            if there.valid_until and (grant.valid_until is None or grant.valid_until > there.valid_until):
                there.valid_until = grant.valid_until
                keep(there, access, f"follows {unit.name}")
            drop(grant, access, "merged")
        note_event(
            Event.ROLE_GIVEN,
            access,
            unit=into,
            person=grant.user,
            what=grant.permission.codename,
            after=grant.valid_until,
        )
    for shared in unit.group_grants.select_for_update(of=("self",), no_key=True).select_related(
        "permission", "group"
    ):
        if into.group_grants.filter(group=shared.group, permission=shared.permission).exists():
            drop(shared, access, "merged")
        else:
            shared.content_object = into
            keep(shared, access, f"follows {unit.name}")
        note_event(Event.ROLE_GIVEN, access, unit=into, group=shared.group, what=shared.permission.codename)


@transaction.atomic
def unit_close(*, unit_id: int, access: Access, note: str = "") -> Unit:
    """Close a unit that nobody goes on in place of.

    Its people and everything open go to the unit above (signal `unit_closed`); the roles given on it
    end. Raises NotYours, or RuleViolation while it has units in force below it.
    """
    lock_tree()
    unit = unit_in_force(unit_id)
    require(access, ADMINISTER, unit)
    _refuse_top(unit)
    below = len(_children_in_force(unit))
    if below:
        raise RuleViolation(
            ngettext(
                "%(unit)s still has a unit below it. Move, merge or close it first.",
                "%(unit)s still has %(below)d units below it. Move, merge or close them first.",
                below,
            )
            % {"unit": unit.name, "below": below}
        )
    above = parent_of(unit)
    if above is None:
        raise RuleViolation(_("The topmost unit stays where it is."))
    _people_follow(unit, above, access)
    _grants_end(unit, access)
    head = unit.head
    unit.head, unit.valid_until = None, timezone.localdate()
    keep(unit, access, "closed")
    note_event(Event.UNIT_CLOSED, access, unit=unit, after=above.name, note=note)
    unit_closed.send(sender=Unit, unit=unit, above=above, head=head, access=access)
    return unit


def _grants_end(unit: Unit, access: Access) -> None:
    own: list[UnitUserGrant] = list(unit.user_grants.select_related("permission", "user"))
    shared: list[UnitGroupGrant] = list(unit.group_grants.select_related("permission", "group"))
    for grant in own:
        what = grant.permission.codename
        note_event(Event.ROLE_TAKEN, access, unit=unit, person=grant.user, what=what)
        drop(grant, access, "closed")
    for group_grant in shared:
        what = group_grant.permission.codename
        note_event(Event.ROLE_TAKEN, access, unit=unit, group=group_grant.group, what=what)
        drop(group_grant, access, "closed")
    in_groups = Person.objects.filter(groups__in=[grant.group_id for grant in shared])
    rights_ended.send(
        sender=Unit, people=[*(grant.user_id for grant in own), *in_groups.values_list("pk", flat=True)]
    )


@transaction.atomic
def unit_reopen(*, unit_id: int, access: Access) -> Unit:
    """Open a closed unit again, where it lies. People, roles and matters stay where they went.

    Raises NotYours, or RuleViolation when it is not closed or lies under a closed unit.
    """
    lock_tree()
    unit: Unit = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit_id)
    require(access, ADMINISTER, unit)
    if not unit.is_closed:
        raise RuleViolation(_("%(unit)s is not closed.") % {"unit": unit.name})
    above = parent_of(unit)
    if above and above.is_closed:
        raise RuleViolation(
            _("%(above)s, which it lies under, is closed. Open that first.") % {"above": above.name}
        )
    unit.valid_until = unit.successor = None
    keep(unit, access, "reopened")
    note_event(Event.UNIT_REOPENED, access, unit=unit)
    return unit
