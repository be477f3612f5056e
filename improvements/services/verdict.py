"""Did it get better? Asked of whoever sent the case, when it is done."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from improvements import permissions
from improvements.models import Improvement, Verdict
from improvements.selectors.sender import has_said, is_asked
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.services import comment_add, record_locked


@transaction.atomic
def verdict_give(*, record_id: int, better: bool, words: str, access: Access) -> None:
    """Say whether it got better. It stands in the case as a message, which those who handle it are told of.

    Said twice it is said once. Raises NotYours for anybody but the sender, RuleViolation when it is not done
    or was answered otherwise.
    """
    record: Improvement = record_locked(record_id, access)  # type: ignore[assignment]
    if not access.can(permissions.JUDGE, record):
        raise NotYours(_("This is asked of whoever sent the case."))
    if has_said(record, better=better):
        return
    if not is_asked(record, access):
        raise RuleViolation(_("This has been answered already, or is not asked yet."))
    with override(settings.LANGUAGE_CODE):  # it is kept in the language of the house
        said = _("It got better.") if better else _("It did not get better.")
    comment_add(record_id=record_id, text=f"{said} {words.strip()}", access=access)
    Verdict.objects.create(record=record, better=better)
