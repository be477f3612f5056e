"""What a decision on a case or an action asks for beside the comment."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.models import Improvement, Means
from improvements.permissions import VIEW_RESTRICTED
from improvements.selectors.joined import is_as_closed
from improvements.selectors.suggestions import suggestions
from improvements.services.closing import usual_reason
from improvements.services.pauses import LONGEST as PAUSE_LONGEST
from qms.forms import DayField
from qms.organisation.access import EVERYWHERE, Access
from qms.organisation.fields import PersonField, UnitField
from qms.organisation.selectors import next_above
from qms.records.forms.dialogue import ReferenceField
from qms.records.models import Record
from qms.records.workflow import Text
from qms.ui.widgets import ChoiceCards, DayInput
from qms.workdays import on_working_day

JUST_DO_DAYS = 14  # a thing that is just done is done within two weeks
HANDLE_DAYS = 42
TEST_DAYS = 28  # how soon it usually shows whether something helped
AGAIN_DAYS = 14
FAR_OFF = date(9998, 12, 31)  # the calendar ends a year later


class DateForm(forms.Form):
    """By when: a day from today on, with a day proposed."""

    days = JUST_DO_DAYS
    label = _("Done by")
    help_text: Text = ""

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data)
        today = timezone.localdate()
        self.fields["due"] = DayField(
            label=self.label,
            help_text=str(self.help_text),
            initial=self.proposed(record, today),
            widget=DayInput({"min": today.isoformat()}),
            error_messages={"required": _("Choose a date.")},
        )

    def proposed(self, record: Record, today: date) -> date:
        """A working day `days` from now."""
        return on_working_day(today + timedelta(days=self.days))


class JustDoForm(DateForm):
    """Two weeks are enough for what is just done."""


class HandleForm(DateForm):
    """Full handling takes its time, but not for ever."""

    days = HANDLE_DAYS
    label = _("Handled by")
    help_text = _("You plan who does what on the case’s page, afterwards.")


class PostponeForm(DateForm):
    """Two weeks from the day it was to be done, or from today when that has passed."""

    days = AGAIN_DAYS
    label = _("New date")

    def proposed(self, record: Record, today: date) -> date:
        """Counted from the date that is moved."""
        before = min(max(record.due or today, today), FAR_OFF)
        return on_working_day(before + timedelta(days=self.days))


class PauseForm(forms.Form):
    """Until when the answer clock stands still."""

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data)
        today = timezone.localdate()
        earliest, latest = today + timedelta(days=1), today + timedelta(days=PAUSE_LONGEST)
        self.fields["until"] = forms.DateField(
            label=_("The clock goes again on"),
            initial=on_working_day(today + timedelta(days=AGAIN_DAYS)),
            widget=DayInput({"min": earliest.isoformat(), "max": latest.isoformat()}),
            error_messages={"required": _("Choose a date."), "invalid": _("Choose a date.")},
            help_text=_("As many working days as it stands are added to the promised day."),
        )


class AgainForm(DateForm):
    """An action that is opened again gets a new date."""

    days = AGAIN_DAYS


class CloseForm(forms.Form):
    """The registry number, or why there is none: proposed where nothing is secret."""

    registry_number = forms.CharField(label=_("Registry number"), max_length=60, required=False)
    no_registry_reason = forms.CharField(
        label=_("Or why it has none"),
        help_text=_("What is secret is registered."),
        max_length=200,
        required=False,
    )

    def __init__(self, data: Any = None, *, record: Improvement, access: Access) -> None:
        reason = record.no_registry_reason or usual_reason(record)
        known = {"registry_number": record.registry_number, "no_registry_reason": reason}
        super().__init__(data, initial=known)


class SendOnForm(forms.Form):
    """Which unit answers instead. Of what is restricted its `notice` says who sees it no longer."""

    unit = UnitField(label=_("Which unit is it for?"))
    field_order = ["unit", "comment"]  # why there, once it is said where

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data)
        self.notice: Text = _leaves_sight(access) if record.is_restricted else ""


def _leaves_sight(access: Access) -> Text:
    """What is to be known before something restricted is sent on: who sees it no longer."""
    if access.paths(VIEW_RESTRICTED.roles) == EVERYWHERE:
        return _(
            "It is only for those who handle it. When you have sent it on, those who handle cases only here "
            "see it no longer. Whoever sent it in is told who answers."
        )
    return _(
        "It is only for those who handle it. When you have sent it on, neither you nor others who handle "
        "cases only here see it any longer. Whoever sent it in is told who answers."
    )


class TestForm(DateForm):
    """When the effect is judged, by whom, and what would show that it helped."""

    days = TEST_DAYS
    label = _("Judged on")
    judge = PersonField(
        label=_("Who judges whether it helped?"),
        help_text=_("Somebody who did not do it. It comes to their work list that day."),
    )
    sign = forms.CharField(
        label=_("What would show that it helped?"),
        help_text=_("Something that can be seen or counted, such as: no missed visit for a month."),
        max_length=300,
        required=False,
    )
    field_order = ["judge", "due", "sign"]

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data, record=record, access=access)
        self.fields["judge"].initial = record.owner and next_above(record.unit, record.owner)
        self.order_fields(self.field_order)


class JudgeLaterForm(PostponeForm):
    """Four more weeks."""

    days = TEST_DAYS
    label = _("Judged on")


class CaseField(ReferenceField):
    """Another case by its reference."""

    def clean(self, value: Any) -> Improvement | None:
        """The case that is meant; what is no case is said to be none."""
        record = super().clean(value)
        if record is not None and not isinstance(record, Improvement):
            raise ValidationError(_("%(reference)s is not a case.") % {"reference": record.reference})
        return record


class SameAsForm(forms.Form):
    """Which case it goes on in: one of those that are about the same, or any other by its reference."""

    into = CaseField(
        label=_("Which case is it the same as?"),
        help_text=_("Its reference, for example F-2026-0132. The sender and all who follow come along."),
        max_length=30,
    )
    field_order = ["like", "into", "comment"]

    def __init__(self, data: Any = None, *, record: Improvement, access: Access) -> None:
        super().__init__(data)
        into = self.fields["into"]
        into.access = access  # type: ignore[attr-defined]
        similar = suggestions(f"{record.title}\n{record.text}", access, but=record.pk).cases
        found = [one for one in similar if is_as_closed(record, one.record)]
        choices = {one.record.reference: f"{one.record.reference} {one.record.title}" for one in found}
        if chosen := (data or {}).get("like"):
            choices.setdefault(chosen, chosen)  # what was similar when the form was shown
        if not choices:
            return
        hints = {one.record.reference: f"{one.record.unit.name} · {one.became}" for one in found}
        self.fields["like"] = forms.ChoiceField(
            label=into.label,
            choices=list(choices.items()),
            widget=ChoiceCards(hints=hints),
            required=not (data or {}).get("into", "").strip(),
            error_messages={"required": _("Choose a case, or write its reference.")},
        )
        into.label, into.required = _("Or another one"), False

    def clean(self) -> dict[str, Any]:
        """The reference that was written, else the case that was chosen."""
        cleaned = super().clean() or {}
        like = cleaned.pop("like", "")
        if not like or cleaned.get("into") or "into" in self.errors:
            return cleaned
        try:
            return cleaned | {"into": self.fields["into"].clean(like)}
        except ValidationError as refused:
            raise ValidationError({"like": refused}) from refused


class LackMeansForm(forms.Form):
    """Which means are lacking, one or several."""

    means = forms.MultipleChoiceField(
        label=_("What is lacking?"),
        help_text=_("It is added up for the management review, where means are given out."),
        choices=Means.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what is lacking.")},
    )

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data)
