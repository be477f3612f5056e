"""The date that comes with a decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.ui.dates import day_text


def chosen_date(data: Mapping[str, Any]) -> date:
    """The date in a cleaned form. Raises RuleViolation when there is none or it has passed."""
    due = data.get("due")
    if not isinstance(due, date):
        raise RuleViolation(_("Choose a date."), field="due")
    if due < timezone.localdate():
        raise RuleViolation(_("Choose today or a later date."), field="due")
    return due


def other_date(data: Mapping[str, Any], before: date | None) -> date:
    """The date in a cleaned form that puts off `before`. Raises what `chosen_date` does, and RuleViolation
    when it is the same: somebody has set it just now, perhaps by pressing twice."""
    due = chosen_date(data)
    if due == before:
        raise RuleViolation(
            _("The date is %(day)s already. Choose another.") % {"day": day_text(due)}, field="due"
        )
    return due
