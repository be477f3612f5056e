"""Loads the demo municipality's units, people, roles, groups and deputies."""

import gc
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import connection, connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from guardian.shortcuts import assign_perm
from simple_history.utils import bulk_create_with_history

from qms.contributions import demo_parts
from qms.organisation import demo_people
from qms.organisation.models import Deputy, OrganisationEvent, Person, Unit

# Who carries out improvement days besides the internal auditor: a group that holds a role.
AUDITORS = ("Förbättringsledare", "auditor", ("VOF-BIS", "BUF-EH", "SBF-BYG", "KFF-BIB"))
# (unit whose head is away, unit whose head stands in), from today
AWAY = (("KLK-EKO", "KLK-UPP"), ("BUF-GR-2", "BUF-GR-3"))
AWAY_DAYS = 14
Kind = OrganisationEvent.Kind
HISTORIAN = "amir"  # who keeps the organisation in order
# What happened before: days ago, what, to which unit, what it was, what it became ("" is the head).
HISTORY = (
    (610, Kind.UNIT_RENAMED, "VOF-HT-1", "Hemtjänst Öst", "Hemtjänst Centrum"),
    (430, Kind.UNIT_MOVED, "VOF-SB-3", "Hemtjänsten", "Särskilt boende"),
    (215, Kind.HEAD_SET, "VOF-HT-2", "Gunvor Dahl", ""),
    (140, Kind.HEAD_SET, "BUF-GR-1", "Torsten Ek", ""),
    (75, Kind.UNIT_RENAMED, "KLK-KVA", "Kvalitetsenheten", "Kvalitets- och utvecklingsenheten"),
)


@transaction.atomic
def municipality_load() -> str:
    """Make what is missing of the 86 units and 300 people; what is there stays as it is. Says what it did.

    What somebody has changed since is not put back: neither a role that was taken, nor the head of a unit
    that stands without one, nor an address.
    """
    units = _units()
    people, new = _people(units)
    _heads_and_grants(units, new)
    _group(units)
    _deputies(units)
    _history(units, people)
    _password(people)
    return f"{len(units)} units, {len(people)} people, {len(new)} of them new"


def units_known() -> dict[str, Unit]:
    """The units that are here, by their codes, of the demo's by the one they came with."""
    had = dict(Unit.history.order_by("-history_date", "-history_id").values_list("code", "id"))
    units = Unit.objects.in_bulk()
    return {unit.code: unit for unit in units.values()} | {
        code: units[pk] for code, pk in had.items() if pk in units
    }


def _units() -> dict[str, Unit]:
    have = units_known()
    rows = demo_people.read("units.json")
    for row in rows:
        code, above = row["code"], row["parent"]
        if code in have:
            continue
        values = {"code": code, "name": row["name_sv"], "kind": row["type"]}
        if above:
            # Read anew: adding a child counts it in the parent's row.
            have[code] = Unit.objects.add_child(Unit.objects.get(pk=have[above].pk), values)
        else:
            have[code] = Unit.objects.add_root(values)
    fresh = Unit.objects.in_bulk([have[row["code"]].pk for row in rows])
    return {row["code"]: fresh[have[row["code"]].pk] for row in rows}


def _people(units: dict[str, Unit]) -> tuple[dict[str, Person], dict[str, Person]]:
    """Everybody by the address they came with, and those of them who are new."""
    planned = demo_people.everybody()
    have = people_known()
    # Hashed once: a good hash is slow by design, and everybody has the same password.
    password = make_password(settings.DEMO_PASSWORD)
    new = [
        Person(email=one.email, name=one.name, title=one.title, home_unit=units[one.home], password=password)
        for one in planned
        if one.email not in have
    ]
    made = {person.email: person for person in bulk_create_with_history(new, Person)}
    return have | made, made


def people_known() -> dict[str, Person]:
    """The demo's people who are here, by the address they came with: who got another is still the same."""
    addresses = [one.email for one in demo_people.everybody()]
    had = dict(Person.history.filter(email__in=addresses).values_list("email", "id"))
    people = Person.objects.select_related("home_unit").in_bulk(had.values())
    return {email: people[pk] for email, pk in had.items() if pk in people}


def _heads_and_grants(units: dict[str, Unit], new: dict[str, Person]) -> None:
    for one in demo_people.everybody():
        person = new.get(one.email)
        if person is None:
            continue
        for code in one.heads:
            if units[code].head_id is None:
                units[code].head = person
                units[code].save()
        for role, code in one.grants:
            assign_perm(role, person, units[code])


def _group(units: dict[str, Unit]) -> None:
    name, role, homes = AUDITORS
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        assign_perm(role, group, units["KF"])
        for code in homes:
            staff = units[code].people.exclude(pk=units[code].head_id)
            group.user_set.add(staff.order_by("pk")[0])


def _deputies(units: dict[str, Unit]) -> None:
    today = timezone.localdate()
    for away, stands_in in AWAY:
        person, deputy = units[away].head, units[stands_in].head
        if person and deputy and not person.deputies.exists():
            Deputy.objects.create(
                person=person, deputy=deputy, starts=today, ends=today + timedelta(days=AWAY_DAYS)
            )


