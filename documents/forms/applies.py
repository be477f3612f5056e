"""For which units a document holds: ticked in the tree, which lies folded by its parts."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from documents.models import Concerns
from qms.organisation.fields import INDENT
from qms.organisation.models import Unit
from qms.ui.fields import Choice, field_choices


@dataclass(frozen=True)
class Part:
    """A unit right below the uppermost, or that itself, and what lies below it."""

    head: Choice
    below: list[Choice]

    @property
    def chosen(self) -> int:
        """How many of those below are ticked."""
        return sum(choice.checked for choice in self.below)


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Units to tick, in the order of the tree."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"required": _("Choose for whom it holds, at least one unit.")}

    def label_from_instance(self, obj: Any) -> str:
        """The name, below the second level set in by its depth."""
        return f"{INDENT * max(obj.depth - 3, 0)}{obj.name}"


class AppliesForm(forms.Form):
    """For which units a document holds, each with everything below it, and whom it concerns there."""

    units = UnitsField(label=_("Holds for"), queryset=Unit.objects.none())
    concerns = forms.ChoiceField(
        label=_("Who must read it, when it brings a new duty"),
        choices=Concerns.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who must read it.")},
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, units: QuerySet[Unit], chosen: list[int], concerns: str, token: str
    ) -> None:
        super().__init__(data, initial={"units": chosen, "concerns": concerns, "token": token})
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self._depths = {str(pk): depth for pk, depth in units.values_list("pk", "depth")}

    def parts(self) -> list[Part]:
        """The units as they lie below one another, in the order of the tree."""
        parts: list[Part] = []
        for choice in field_choices(self["units"]):
            if self._depths[choice.value] > 2 and parts:
                parts[-1].below.append(choice)
            else:
                parts.append(Part(choice, []))
        return parts
