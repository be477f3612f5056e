"""What can be done with many cases at once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from improvements.forms import bulk as forms
from improvements.models import Category, Improvement
from improvements.permissions import HANDLE
from improvements.services import improvement_classify
from qms.organisation.access import Access
from qms.records.bulk import BulkAct, transition_act
from qms.records.services import record_owner_set
from qms.records.services.moves import who_may

KIND = Improvement.KIND
Data = Mapping[str, Any]


def _not_to_be_classified(record: Improvement, access: Access, data: Data) -> str | None:
    if not access.can(HANDLE, record):
        return who_may(HANDLE, record)
    return _("It is that already.") if record.category == data["category"] else None


def _sort(record: Improvement, data: Data) -> str:
    words = {"before": record.kind_label, "after": Category(data["category"]).label}
    return _("%(before)s → %(after)s") % words


def _classify(record_id: int, access: Access, data: Data) -> object:
    return improvement_classify(record_id=record_id, category=data["category"], access=access)


def _not_to_be_given(record: Improvement, access: Access, data: Data) -> str | None:
    if not access.can(HANDLE, record):
        return who_may(HANDLE, record)
    if not record.is_open:
        return _("It is finished: nobody needs to take it over.")
    if record.owner == data["owner"]:
        return _("%(name)s has it already.") % {"name": data["owner"].name}
    return None


def _taken_over(record: Improvement, data: Data) -> str:
    before = record.owner.name if record.owner else _("No one yet")
    return _("%(before)s → %(after)s") % {"before": before, "after": data["owner"].name}


def _give(record_id: int, access: Access, data: Data) -> object:
    return record_owner_set(record_id=record_id, owner=data["owner"], access=access)


def _there_already(record: Improvement, data: Data) -> str | None:
    there = record.unit == data["unit"]
    return _("It is already with %(unit)s.") % {"unit": record.unit.name} if there else None


def _leaves_sight(record: Improvement, data: Data) -> str:
    if not record.is_restricted:
        return ""
    return _(
        "It is only for those who handle it: whoever handles cases only in %(unit)s sees it no longer."
    ) % {"unit": record.unit.name}


def _cannot_join(record: Improvement, data: Data) -> str | None:
    return _("The others go on in this one.") if record == data["into"] else None


ACTS = (
    BulkAct(
        f"{KIND}.classify",
        KIND,
        gettext_lazy("Say what sort they are"),
        forms.ClassifyManyForm,
        _not_to_be_classified,
        _sort,
        _classify,
        order=10,
    ),
    BulkAct(
        f"{KIND}.owner",
        KIND,
        gettext_lazy("Give to somebody else"),
        forms.OwnerForm,
        _not_to_be_given,
        _taken_over,
        _give,
        order=20,
    ),
)


def transitions() -> tuple[BulkAct, ...]:
    """The steps that make sense for many: of their kind, so it has to be there first."""
    return (
        transition_act(
            KIND, "send_on", forms.SendOnManyForm, order=30, why_not=_there_already, besides=_leaves_sight
        ),
        transition_act(KIND, "not_now", forms.NotNowManyForm, order=40),
        transition_act(KIND, "same_as", forms.JoinForm, order=50, why_not=_cannot_join),
    )
