"""The one service that moves any record from state to state."""

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.organisation.access import Access, Action
from qms.organisation.roles import BY_KEY
from qms.organisation.selectors import nearest_holders, nearest_in_force
from qms.records.attachments.storing import Stored
from qms.records.kinds import Guard, HeldBack
from qms.records.models import Decision, Notification, Record
from qms.records.services.attachments import attachments_save
from qms.records.services.create import record_save
from qms.records.services.locking import record_for_move
from qms.records.services.notify import tell_followers
from qms.records.services.noting import decision_note
from qms.records.services.tasks import open_state_tasks, tasks_close_all
from qms.records.workflow import Text, Transition
from qms.ui.dates import span_text

NAMED = 3  # so many people are named as those who can


@dataclass(frozen=True)
class Refusal:
    """Why a transition is not possible, as a sentence; `yours` is false when it is another's to do.

    `url` leads to where it is made possible, in the words of `link`; both are empty without such a page.
    """

    sentence: str
    yours: bool = True
    url: str = ""
    link: str = ""

    def error(self) -> RuleViolation:
        """The same to be raised."""
        error = RuleViolation if self.yours else NotYours
        return error(self.sentence, url=self.url, link=self.link)


Answers = dict[Guard, Refusal | None]
"""What guards have said of one record: several transitions may have the same."""


def refusal(
    record: Record, transition: Transition, access: Access, answers: Answers | None = None
) -> Refusal | None:
    """Why `access` cannot make `transition` with `record` now, or None. State, right, four eyes, guard.

    `record` is the child, with its unit loaded. Whoever asks about several transitions at one moment gives
    `answers`, so that each guard is asked once.
    """
    if record.state not in transition.sources:
        state = record.state_offer.label
        return Refusal(_("This is no longer possible: it is now “%(state)s”.") % {"state": state})
    if not access.can(transition.action, record):
        return Refusal(who_may(transition.action, record), yours=False)
    if not transition.author_may and not access.is_system and record.created_by_id in access.acts_for:
        return Refusal(four_eyes(transition.action, record, {record.created_by_id}), yours=False)
    answers = {} if answers is None else answers
    for guard in record.kind_offer.guards_of(transition.name):
        if guard not in answers:
            answers[guard] = _held_back(guard(record, access))
        if found := answers[guard]:
            return found
    return None


def _held_back(said: Text | HeldBack | None) -> Refusal | None:
    if isinstance(said, HeldBack):
        return Refusal(str(said.sentence), url=said.url, link=str(said.link))
    return Refusal(str(said)) if said else None


def four_eyes(action: Action, record: Record, held_back: Collection[int | None]) -> str:
    """A sentence for one who wrote what is to be decided, naming who can instead of those `held_back`.

    One query.
    """
    able = nearest_holders(action.roles, record.unit)
    names = dict.fromkeys(holder.name for holder in able if holder.person_id not in held_back)
    if not names:
        return _("Nobody decides on their own: somebody else must do this.")
    return _("Nobody decides on their own: %(names)s can do this.") % {"names": any_of([*names][:NAMED])}


def who_may(action: Action, record: Record) -> str:
    """A sentence that says which roles and people may do `action` with `record`. No query."""
    roles = sorted(str(BY_KEY[key].label).lower() for key in action.roles)
    if action.owner:
        roles.insert(0, record.owner.name if record.owner else _("the person responsible"))
    if action.author:
        roles.insert(0, _("the person who sent it"))
    if not roles:
        return _("The system does this by itself.")
    return _("This is done by %(roles)s in %(unit)s.") % {
        "roles": any_of(roles),
        "unit": record.unit.name,
    }


def any_of(words: list[str]) -> str:
    """Words joined for a choice: "Anna, Per or Leila"."""
    return _(" or ").join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def why_not(record: Record, name: str, access: Access) -> str | None:
    """A sentence why the transition called `name` is not possible, or None when it is."""
    found = refusal(record, record.kind_offer.transition(name), access)
    return found.sentence if found else None


