"""What signing in leaves behind."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone

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


def sign_in_noted(sender: Any, *, user: Person, **kwargs: Any) -> None:
    """Keep when the person last signed in. Not a change of the person: it leaves no row in the history."""
    Person.objects.filter(pk=user.pk).update(last_login=timezone.now())
