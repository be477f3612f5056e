"""The rule for which deviations are handled in full, as it is filled in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.models import FullHandlingRule, Harm
from improvements.services.rules import MOST


class RuleForm(forms.Form):
    """Which deviations demand full handling."""

    harm = forms.ChoiceField(
        label=_("Harm, from"),
        help_text=_("A deviation with this much harm, or more."),
        required=False,
    )
    repeats = forms.IntegerField(
        label=_("Deviations in the same unit"),
        help_text=_("So many, the new one among them. 0 switches it off."),
        min_value=0,
        max_value=MOST,
    )
    days = forms.IntegerField(label=_("Within so many days"), min_value=1, max_value=365)
    units = forms.IntegerField(
        label=_("Units from which the same has come"),
        help_text=_("Cases that were joined as the same. 0 switches it off."),
        min_value=0,
        max_value=MOST,
    )
    reason = forms.CharField(
        label=_("Why is it changed?"),
        max_length=300,
        error_messages={"required": _("Say why: those whom it concerns read this.")},
    )

    def __init__(self, data: Any = None, *, rule: FullHandlingRule) -> None:
        known = {name: getattr(rule, name) for name in ("harm", "repeats", "days", "units")}
        super().__init__(data, initial=known)
        never = ("", _("Harm alone never demands it"))
        self.fields["harm"].choices = [never, *Harm.choices]  # type: ignore[attr-defined]
