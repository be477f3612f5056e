"""How a workflow is written down: states and transitions as data. Pure: no model, no query.

An app's `workflow.py` fills these in; `qms.records.services.moves` is the one place that moves a record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Action

Text = str | Promise

MORE = _("More choices")
REASON_MISSING = _("Write the reason: it is sent along.")
RESERVED_STATES = ("open", "ended", "all")  # what a list of any kind can be asked for; no state is called so


class Tone(StrEnum):
    """What colour supports the word; colour never carries the meaning alone."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"
    VOICE = "plommon"


class To(StrEnum):
    """Who gets a task when a state is entered."""

    RESPONSIBLE = "responsible"  # the head of the unit, or the nearest one above
    OWNER = "owner"  # the person responsible for the record
    AUTHOR = "author"  # the person who created it
    CHOSEN = "chosen"  # whom the record itself names: `Record.chosen_for`


@dataclass(frozen=True)
class TaskSpec:
    """A task that a state needs: who must do what. `label` is a verb phrase: "Answer the proposal".

    `expected` heads the record's page for the one who has it: "Your answer is expected" (the day follows).
    One that comes `later` is opened by the app when its time comes, not on entering the state. One that
    is `personal` nobody can do for another: it is not handed over, falls away when the person leaves, and
    when it is late the manager above is not told of each. Of one that is not `pressing`, a question that
    nobody has to answer, the ground reminds nobody: the app that asks it follows it up. One that stands
    `beside` other kinds (see that it is done) nobody has who has one of those of the same record: who is to
    do it need not see to it as well. One that is `awaited` is what whoever sent the record waits for: when it
    comes to somebody else because a head changes or a person leaves, they and all who follow it are told.
    One that is done by no transition names the `page` of the record on which it is done, and the `button`
    that leads there.
    """

    kind: str
    label: Text
    to: To
    icon: str = "assess"
    expected: Text = ""
    later: bool = False
    personal: bool = False
    pressing: bool = True
    beside: frozenset[str] = frozenset()
    awaited: bool = False
    page: str = ""
    button: Text = ""


@dataclass(frozen=True)
class State:
    """A state a record can be in. `is_open` is false for states in which nothing more is expected; `more`
    stands on what folds the transitions that are rare here."""

    key: str
    label: Text
    icon: str
    tone: Tone = Tone.NEUTRAL
    is_open: bool = True
    tasks: tuple[TaskSpec, ...] = ()
    more: Text = MORE


@dataclass(frozen=True)
class Transition:
    """A step between states.

    `action` is the right it takes, `rule` the clause or rule it comes from, `comment_required` asks for
    a written reason (`comment_missing` is said where there is none), `author_may` is false where nobody
    decides on their own (four eyes). `label` is the verb on the button (`button` replaces it on the button
    that sends the form, where the verb alone could be read as cancelling), `done` what the timeline says
    ("decided to handle it in full").
    `becomes` says what it leads to where that is not always `target`: the app's effect may go further.
    `plain` says to whoever created the record what it means for them ("We do it."), in a whole sentence;
    `asks` is what they, and nobody else, are asked with it.
    `primary` marks the most likely next act in its source states, `rare` one that is seldom the answer: it
    lies folded beneath the others (`State.more` names the fold). `tells_author` mails whoever created the
    record at once instead of in the daily digest. A transition with `hidden` is made by the system or by
    another service, never offered as a button. With `keeps_tasks` what waits goes on waiting with those who
    have it: nothing is closed or opened anew. One made `as_read` holds for what the person has read: refused
    where the record has left its state since their page was opened, also if it has come back. One that is no
    longer used stays, with no sources: old decisions name it.
    """

    name: str
    sources: frozenset[str]
    target: str
    action: Action
    label: Text
    done: Text
    rule: str
    icon: str = "gavel"
    comment_required: bool = False
    comment_label: Text = ""
    comment_missing: Text = REASON_MISSING
    author_may: bool = True
    plain: Text = ""
    asks: Text = ""
    primary: bool = False
    rare: bool = False
    tells_author: bool = False
    hidden: bool = False
    keeps_tasks: bool = False
    as_read: bool = False
    button: Text = ""
    becomes: Text = ""


@dataclass(frozen=True)
class Noted:
    """A decision that leaves a record where it is, such as asking others about it.

    `done`, `plain` and `tells_author` are as in a transition; both texts are filled in with what the decision
    keeps ("answered for %(unit)s"). One that is no longer used stays: old decisions name it.
    """

    name: str
    done: Text
    icon: str
    plain: Text
    tells_author: bool = False


@dataclass(frozen=True)
class Workflow:
    """The states of one kind of record, the first of them the initial one, its transitions, and what is
    `noted` without moving it."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    noted: tuple[Noted, ...] = ()

    def __post_init__(self) -> None:
        keys = {state.key for state in self.states}
        names = [*(step.name for step in self.transitions), *(step.name for step in self.noted)]
        if len(keys) != len(self.states) or len(set(names)) != len(names):
            raise ValueError("A state or a transition is written down twice")
        if keys & set(RESERVED_STATES):
            raise ValueError(f"A state cannot be called any of {RESERVED_STATES}")
        for transition in self.transitions:
            unknown = (transition.sources | {transition.target}) - keys
            if unknown:
                raise ValueError(f"{transition.name} names unknown states: {sorted(unknown)}")

    @property
    def initial(self) -> State:
        """The state of a new record."""
        return self.states[0]

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.key: state for state in self.states}

    @cached_property
    def _transitions(self) -> dict[str, Transition]:
        return {transition.name: transition for transition in self.transitions}

    def state(self, key: str) -> State:
        """The state called `key`; KeyError when there is none."""
        return self._states[key]

    def transition(self, name: str) -> Transition:
        """The transition called `name`; KeyError when there is none."""
        return self._transitions[name]

    def known_state(self, key: str) -> State | None:
        """The state called `key`, or None: an old decision may name one that is gone."""
        return self._states.get(key)

    def known_transition(self, name: str) -> Transition | None:
        """The transition called `name`, or None: an old decision may name one that is gone."""
        return self._transitions.get(name)

    def known_noted(self, name: str) -> Noted | None:
        """What is noted under `name`, or None."""
        return next((noted for noted in self.noted if noted.name == name), None)

    def tells_author(self, name: str) -> bool:
        """Whether a decision of that name is meant for whoever created the record."""
        step = self.known_transition(name) or self.known_noted(name)
        return step is not None and step.tells_author

    def leaving(self, state: str) -> Iterable[Transition]:
        """The transitions that start in `state`, in the order they are written."""
        return (transition for transition in self.transitions if state in transition.sources)

    @cached_property
    def open_states(self) -> tuple[str, ...]:
        """Keys of the states in which something is still expected."""
        return tuple(state.key for state in self.states if state.is_open)
