"""What signing in leaves behind."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from qms.mail.models import Mail
from qms.mail.rendering import html_of
from qms.mail.services import mail_queue
from qms.organisation.access import Access
from qms.organisation.models import Person


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
    with translation.override(person.language):
        context = {"by": access.name}
        subject = render_to_string("account/email/address_given_up_subject.txt", context).strip()
        text = render_to_string("account/email/address_given_up_message.txt", context).strip() + "\n"
        html = html_of(subject, text)
    mail_queue(purpose=Mail.Purpose.ACCOUNT, to=before, subject=subject, text=text, html=html)


def sign_in_noted(sender: Any, *, user: Person, **kwargs: Any) -> None:
    """Keep when the person last signed in. Not a change of the person: it leaves no row in the history."""
    Person.objects.filter(pk=user.pk).update(last_login=timezone.now())
