"""Giving and taking roles, to people and to groups."""

from datetime import date

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.organisation.models import Person, Unit, UnitGroupGrant, UnitUserGrant
from qms.organisation.permissions import ADMINISTER, grant_action
from qms.organisation.roles import BY_KEY
from qms.organisation.selectors import top_unit
from qms.organisation.services.writing import (
    Event,
    check,
    drop,
    keep,
    keeping_an_administrator,
    note_event,
    person_active,
    refuse_own_gain,
    require,
    tidy,
    tree_held,
    unit_in_force,
)
from qms.organisation.signals import rights_ended


def _permission(role: str) -> Permission:
    if role not in BY_KEY:
        raise RuleViolation(_("There is no such role."), field="role")
    return Permission.objects.get(
        codename=role, content_type__app_label="organisation", content_type__model="unit"
    )


@transaction.atomic
def role_grant(
    *, role: str, unit_id: int, person_id: int, access: Access, until: date | None = None
) -> UnitUserGrant:
    """Give a person a role on a unit and everything below it, perhaps with a last day.

    Given again it gets the new last day. Raises NotYours for a role one may not give there (nobody gives
    what they may not), RuleViolation for oneself, somebody who has left, a closed unit, a day that has
    passed, or a last day that leaves nobody who can administer.
    """
    unit = unit_in_force(unit_id, field="unit")
    permission = _permission(role)
    require(access, grant_action(role), unit)
    person = person_active(person_id, field="person")
    refuse_own_gain(access, [person], field="person")
    if until and until < timezone.localdate():
        raise RuleViolation(_("Choose today or a later day."), field="until")
    with keeping_an_administrator():
        grants = UnitUserGrant.objects.select_for_update(of=("self",), no_key=True)
        grant = grants.filter(user=person, content_object=unit, permission=permission).first()
        if grant and grant.valid_until == until:
            raise RuleViolation(
                _("%(name)s has that role there already.") % {"name": person.name}, field="role"
            )
        grant = grant or UnitUserGrant(user=person, content_object=unit, permission=permission)
        grant.valid_until = until
        keep(grant, access, "given")
    note_event(Event.ROLE_GIVEN, access, unit=unit, person=person, what=role, after=until)
    return grant


@transaction.atomic
def role_revoke(*, grant_id: int, access: Access) -> None:
    """Take a role back; one may always give up one's own. Raises NotYours, RuleViolation for the last
    administrator, UnitUserGrant.DoesNotExist when it is gone already."""
    tree_held()
    grants = UnitUserGrant.objects.select_for_update(of=("self",), no_key=True)
    grant = grants.select_related("permission", "content_object", "user").get(pk=grant_id)
    role = grant.permission.codename
    if access.person is None or access.person.pk != grant.user_id:
        require(access, grant_action(role), grant.content_object)
    with keeping_an_administrator():
        note_event(Event.ROLE_TAKEN, access, unit=grant.content_object, person=grant.user, what=role)
        drop(grant, access, "taken")
    rights_ended.send(sender=Unit, people=[grant.user_id])


def _require_whole(access: Access) -> None:
    """Groups reach over all units, so those who administer the whole keep them."""
    require(access, ADMINISTER, top_unit())


def _group(group_id: int) -> Group:
    return Group.objects.select_for_update(no_key=True).get(pk=group_id)


@transaction.atomic
def group_create(*, name: str, access: Access) -> Group:
    """Make a group of people, to whom roles can be given together."""
    _require_whole(access)
    group = Group(name=tidy(name))
    check(group)
    group.save()
    note_event(Event.GROUP_CREATED, access, group=group)
    return group


@transaction.atomic
def group_rename(*, group_id: int, name: str, access: Access) -> Group:
    """Give a group another name."""
    _require_whole(access)
    group = _group(group_id)
    before, group.name = group.name, tidy(name)
    if before != group.name:
        check(group)
        group.save(update_fields=["name"])
        note_event(Event.GROUP_RENAMED, access, group=group, before=before, after=group.name)
    return group


@transaction.atomic
def group_remove(*, group_id: int, access: Access) -> None:
    """Remove a group: its roles are taken back and its people taken out, each written down.

    Raises RuleViolation when nobody could administer then.
    """
    _require_whole(access)
    group = _group(group_id)
    for grant in UnitGroupGrant.objects.filter(group=group).values_list("pk", flat=True):
        group_revoke(grant_id=grant, access=access)
    for person in group.user_set.values_list("pk", flat=True):
        group_leave(group_id=group.pk, person_id=person, access=access)
    note_event(Event.GROUP_REMOVED, access, group=group)
    group.delete()


@transaction.atomic
def group_join(*, group_id: int, person_id: int, access: Access) -> None:
    """Put somebody into a group: they get its roles. Raises RuleViolation for oneself or a leaver."""
    _require_whole(access)
    group, person = _group(group_id), person_active(person_id, field="person")
    refuse_own_gain(access, [person], field="person")
    if group.user_set.filter(pk=person.pk).exists():
        raise RuleViolation(_("%(name)s is in the group already.") % {"name": person.name}, field="person")
    group.user_set.add(person)
    note_event(Event.GROUP_JOINED, access, person=person, group=group)


@transaction.atomic
def group_leave(*, group_id: int, person_id: int, access: Access) -> None:
    """Take somebody out of a group. Raises RuleViolation when nobody could administer then."""
    _require_whole(access)
    group = _group(group_id)
    person = Person.objects.get(pk=person_id, groups=group)
    with keeping_an_administrator():
        group.user_set.remove(person)
        note_event(Event.GROUP_LEFT, access, person=person, group=group)
    rights_ended.send(sender=Group, people=[person.pk])


@transaction.atomic
def group_grant(*, role: str, unit_id: int, group_id: int, access: Access) -> UnitGroupGrant:
    """Give a role on a unit to everyone in a group. Raises RuleViolation when one is in it oneself."""
    _require_whole(access)
    unit, group = unit_in_force(unit_id, field="unit"), _group(group_id)
    permission = _permission(role)
    refuse_own_gain(access, Person.objects.filter(groups=group), field="role")
    if UnitGroupGrant.objects.filter(group=group, content_object=unit, permission=permission).exists():
        raise RuleViolation(_("The group has that role there already."), field="role")
    grant = UnitGroupGrant(group=group, content_object=unit, permission=permission)
    keep(grant, access, "given")
    note_event(Event.ROLE_GIVEN, access, unit=unit, group=group, what=role)
    return grant


@transaction.atomic
def group_revoke(*, grant_id: int, access: Access) -> None:
    """Take a role back from a group. Raises RuleViolation when nobody could administer then."""
    _require_whole(access)
    tree_held()
    grants = UnitGroupGrant.objects.select_for_update(of=("self",), no_key=True)
    grant = grants.select_related("permission", "content_object", "group").get(pk=grant_id)
    with keeping_an_administrator():
        what = grant.permission.codename
        note_event(Event.ROLE_TAKEN, access, unit=grant.content_object, group=grant.group, what=what)
        drop(grant, access, "taken")
    rights_ended.send(sender=Group, people=[*grant.group.user_set.values_list("pk", flat=True)])
