"""What a step of a version or a document asks for beside the comment."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from documents.models import Concerns, Document, Level, Version, Weight
from documents.models.version import MOST_CHANGES
from documents.selectors.approvers import able_to_approve, names_of
from documents.workflow.names import LOOK
from qms.forms import DayField
from qms.organisation.access import Access
from qms.organisation.fields import PersonField
from qms.organisation.models import Person
from qms.records.workflow import Text
from qms.ui.widgets import ChoiceCards, DayInput
from qms.workdays import on_working_day

MOST_REVIEWERS, USUAL_REVIEWERS = 5, 3
REVIEW_DAYS = 10
DECIDE_DAYS = 7
READ_DAYS = 14
WEIGHTS: dict[str, Text] = {
    Weight.EDITORIAL: _("Spelling, links, names. Nobody is told."),
    Weight.CHANGED: _("Those it holds for can see what is new. Nobody has to confirm."),
    Weight.NEW_DUTY: _("Everyone it holds for gets it on their list until they have confirmed."),
}


def _in_days(days: int) -> date:
    return on_working_day(timezone.localdate() + timedelta(days=days))


class ReviewForm(forms.Form):
    """Who reviews it, each with an answer of their own, and by when."""

    folded = tuple(f"reviewer_{place}" for place in range(USUAL_REVIEWERS + 1, MOST_REVIEWERS + 1))
    folded_label = _("More reviewers")

    def __init__(self, data: Any = None, *, record: Version, access: Access) -> None:
        super().__init__(data)
        before = [] if data is not None else self._at_first(record)
        for place in range(1, MOST_REVIEWERS + 1):
            self.fields[f"reviewer_{place}"] = PersonField(
                initial=before[place - 1] if place <= len(before) else None,
                label=_("Reviewer") if place == 1 else _("One more reviewer"),
                help_text=_("Somebody who knows the work and has not written on it.") if place == 1 else "",
                required=place == 1,
            )
        self.fields["due"] = DayField(
            label=_("Answer by"),
            initial=_in_days(REVIEW_DAYS),
            widget=DayInput({"min": timezone.localdate().isoformat()}),
            error_messages={"required": _("Choose a date.")},
        )

    def _at_first(self, version: Version) -> list[Person]:
        """Those asked the last time: what they wished changed they are to see again. One query."""
        reviews = version.reviews.filter(round=version.round, reviewer__is_active=True)
        return [review.reviewer for review in reviews.select_related("reviewer").order_by("pk")]

    def clean(self) -> dict[str, Any]:
        """The reviewers as one list."""
        cleaned = super().clean() or {}
        named = (cleaned.pop(f"reviewer_{place}", None) for place in range(1, MOST_REVIEWERS + 1))
        return {**cleaned, "reviewers": [person for person in named if person]}


class ReviewersForm(ReviewForm):
    """Whose answer is waited for: those who have it still stand there, and can be taken away."""

    def __init__(self, data: Any = None, *, record: Version, access: Access) -> None:
        super().__init__(data, record=record, access=access)
        self.fields["reviewer_1"].required = False
        self.fields["reviewer_1"].help_text = _(
            "Whose answer is still awaited. Take a name away or write one more; answers already given stand."
        )
        self.fields["due"].label = _("Answer by, for those who are new")

    def _at_first(self, version: Version) -> list[Person]:
        """Those who have it. One query."""
        tasks = version.tasks.open().filter(kind=LOOK).select_related("assignee").order_by("pk")
        return [task.assignee for task in tasks if task.assignee]


class ApprovalForm(forms.Form):
    """Who is asked to approve, and by when."""

    approver = PersonField(
        label=_("Who approves it?"),
        help_text=_("For a political decision: whoever enters the decision here."),
    )

    def __init__(self, data: Any = None, *, record: Version, access: Access) -> None:
        super().__init__(data)
        able = able_to_approve(record)
        approver = self.fields["approver"]
        approver.able, approver.initial = able, next(iter(able), None)  # type: ignore[attr-defined]
        if not able:
            approver.help_text = capfirst(names_of([]))
        self.fields["due"] = DayField(
            label=_("Decision by"),
            initial=_in_days(DECIDE_DAYS),
            widget=DayInput({"min": timezone.localdate().isoformat()}),
            error_messages={"required": _("Choose a date.")},
        )


class ApproveForm(forms.Form):
    """The decision: who made it, where it stands, from when it holds, and what it changes for people."""

    decided_by = forms.CharField(label=_("Decided by"), max_length=150)
    paragraph = forms.CharField(
        label=_("Paragraph"), help_text=_("Such as § 84."), max_length=20, required=False
    )
    decided_on = forms.DateField(
        label=_("Day of the decision"),
        widget=DayInput,
        error_messages={"required": _("Choose a date."), "invalid": _("Choose a date.")},
    )
    registry_number = forms.CharField(
        label=_("Registry number"), help_text=_("Such as VON 2026/00602."), max_length=60, required=False
    )
    valid_from = DayField(label=_("In force from"), error_messages={"required": _("Choose a date.")})
    weight = forms.ChoiceField(
        label=_("What does it change?"),
        choices=Weight.choices,
        widget=ChoiceCards(hints=WEIGHTS),
        error_messages={"required": _("Choose what it changes.")},
    )
    changes_for_you = forms.CharField(
        label=_("What changes for those it holds for"),
        help_text=_("One or two lines, as you would say it to a colleague."),
        widget=forms.Textarea({"rows": 2}),
        max_length=MOST_CHANGES,
        required=False,
    )
    read_by = DayField(
        label=_("Read and confirmed by"), help_text=_("Only where it brings a new duty."), required=False
    )
    field_order = [
        *("decided_by", "paragraph", "decided_on", "registry_number", "valid_from"),
        *("weight", "changes_for_you", "read_by", "comment"),
    ]

    def __init__(self, data: Any = None, *, record: Version, access: Access) -> None:
        kind, today = record.document.type, timezone.localdate()
        decides = kind.usually_decided_by
        if kind.level == Level.MANAGER and access.person:
            decides = ", ".join(filter(None, (access.person.name, access.person.title_inside)))
        known = {
            "decided_by": capfirst(decides),
            "decided_on": today,
            "registry_number": record.registry_number or record.document.registry_number,
            "valid_from": today,
            "weight": record.weight,
            "read_by": _in_days(READ_DAYS),
        }
        super().__init__(data, initial=known)
        if record.document.concerns == Concerns.LEADERS:
            of_leaders = _(
                "Heads and managers where it holds get it on their list until they have confirmed."
            )
            self.fields["weight"].widget.hints = {**WEIGHTS, Weight.NEW_DUTY: of_leaders}
        if record.minor:
            del self.fields["read_by"]
            self.fields["weight"].choices = Weight.choices[:2]  # type: ignore[attr-defined]
        for name in ("paragraph", "registry_number"):
            self.fields[name].required = kind.needs_decision
        self.fields["paragraph"].error_messages["required"] = _(
            "Write the paragraph of the decision, such as § 84."
        )
        self.fields["registry_number"].error_messages["required"] = _(
            "Write the registry number of the decision."
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """A small correction asks nobody to read."""
        return {"read_by": None, **(super().clean() or {})}


class ConfirmForm(forms.Form):
    """When it is looked over next."""

    def __init__(self, data: Any = None, *, record: Document, access: Access) -> None:
        super().__init__(data)
        self.fields["due"] = DayField(
            label=_("Looked over next by"),
            initial=record.review_after(timezone.localdate()),
            widget=DayInput({"min": (timezone.localdate() + timedelta(days=1)).isoformat()}),
            error_messages={"required": _("Choose a date.")},
        )


class RepealForm(forms.Form):
    """Who decided that it holds no longer, when, and where that stands."""

    decided_by = forms.CharField(label=_("Decided by"), max_length=150)
    paragraph = forms.CharField(label=_("Paragraph"), max_length=20, required=False)
    decided_on = forms.DateField(
        label=_("Day of the decision"),
        widget=DayInput,
        error_messages={"required": _("Choose a date."), "invalid": _("Choose a date.")},
    )
    registry_number = forms.CharField(label=_("Registry number"), max_length=60, required=False)

    def __init__(self, data: Any = None, *, record: Document, access: Access) -> None:
        super().__init__(data)
        kind = record.type
        decides = kind.usually_decided_by
        if kind.level == Level.MANAGER and access.person:
            decides = ", ".join(filter(None, (access.person.name, access.person.title_inside)))
        self.fields["decided_by"].initial = capfirst(decides)
        self.fields["decided_on"].initial = timezone.localdate()
        for name, sentence in (
            ("paragraph", _("Write the paragraph of the decision, such as § 84.")),
            ("registry_number", _("Write the registry number of the decision.")),
        ):
            self.fields[name].required = kind.needs_decision
            self.fields[name].error_messages["required"] = sentence


class RepealLaterForm(RepealForm):
    """The same, and from which day it holds no longer."""

    ends_on = DayField(
        label=_("Holds no longer from"),
        help_text=_("Until then it is in force as before; on that day it ends by itself."),
        error_messages={"required": _("Choose a date.")},
    )

    def __init__(self, data: Any = None, *, record: Document, access: Access) -> None:
        super().__init__(data, record=record, access=access)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.fields["ends_on"].widget = DayInput({"min": tomorrow.isoformat()})
