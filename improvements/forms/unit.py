"""What those who lead a unit fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from improvements.models import LONGEST_PROMISE
from improvements.selectors.promise import terms, terms_text
from qms.organisation.models import Unit


class PromiseForm(forms.Form):
    """Within how many working days the unit answers; empty: as the unit above."""

    days = forms.IntegerField(
        label=gettext_lazy("Answers within so many working days"),
        required=False,
        min_value=1,
        max_value=LONGEST_PROMISE,
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any], unit: Unit) -> None:
        super().__init__(data, initial=initial)
        above = terms_text(terms(unit, inherited=True), unit)
        days = self.fields["days"]
        days.help_text = _("Leave it empty to promise the same as the unit above: %(above)s.") % {
            "above": above
        }
        outside = _("Choose between 1 and %(longest)d working days.") % {"longest": LONGEST_PROMISE}
        days.error_messages |= dict.fromkeys(("min_value", "max_value", "invalid"), outside)
