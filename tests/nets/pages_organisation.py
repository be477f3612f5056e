"""The addresses of the organisation, for the nets."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group

from qms.organisation.models import Deputy, UnitGroupGrant, UnitUserGrant
from tests.nets.page import ADMIN, SIGNED_IN, Page, codes
from tests.nets.world import World

Args = Callable[[World], tuple[Any, ...]]


def north(world: World) -> tuple[Any, ...]:
    return (world.town.north.pk,)


def employee(world: World) -> tuple[Any, ...]:
    return (world.town.employee.pk,)


def helpers(world: World) -> tuple[Any, ...]:
    return (Group.objects.get(name="Helpers").pk,)


def handlers_role(world: World) -> tuple[Any, ...]:
    return (UnitUserGrant.objects.get(user=world.town.handler).pk,)


def stands_in(world: World) -> tuple[Any, ...]:
    return (Deputy.objects.get(person=world.town.exec).pk,)


def kept(name: str, args: Args, shows: str, **more: Any) -> Page:
    """A page of those who administer."""
    return Page(f"organisation:{name}", ADMIN, args, viewer="admin", shows=shows, **more)


DELEGATES = codes(403, visitor=302, manager=200, care_head=200, outsider=200, admin=200)

ORGANISATION = [
    # Choosing a person or a unit while typing
    Page("organisation:people_options", SIGNED_IN, query="?q=hand", shows="Handler", walk=False),
    Page("organisation:unit_options", SIGNED_IN, query="?q=nor", shows="North", walk=False),
    # What everyone sees
    Page("organisation:tree", SIGNED_IN, shows="School"),
    Page("organisation:people", SIGNED_IN, shows="manager@town.test"),
    Page("organisation:unit", SIGNED_IN, north, shows="Manager answers here", budget=28),
    Page("organisation:unit_history", SIGNED_IN, north, shows="History of North"),
    Page("organisation:person", SIGNED_IN, employee, shows="Like everyone who works there", budget=20),
    Page("organisation:me", SIGNED_IN, shows="Units you head", budget=20),
    Page("organisation:settings", SIGNED_IN, shows="Colours"),
    Page(
        "organisation:person_history",
        codes(403, visitor=302, employee=200, admin=200),
        employee,
        viewer="admin",
        shows="History of Employee",
    ),
    Page(
        "organisation:deputy",
        codes(403, visitor=302, employee=200, manager=200, care_head=200, admin=200),
        employee,
        shows="Who stands in",
    ),
    Page("organisation:deputy_end", codes(403, visitor=302, exec=302, admin=302), stands_in, posts=True),
    # Roles
    Page("organisation:role_give", DELEGATES, shows="Case handler"),
    Page(
        "organisation:role_take",
        codes(403, visitor=302, handler=200, manager=200, care_head=200, admin=200),
        handlers_role,
        shows="Take the role",
    ),
    # Administration
    kept("admin", lambda w: (), "Latest changes", budget=15),
    kept("admin_roles", lambda w: (), "Given to"),
    kept("admin_history", lambda w: (), "newest first"),
    kept("admin_unit_add", lambda w: (), "Lies under"),
    kept("admin_person_add", lambda w: (), "Works in"),
    kept("unit_edit", north, "NORTH"),
    kept("unit_head", north, "takes over"),
    kept("unit_move", north, "Lies under"),
    kept("unit_merge", north, "Goes on in", budget=18),
    kept("unit_close", north, "The roles given here end", budget=17),
    kept("unit_reopen", north, "It opens where it lies"),
    kept("person_edit", employee, "employee@town.test"),
    kept("person_leave", employee, "Who takes over", budget=15),
    kept("person_back", employee, "without the roles"),
    kept("person_second_step", employee, "recovery codes"),
    kept("admin_groups", lambda w: (), "Helpers"),
    kept("admin_group_add", lambda w: (), "Make a group"),
    kept("admin_group", helpers, "South Head"),
    kept("admin_group_edit", helpers, "Helpers"),
    kept("admin_group_remove", helpers, "Helpers"),
    kept("admin_group_join", helpers, "Who"),
    kept("admin_group_give", helpers, "Where"),
    Page(
        "organisation:admin_group_leave",
        codes(403, visitor=302, admin=302),
        lambda w: (*helpers(w), w.town.south_head.pk),
        posts=True,
    ),
    Page(
        "organisation:admin_group_take",
        codes(403, visitor=302, admin=302),
        lambda w: (*helpers(w), UnitGroupGrant.objects.get(group__name="Helpers").pk),
        posts=True,
    ),
]
