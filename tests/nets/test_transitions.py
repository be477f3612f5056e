"""Every pair of state and transition of every kind of record, from the tables themselves.

Allowed: someone with the right reads no refusal. Forbidden by state: even the system is refused.
Forbidden by right: whoever lacks the roles is refused, whatever the state.
"""

from collections.abc import Callable

import pytest
from django.utils import timezone

from documents.models import Document, Version
from improvements.models import Action, Improvement
from qms.organisation.access import SystemAccess
from qms.records.kinds import RecordKind, kinds
from qms.records.models import Record
from qms.records.services import why_not
from qms.records.services.create import record_create
from qms.records.workflow import Transition
from tests.conftest import Town
from tests.documents.steps import routine

PAIRS = [
    pytest.param(kind, state.key, transition, id=f"{kind.key}-{state.key}-{transition.name}")
    for kind in kinds
    for state in kind.workflow.states
    for transition in kind.workflow.transitions
]

# The smallest valid record of each kind, beside title and unit. A new kind adds its line here.
OWN_FIELDS: dict[type[Record], Callable[[Town], dict[str, object]]] = {
    Improvement: lambda town: {"text": "Something", "category": "proposal"},
    Action: lambda town: {},
    Document: lambda town: {"type": routine()},
    # A small correction: what else goes to approval has been reviewed.
    Version: lambda town: {"document": bare_document(town), "major": 1, "minor": 1, "text": "Something"},
}

# Whom an app's own rule holds back although they have the right: nobody judges their own work.
HELD_BACK = {"postpone_test": {"manager"}, "effect_worked": {"manager"}, "effect_failed": {"manager"}}


def bare_document(town: Town) -> Record:
    """A document for a version to belong to."""
    document = Document(title="Something", unit=town.north, owner=town.manager, type=routine())
    return record_create(record=document, access=town.access("employee"))


def record_in(kind: RecordKind, state: str, town: Town) -> Record:
    """A record of the kind, sent in by the employee and owned by the manager of North, put into a state."""
    record = record_create(
        record=kind.model(
            title="Something", unit=town.north, owner=town.manager, **OWN_FIELDS[kind.model](town)
        ),
        access=town.access("employee"),
    )
    record.state = state
    if kind.model is Version and state == "in_force":
        decided = {"decided_by": "Somebody", "weight": "editorial", "valid_from": timezone.localdate()}
        for field, value in decided.items():
            setattr(record, field, value)
    record.closed_at = None if kind.state(state).is_open else timezone.now()
    record.save()
    return record


@pytest.mark.parametrize(("kind", "state", "transition"), PAIRS)
def test_a_transition_starts_only_in_its_source_states(
    kind: RecordKind, state: str, transition: Transition, town: Town
):
    record = record_in(kind, state, town)
    possible = why_not(record, transition.name, SystemAccess("test")) is None
    assert possible is (state in transition.sources)


@pytest.mark.parametrize(
    ("kind", "transition"),
    [
        pytest.param(kind, transition, id=f"{kind.key}-{transition.name}")
        for kind in kinds
        for transition in kind.workflow.transitions
    ],
)
def test_a_transition_is_made_by_those_who_have_the_right_and_no_others(
    kind: RecordKind, transition: Transition, town: Town
):
    record = record_in(kind, sorted(transition.sources)[0], town)
    roles = transition.action.roles
    expected = {
        "manager": "manager" in roles or transition.action.owner,
        "care_head": "manager" in roles,
        "handler": "handler" in roles,
        "quality": "quality_manager" in roles,
        "exec": "executive" in roles,
        "auditor": "auditor" in roles,
        "admin": "administrator" in roles,
        "reader": "reader" in roles,
        "employee": "reader" in roles or (transition.action.author and transition.author_may),
        "south_head": False,
        "outsider": False,
    }
    expected |= dict.fromkeys(HELD_BACK.get(transition.name, ()), False)
    found = {who: why_not(record, transition.name, town.access(who)) is None for who in expected}
    assert found == expected
