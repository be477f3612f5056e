"""The date that comes with a decision."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation

FAR_OFF = timedelta(days=3653)  # a year mistyped, not a plan


def chosen_date(data: Mapping[str, Any]) -> date:
    """The date in a cleaned form. Raises RuleViolation when there is none, it has passed or is far off."""
    due = data.get("due")
    if not isinstance(due, date):
        raise RuleViolation(_("Choose a date."), field="due")
    if due < timezone.localdate():
        raise RuleViolation(_("Choose today or a later date."), field="due")
    if due > timezone.localdate() + FAR_OFF:
        raise RuleViolation(_("Choose a date within ten years."), field="due")
    return due
