"""Reads about actions and what they belong to."""

from django.utils.translation import gettext as _

from improvements import workflow
from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Record


def why_no_action(source: Record, access: Access) -> RuleViolation | None:
    """Why `access` cannot plan an action for `source` now, or None. Needs the source's unit loaded."""
    if not access.can(source.kind_offer.edit, source):
        return NotYours(_("Only those who handle %(reference)s plan its actions.") % named(source))
    if not source.is_open:
        return RuleViolation(_("%(reference)s is closed. Open it again first.") % named(source))
    if source.kind == Improvement.KIND and source.state != workflow.DOING:
        return RuleViolation(
            _("Decide first to handle %(reference)s; then plan its actions.") % named(source)
        )
    return None


def named(record: Record) -> dict[str, str]:
    """What a sentence about `record` is filled in with."""
    return {"reference": record.reference}