def _history(units: dict[str, Unit], people: dict[str, Person]) -> None:
    """A few things that happened before: a new head, a new name, a move, roles given."""
    if OrganisationEvent.objects.exists():
        return
    today = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    actor = next(people[one.email] for one in demo_people.cast() if one.key == HISTORIAN)
    for days, kind, code, before, after in HISTORY:
        unit = units[code]
        OrganisationEvent.objects.create(
            kind=kind,
            at=today - timedelta(days=days, minutes=-7 * (days % 50)),
            actor=actor,
            actor_name=actor.name,
            unit=unit,
            unit_name=unit.name,
            person=unit.head if kind == Kind.HEAD_SET else None,
            person_name=unit.head.name if kind == Kind.HEAD_SET and unit.head else "",
            before=before,
            after=after or (unit.head.name if unit.head else ""),
        )
    given = [(people[one.email], *grant) for one in demo_people.cast() for grant in one.grants]
    for number, (person, role, code) in enumerate(given):
        if person != actor:  # nobody gives a role to themselves
            OrganisationEvent.objects.create(
                kind=Kind.ROLE_GIVEN,
                at=today - timedelta(days=120 - number, minutes=-11 * number),
                actor=actor,
                actor_name=actor.name,
                unit=units[code],
                unit_name=units[code].name,
                person=person,
                person_name=person.name,
                what=role,
            )


def _password(people: dict[str, Person]) -> None:
    """Everybody gets the password of the settings when it has changed since they were made."""
    first = people[demo_people.cast()[0].email]
    if check_password(settings.DEMO_PASSWORD, first.password):
        return
    before, password = first.password, make_password(settings.DEMO_PASSWORD)
    for person in people.values():
        if person.password == before:
            person.password = password
            person.save(update_fields=["password"])


@dataclass(frozen=True)
class Loaded:
    """What became of a part of the demo: a line that says it, and whether anything of it was new."""

    said: str
    is_new: bool


def parts_load() -> Iterator[Loaded]:
    """Load every part of the demo; tells of each, when it is there, what was done.

    Parts of the same order know nothing of each other and are loaded side by side, each by a process of its
    own: most of what it costs is Python's. Each is one transaction, so a part is there or it is not. An error
    of one is raised when the others of its order have ended; those of a higher order are not begun then.
    For `manage.py demo` alone: the processes are forked, so no thread may run in this one.
    """
    for _order, together in groupby(demo_parts, key=lambda part: part.order):
        keys = [part.key for part in together]
        if len(keys) == 1:
            yield part_load(keys[0])
            continue
        yield from _side_by_side(keys)


def _side_by_side(keys: list[str]) -> Iterator[Loaded]:
    """Load these parts, each in a process of its own, and tell of each when it is there.

    The processes answer by pipes: a pool has semaphores, which not everybody may make on every machine.
    """
    connections.close_all()  # none is shared with those that begin now
    forked = get_context("fork")  # to start anew takes each of them seconds
    running: dict[Any, tuple[str, ForkProcess, Connection]] = {}
    for key in keys:
        answer, tell = forked.Pipe(duplex=False)
        process = forked.Process(target=_load_and_tell, args=(key, tell))
        process.start()
        tell.close()  # the process alone holds it: when that dies, the pipe ends
        running[answer] = key, process, answer
    failures: list[Exception] = []
    while running:
        for ready in wait(running):
            key, process, answer = running.pop(ready)
            try:
                told = answer.recv()
            except EOFError:
                told = RuntimeError(f"The process that loaded the part {key} of the demo died.")
            process.join()
            if isinstance(told, Exception):
                failures.append(told)
            else:
                yield told
    if failures:
        raise failures[0]


def _load_and_tell(key: str, tell: Connection) -> None:
    # A process that soon ends, and keeps nearly all it makes, has little use of looking for garbage.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    told: Loaded | Exception
    try:
        told = part_load(key)
    except Exception as error:  # noqa: BLE001  raised again where it is told
        error.add_note(traceback.format_exc())
        told = error
    tell.send(told)


def part_load(key: str) -> Loaded:
    """Load the part of the demo with this key, unless somebody else is at it: then wait and find it there."""
    began = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"demo {key}"])
        done = import_string(demo_parts[key].load)()
        # PostgreSQL numbers a transaction when it writes for the first time.
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        (is_new,) = cursor.fetchone()
    return Loaded(f"{key}: {done} ({time.monotonic() - began:.1f} s)", is_new)


def strangers() -> int:
    """How many people there are that are not the demo's, where it is not loaded yet: whoever uses it may add
    people, and it is loaded again with them."""
    return 0 if people_known() else Person.objects.count()


def statistics_refresh() -> None:
    """Let PostgreSQL count what the tables hold by now, and how their values are spread.

    A large part of the demo is loaded in one transaction, in which nothing else does it: questions would be
    planned as if the tables were still empty. Until that ends nobody else counts, so of parts that are
    loaded side by side only the largest may ask for it.
    """
    with connection.cursor() as cursor:
        # The tables of this database alone: all would be the server's own too, which other databases share
        # and would wait for.
        tables = ", ".join(map(connection.ops.quote_name, connection.introspection.django_table_names()))
        cursor.execute(f"ANALYZE {tables}")
