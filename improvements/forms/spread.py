"""Asking other units, answering for one's own, and showing what was done."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from improvements.models import MOST_ALT, MOST_SHOWN, MOST_WORD, GalleryEntry, SpreadQuestion
from improvements.selectors.spread import Sisters
from improvements.services.spread import usual_due
from qms.forms import DayField
from qms.organisation.fields import PersonField, UnitField
from qms.organisation.models import Person, Unit
from qms.records.models import Attachment
from qms.ui.widgets import ChoiceCards

Answer = SpreadQuestion.Answer


class SpreadForm(forms.Form):
    """Which units are asked, with what word, by when. The units stand in the page, sisters first."""

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Units"),
        error_messages={
            "required": gettext_lazy("Choose at least one unit."),
            "invalid_choice": gettext_lazy("One of the units cannot be asked any more. Look at your choice."),
        },
    )
    word = forms.CharField(
        label=gettext_lazy("A word along"),
        help_text=gettext_lazy("What they should look at, in a line or two."),
        max_length=MOST_WORD,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    due = DayField(
        label=gettext_lazy("Answer by"), error_messages={"required": gettext_lazy("Choose a date.")}
    )

    def __init__(self, data: Any = None, *, offered: Sisters, kept: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"due": usual_due(), **(kept or {})})
        self.offered = {str(unit.pk): unit for unit in offered.offered}
        self.fields["units"].choices = [  # type: ignore[attr-defined]
            (key, unit.name) for key, unit in self.offered.items()
        ]
        self.fields["due"].widget.attrs["min"] = timezone.localdate().isoformat()

    def clean_units(self) -> list[Unit]:
        """The units themselves."""
        return [self.offered[key] for key in self.cleaned_data["units"]]


class AnswerForm(forms.Form):
    """Whether it applies to one's own unit; for a yes, who sees to it and by when."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Does it apply to you?"),
        choices=[(one.value, one.label) for one in (Answer.ADOPTED, Answer.ALREADY, Answer.NOT_FOR_US)],
        widget=ChoiceCards(
            hints={
                Answer.ADOPTED: gettext_lazy("You get a case of your own, tied to this one."),
                Answer.ALREADY: gettext_lazy("Say how in a line: others learn from it."),
                Answer.NOT_FOR_US: gettext_lazy("Say why: whoever asked learns from it."),
            }
        ),
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    said = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("How you do it, or why it is not for you. With a yes it may be left out."),
        max_length=MOST_WORD,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    owner = PersonField(label=gettext_lazy("If yes: who sees to it?"), required=False)
    due = DayField(label=gettext_lazy("If yes: by when?"), required=False)

    def __init__(self, data: Any = None, *, question: SpreadQuestion, owner: Person) -> None:
        known = {"answer": question.answer, "said": question.said, "owner": owner, "due": usual_due()}
        super().__init__(data, initial=known)
        self.fields["due"].widget.attrs["min"] = timezone.localdate().isoformat()

    def clean(self) -> dict[str, Any]:
        """A yes says who and when."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == Answer.ADOPTED:
            if not cleaned.get("owner") and "owner" not in self.errors:
                self.add_error("owner", _("Choose who sees to it."))
            if not cleaned.get("due") and "due" not in self.errors:
                self.add_error("due", _("Choose a date."))
        return cleaned


class WishForm(forms.Form):
    """For which unit."""

    unit = UnitField(label=gettext_lazy("For which unit?"))


class GalleryForm(forms.Form):
    """What it was like, what it is like now, a picture of each, and who sees the card."""

    was = forms.CharField(
        label=gettext_lazy("What was it like?"),
        help_text=gettext_lazy("In a line, so that anybody understands. Name nobody."),
        max_length=MOST_SHOWN,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Write a line.")},
    )
    now = forms.CharField(
        label=gettext_lazy("What is it like now?"),
        max_length=MOST_SHOWN,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Write a line.")},
    )
    before = forms.TypedChoiceField(
        label=gettext_lazy("Picture of before"), coerce=int, empty_value=None, required=False
    )
    before_alt = forms.CharField(
        label=gettext_lazy("What the picture of before shows"),
        help_text=gettext_lazy("For those who do not see it."),
        max_length=MOST_ALT,
        required=False,
    )
    after = forms.TypedChoiceField(
        label=gettext_lazy("Picture of now"), coerce=int, empty_value=None, required=False
    )
    after_alt = forms.CharField(
        label=gettext_lazy("What the picture of now shows"),
        help_text=gettext_lazy("For those who do not see it."),
        max_length=MOST_ALT,
        required=False,
    )
    for_all = forms.ChoiceField(
        label=gettext_lazy("Who sees it in the gallery?"),
        choices=[
            ("seen", gettext_lazy("Those who see the case")),
            ("all", gettext_lazy("Everyone who works here")),
        ],
        widget=ChoiceCards(
            hints={
                "seen": gettext_lazy("Your part of the organisation, and units that have been asked."),
                "all": gettext_lazy(
                    "They see its title, your unit, these lines and the pictures. A unit that wants to do "
                    "the same comes to see the whole case."
                ),
            }
        ),
    )

    def __init__(
        self, data: Any = None, *, entry: GalleryEntry | None, pictures: Sequence[Attachment], done: str
    ) -> None:
        super().__init__(data, initial=_known(entry, done))
        choices = [("", _("No picture")), *((str(one.pk), one.name) for one in pictures)]
        for name in ("before", "after"):
            if pictures:
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name], self.fields[f"{name}_alt"]


def _known(entry: GalleryEntry | None, done: str) -> dict[str, Any]:
    if entry is None:
        return {"now": done, "for_all": "seen"}
    return {
        "was": entry.was,
        "now": entry.now,
        "before": entry.before_id or "",
        "before_alt": entry.before_alt,
        "after": entry.after_id or "",
        "after_alt": entry.after_alt,
        "for_all": "all" if entry.for_all else "seen",
    }
