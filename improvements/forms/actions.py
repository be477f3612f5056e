"""What is asked when an action is planned, done, dropped, or made to wait for another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvements.forms.moves import JUST_DO_DAYS, DateForm
from improvements.forms.propose import Words
from improvements.models import LONGEST_LINK, MOST_EVERY, MOST_TEXT, Action, ActionSeries, Period
from improvements.services.series import Rhythm
from improvements.services.waiting import candidates
from qms.forms import DayField, KeyField
from qms.organisation.access import Access
from qms.organisation.fields import PersonField
from qms.records.forms.attachments import AttachmentsField
from qms.records.forms.edit import RecordForm
from qms.records.models import Record
from qms.ui.widgets import Switch


class ActionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the actions of a case, by what is to be done."""

    def label_from_instance(self, obj: Any) -> str:
        """ "Ask the electrician (Å-2026-0004)"."""
        return f"{obj.title} ({obj.reference})"


class RhythmFields(forms.Form):
    """How often something comes again, and until when."""

    every = forms.IntegerField(
        label=_("Comes again every"),
        min_value=1,
        max_value=MOST_EVERY,
        required=False,
        initial=1,
        error_messages={
            "invalid": _("Write a whole number."),
            "min_value": _("Write a number from 1 to 60."),
            "max_value": _("Write a number from 1 to 60."),
        },
    )
    period = forms.ChoiceField(
        label=_("Weeks, months or years"),
        choices=[("", pgettext_lazy("action", "Only once")), *Period.choices],
        required=False,
    )
    until = DayField(
        label=_("Until"),
        help_text=_("Leave it empty when it never ends. The next one opens when one is done."),
        required=False,
    )

    @property
    def rhythm(self) -> Rhythm | None:
        """What was chosen; None when it comes only once."""
        chosen = self.cleaned_data
        if not chosen.get("period"):
            return None
        return Rhythm(chosen.get("every") or 1, chosen["period"], chosen.get("until"))


class ActionForm(RhythmFields, DateForm):
    """Something to be done: what, who, by when; where it is needed, after what, how often and with what
    to show for it."""

    days = JUST_DO_DAYS
    title = forms.CharField(
        label=_("What is to be done?"),
        max_length=200,
        error_messages={"required": _("Write what is to be done.")},
    )
    owner = PersonField(
        label=_("Who does it?"),
        help_text=_("It comes to their work list. They need no other right."),
    )
    description = Words(
        label=_("More about it"), required=False, max_length=MOST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    evidence_required = forms.BooleanField(
        label=_("A file, a photo or a link must show that it is done"), required=False, widget=Switch()
    )
    field_order = ["title", "owner", "due", "description", "after", "every", "period", "until"]
    key = KeyField()
    MORE = ("after", "every", "period", "until", "evidence_required")  # what is seldom needed

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data, record=record, access=access)
        others = candidates(Action(source=record)).visible_to(access)
        self.fields["after"] = ActionChoice(
            others,
            label=_("Cannot start before this one is done"),
            empty_label=str(_("Waits for nothing")),
            required=False,
        )
        self.order_fields(self.field_order)

    @property
    def planned(self) -> dict[str, Any]:
        """What `action_add` is given."""
        names = ("title", "owner", "due", "description", "after", "evidence_required")
        return {name: self.cleaned_data[name] for name in names} | {"rhythm": self.rhythm}

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that every action needs."""
        return [bound for bound in self.visible_fields() if bound.name not in self.MORE]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that few need."""
        return [bound for bound in self.visible_fields() if bound.name in self.MORE]

    @property
    def more_is_open(self) -> bool:
        """Whether something among what few need was filled in, or has to be put right."""
        asked = ("after", "period", "until", "evidence_required")
        return any(bound.errors for bound in self.more) or any(self.data.get(name) for name in asked)


class DoneForm(forms.Form):
    """What shows that it is done: files or photos, or a link."""

    attachments = AttachmentsField(label=_("Add a photo or a file"), required=False)
    link = forms.URLField(
        label=_("Or a link to where it can be seen"),
        max_length=LONGEST_LINK,
        assume_scheme="https",
        required=False,
        error_messages={"invalid": _("That is no link. Copy it whole, from https:// on.")},
    )

    field_order = ["comment", "attachments", "link"]

    def __init__(self, data: Any = None, *, record: Action, access: Access) -> None:
        super().__init__(data)
        if record.evidence_required:
            self.fields["attachments"].help_text = str(
                _("Whoever planned this asks for one of the two: a photo or file, or a link.")
            )


class WaitForm(forms.Form):
    """Which one comes first."""

    def __init__(self, data: Any = None, *, record: Action, access: Access) -> None:
        super().__init__(data)
        self.fields["after"] = ActionChoice(
            candidates(record).visible_to(access),
            label=_("Cannot start before this one is done"),
            error_messages={"required": _("Choose the one that comes first.")},
        )


class DropForm(forms.Form):
    """Of one that comes again: whether only this time is left out."""

    field_order = ["comment", "goes_on"]

    def __init__(self, data: Any = None, *, record: Action, access: Access) -> None:
        super().__init__(data)
        if record.series and record.series.is_running:
            self.fields["goes_on"] = forms.BooleanField(
                label=_("Leave out only this time: the next one comes as planned"),
                required=False,
                initial=True,
                widget=Switch(),
            )


class ActionEditForm(RecordForm):
    """What an action says and whose it is. Who sees it follows its source."""

    due = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]
    visibility = None  # type: ignore[assignment]
    confidential_reason = None  # type: ignore[assignment]
    description = Words(
        label=_("More about it"), required=False, max_length=MOST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    evidence_required = forms.BooleanField(
        label=_("A file, a photo or a link must show that it is done"), required=False, widget=Switch()
    )


class SeriesForm(RhythmFields):
    """Another rhythm for what comes again."""

    def __init__(self, data: Any = None, *, series: ActionSeries) -> None:
        known = {"every": series.every, "period": series.period, "until": series.until}
        super().__init__(data, initial=known)
        self.fields["period"].choices = Period.choices  # type: ignore[attr-defined]
        self.fields["every"].required = self.fields["period"].required = True
