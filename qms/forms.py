"""What every form that calls a service has in common."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.exceptions import RuleViolation
from qms.ui.dates import day_text
from qms.ui.widgets import DayInput

YEARS_AHEAD = 10  # a day further off than that is a slip of the finger


class DayField(forms.DateField):
    """A day that somebody plans for: at most ten years from now."""

    widget = DayInput
    default_error_messages = {"invalid": gettext_lazy("That is no date. Write it as 2026-11-20.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The browser's calendar ends there too."""
        return {**super().widget_attrs(widget), "max": last_day().isoformat()}

    def validate(self, value: date | None) -> None:
        """Whether there is one where there must be, and it lies within reach."""
        super().validate(value)
        if value and value > last_day():
            raise ValidationError(
                _("Check the year: choose %(day)s or an earlier date.") % {"day": day_text(last_day())}
            )


class KeyField(forms.Field):
    """The form's own key, by which what is sent twice is known; one that was tampered with counts as none.

    The browser's draft keeps it too: written again after a lost answer it is still the same.
    """

    widget = forms.HiddenInput

    def __init__(self) -> None:
        widget = forms.HiddenInput({"data-draft-keep": True})
        super().__init__(required=False, initial=uuid4, widget=widget)

    def to_python(self, value: Any) -> UUID | None:
        """The key, or None."""
        try:
            return UUID(str(value))
        except ValueError:
            return None


def content(form: forms.BaseForm) -> list[str]:
    """What was written and chosen, as it was sent: a part of what tells it from all else (`qms.once`)."""
    return [f"{bound.name}={bound.value()}" for bound in form.visible_fields()]


def last_day() -> date:
    """The last day that can be planned for."""
    today = timezone.localdate()
    return date(today.year + YEARS_AHEAD, today.month, min(today.day, 28))


def add_violation(form: forms.BaseForm, refused: RuleViolation) -> None:
    """Put a service's sentence beside the field it belongs to, or above the form."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, str(refused))