def read_token(record: Record) -> str:
    """What a page carries to tell whether the record has left its state and come back meanwhile."""
    return record.state_since.isoformat()


def refuse_unread(record: Record, read: str) -> None:
    """Raise StaleEdit when what was `read` is not what `record` says now: it left its state and came back."""
    if read != read_token(record):
        raise StaleEdit(
            _(
                "Something has been decided about it after you opened it. Open it anew and read it, then "
                "decide."
            )
        )


@transaction.atomic
def move(
    *,
    record_id: int,
    name: str,
    access: Access,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
    files: Sequence[Stored] = (),
    read: str | None = None,
) -> Any:
    """Make the transition called `name` with a record and return it (the child).

    Loads and locks (together with records that `data` names, so that two moves of the same two never wait
    for each other), checks state, right, four eyes, guard and comment, sets the state, runs the app's
    effect with `data` (the cleaned form, with the rows of the `files` that came with it), saves, writes the
    decision, closes and opens tasks, tells followers: all in one transaction. What is opened again after its
    unit has closed belongs to the one that goes on. `read` is what the person's
    page carried (`read_token`), of a transition that is made `as_read`. Two people at once: the second waits
    for the lock and then reads that the state has changed. Raises RuleViolation (NotYours when it is
    another's to do), KeyError for an unknown name, Record.DoesNotExist when `access` does not see it.
    """
    named = (value.pk for value in (data or {}).values() if isinstance(value, Record))
    record = record_for_move(record_id, access, *named)
    kind = record.kind_offer
    transition = kind.transition(name)
    if found := refusal(record, transition, access):
        raise found.error()
    if transition.as_read and read is not None:
        refuse_unread(record, read)
    comment = comment.strip()
    if transition.comment_required and not comment:
        raise RuleViolation(transition.comment_missing, field="comment")
    before = copy.copy(record)
    now = timezone.now()
    if record.closed_at and kind.state(transition.target).is_open:
        _into_force(record, access)
    if transition.target != before.state:
        record.state, record.state_since = transition.target, now
        record.closed_at = None if kind.state(transition.target).is_open else now
    details = _effect(record, name, access, comment, data or {}, files)
    record_save(record=record, access=access, before=before)
    decision = Decision.objects.create(
        record=record,
        name=name,
        before=before.state,
        after=record.state,
        actor=access.person,
        actor_name=access.name,
        unit_name=record.unit.name,
        comment=comment,
        details=details or {},
        at=now,
    )
    if not transition.keeps_tasks:
        tasks_close_all(record=record, access=access)
        open_state_tasks(record, access)
    tell_followers(
        record=record,
        event=Notification.Event.MOVED,
        access=access,
        decision=decision,
        author_urgent=transition.tells_author,
    )
    return record


def _into_force(record: Record, access: Access) -> None:
    """What is opened again belongs where what was open went, if its unit has closed since."""
    into = nearest_in_force(record.unit) if record.unit.is_closed else None
    if into is None or into == record.unit:
        return
    names = {"unit": record.unit.name, "into": into.name}
    record.unit = into
    decision_note(record=record, name=Decision.WENT_ALONG, details=names, access=access, quietly=True)


def _effect(
    record: Record, name: str, access: Access, comment: str, data: Mapping[str, Any], files: Sequence[Stored]
) -> dict[str, Any] | None:
    """What follows in the app; `data` gets the files that came with it as `attachments`."""
    if files:
        data = {**data, "attachments": attachments_save(record=record, files=files, access=access)}
    effect = record.kind_offer.effects.get(name)
    return effect(record, access=access, comment=comment, data=data) if effect else None


def days_open(record: Record) -> str:
    """How long a record has been open, said truthfully: Monday to Wednesday is 2 days."""
    end = timezone.localdate(record.closed_at) if record.closed_at else timezone.localdate()
    return span_text(timezone.localdate(record.created_at), end)
