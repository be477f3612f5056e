"""What can be done with many records at once: what each app offers for its kinds.

An act is asked about once, shown row by row before anything happens, and then done to each record by the
same service as for one alone. An app adds its `BulkAct`s in `contributions.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.records.kinds import kinds
from qms.records.models import Record
from qms.records.services.moves import move, refusal
from qms.registry import Registry

MOST = 200  # records at once: as many as somebody can look through

Text = str | Promise
Data = Mapping[str, Any]


@dataclass(frozen=True)
class BulkAct:
    """Something that can be done with many records of one kind.

    `form` asks for what all of them get, made as `form(data=None, access=…)`. `why_not` says why it is not
    possible with one record, or None; `says` what will happen with it. `run` does it to the record with
    that id, inside a transaction of its own, and raises RuleViolation when it is not possible after all.
    """

    key: str
    kind: str
    label: Text
    form: Callable[..., forms.Form]
    why_not: Callable[[Any, Access, Data], Text | None]
    says: Callable[[Any, Data], Text]
    run: Callable[[int, Access, Data], object]
    order: int = 100


bulk_acts: Registry[BulkAct] = Registry(BulkAct)


def acts_for(kind: str, access: Access) -> list[BulkAct]:
    """What `access` can do with many records of a kind; nothing where they handle none of them anywhere."""
    if not kind or not access.can_somewhere(kinds[kind].edit):
        return []
    return [act for act in bulk_acts if act.kind == kind]


def transition_act(
    kind: str,
    name: str,
    form: Callable[..., forms.Form],
    *,
    order: int,
    why_not: Callable[[Any, Data], Text | None] = lambda record, data: None,
    besides: Callable[[Any, Data], Text] = lambda record, data: "",
) -> BulkAct:
    """Making the transition called `name` with many; `why_not` is what its effect would refuse, `besides`
    what is to be known of one record beside the step itself."""
    transition = kinds[kind].transition(name)

    def refused(record: Record, access: Access, data: Data) -> Text | None:
        found = refusal(record, transition, access)
        return found.sentence if found else why_not(record, data)

    def says(record: Record, data: Data) -> Text:
        words = {"before": record.state_offer.label, "after": kinds[kind].state(transition.target).label}
        step = transition.label if transition.target == record.state else _("%(before)s → %(after)s") % words
        return f"{step}. {more}" if (more := besides(record, data)) else step

    def run(record_id: int, access: Access, data: Data) -> object:
        comment, rest = data.get("comment", ""), {key: data[key] for key in data if key != "comment"}
        return move(record_id=record_id, name=name, access=access, comment=comment, data=rest)

    return BulkAct(f"{kind}.{name}", kind, transition.label, form, refused, says, run, order)
