"""Forms of standards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.standards.models import Requirement
from qms.ui.widgets import TallText


class RequirementChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A clause, grouped by edition."""

    def label_from_instance(self, obj: Requirement) -> str:
        return f"{obj.edition} · {obj.number} {obj.label}"


class MarkForm(forms.Form):
    """Which requirement a record is evidence for."""

    requirement = RequirementChoice(
        label=_("Requirement"),
        queryset=Requirement.objects.none(),
        empty_label=_("Choose a requirement"),
        error_messages={"required": _("Choose the requirement that this shows.")},
    )
    note = forms.CharField(
        label=_("What it shows"),
        max_length=300,
        required=False,
        help_text=_("One line for an auditor who has not seen it before."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["requirement"]
        assert isinstance(choice, RequirementChoice)  # noqa: S101 - narrows the type
        choice.queryset = Requirement.objects.filter(edition__in_use=True, applies=True).select_related(
            "edition"
        )


class ScopeForm(forms.Form):
    """Whether a requirement applies to the municipality."""

    applies = forms.TypedChoiceField(
        label=_("Does it apply to us?"),
        choices=[("yes", _("It applies")), ("no", _("It does not apply"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    exclusion_reason = forms.CharField(
        label=_("Why it does not apply"), required=False, max_length=2000, widget=TallText
    )
