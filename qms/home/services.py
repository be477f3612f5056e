"""What those who look after the system do with it."""

from django.db import transaction
from django.utils.translation import gettext as _

from qms.exceptions import NotYours
from qms.mail.models import Mail
from qms.mail.services import mail_retry
from qms.organisation.access import Access
from qms.organisation.permissions import OPERATE


def operator_only(access: Access) -> None:
    """Raise NotYours for everybody but those who look after the system."""
    if not access.can_somewhere(OPERATE):
        raise NotYours(_("Jobs and mail are looked after by administrators and quality managers."))


@transaction.atomic
def mail_try_again(*, mail_id: int, access: Access) -> Mail:
    """Try an e-mail again that was given up. Raises NotYours, RuleViolation when it is not given up."""
    operator_only(access)
    return mail_retry(mail_id=mail_id)
