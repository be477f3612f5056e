"""What a handler does with a case besides deciding: sort it, restrict it."""

from django.db import transaction
from django.utils.translation import gettext as _

from improvements import permissions
from improvements.models import Action, Category, Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Record, Visibility
from qms.records.services import record_save


def _handled(record_id: int, access: Access) -> Improvement:
    """The case, locked, if it is `access`'s to handle. Raises NotYours, or Record.DoesNotExist."""
    seen = Record.objects.visible_to(access).filter(pk=record_id).values("pk")
    record: Improvement = (
        Improvement.objects.select_for_update(of=("self", "record_ptr"), no_key=True)
        .select_related("unit", "owner", "created_by")
        .get(pk__in=seen)
    )
    if not access.can(permissions.HANDLE, record):
        raise NotYours(_("Only those who handle the case can do this."))
    return record


@transaction.atomic
def improvement_classify(*, record_id: int, category: str, access: Access) -> Improvement:
    """Say what a case is: proposal, deviation, complaint or praise. Its number stays.

    Raises NotYours without the right to handle it, RuleViolation for an unknown category.
    """
    record = _handled(record_id, access)
    if category not in Category.values:
        raise RuleViolation(_("Choose one of the kinds."), field="category")
    if record.category == category:
        return record
    record.category = category
    return record_save(record=record, access=access)


@transaction.atomic
def improvement_restrict(*, record_id: int, reason: str, access: Access) -> Improvement:
    """Show a case only to those who handle it, its sender and its owner; its actions follow.

    `reason` is the ground for secrecy. Raises NotYours without the right to handle it, RuleViolation
    without a reason.
    """
    record = _handled(record_id, access)
    if not reason.strip():
        raise RuleViolation(_("Write the reason, or the paragraph of the law."), field="reason")
    return _show_to(record, Visibility.RESTRICTED, reason.strip(), access)


@transaction.atomic
def improvement_unrestrict(*, record_id: int, access: Access) -> Improvement:
    """Show a restricted case to everyone in its part of the organisation again; its actions follow."""
    return _show_to(_handled(record_id, access), Visibility.INTERNAL, "", access)


def _show_to(record: Improvement, visibility: str, reason: str, access: Access) -> Improvement:
    actions = Action.objects.filter(source_id=record.pk).select_for_update(of=("self",), no_key=True)
    for action in actions.order_by("pk"):
        action.visibility, action.confidential_reason = visibility, reason
        record_save(record=action, access=access)
    record.visibility, record.confidential_reason = visibility, reason
    return record_save(record=record, access=access)
