"""What signing in leaves behind, and helping those who cannot."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qms.exceptions import RuleViolation
from qms.mail.models import Mail
from qms.mail.rendering import html_of
from qms.mail.services import mail_queue
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.organisation.permissions import GRANT
from qms.organisation.services.writing import (
    Event,
    note_event,
    person_active,
    require_covering,
    require_for,
)


@transaction.atomic
def identity_link(*, person_id: int, account: SocialAccount, access: Access) -> SocialAccount:
    """Keep which identity of the sign-in service is the person; two first sign-ins at once keep one row.

    One that was somebody's who has left is the person's from now on.
    """
    kept, _is_new = SocialAccount.objects.select_related("user").get_or_create(
        provider=account.provider,
        uid=account.uid,
        defaults={"user_id": person_id, "extra_data": account.extra_data},
    )
    if kept.user_id != person_id and not kept.user.is_active:
        kept.user_id = person_id
        kept.save(update_fields=["user"])
    return kept


@transaction.atomic
def address_given_up(*, person: Person, before: str, access: Access) -> None:
    """The person's address was `before`: it opens nothing of theirs any more, and is told so by mail.

    The library keeps each address that somebody signed in with, and would let it in, or send it a link to a
    new password, for ever. Whoever is given the address after would get at the person's account.
    """
    EmailAddress.objects.filter(user=person).delete()
    _tell("account/email/address_given_up", person, access, to=before)


@transaction.atomic
def second_step_end(*, person_id: int, access: Access) -> Person:
    """Let the password be enough again for somebody who has lost both phone and recovery codes; told by mail.

    Whoever does so must be able to give every role the person has, as with an address. Raises NotYours, or
    RuleViolation for oneself (that takes the password), somebody who has left, or where there is none.
    """
    person = person_active(person_id)
    require_for(access, person)
    require_covering(access, GRANT, person)
    if access.person is not None and access.person.pk == person.pk:
        raise RuleViolation(_("You turn off your own with your password, under your account."))
    gone, _each = Authenticator.objects.filter(user=person).delete()
    if not gone:
        raise RuleViolation(_("%(name)s signs in with the password alone.") % {"name": person.name})
    note_event(Event.SECOND_STEP_ENDED, access, person=person)
    _tell("account/email/second_step_ended", person, access, to=person.email, person_id=person.pk)
    return person


def _tell(template: str, person: Person, access: Access, *, to: str, person_id: int | None = None) -> None:
    """Mail what was done to somebody's sign-in, and by whom, in the person's language."""
    context = {"by": access.name}
    with translation.override(person.language):
        subject = render_to_string(f"{template}_subject.txt", context).strip()
        text = render_to_string(f"{template}_message.txt", context).strip() + "\n"
        html = html_of(subject, text)
    mail_queue(
        purpose=Mail.Purpose.ACCOUNT, to=to, subject=subject, text=text, html=html, person_id=person_id
    )


def sign_in_noted(sender: Any, *, user: Person, **kwargs: Any) -> None:
    """Keep when the person last signed in. Not a change of the person: it leaves no row in the history."""
    Person.objects.filter(pk=user.pk).update(last_login=timezone.now())
