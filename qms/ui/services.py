"""What a person decides about how pages look to them."""

from django.db import transaction

from qms.organisation.access import Access
from qms.organisation.models import Person


@transaction.atomic
def appearance_set(*, access: Access, language: str = "", colour_scheme: str = "") -> Person:
    """Keep the person's language and colours; what is empty stays as it is.

    Raises ValidationError for a language or colour scheme that does not exist, and PermissionError
    when nobody is signed in: a visitor's language stands in a cookie.
    """
    if access.person is None:
        raise PermissionError("Nobody is signed in")
    person = Person.objects.select_for_update().get(pk=access.person.pk)
    person.language = language or person.language
    person.colour_scheme = colour_scheme or person.colour_scheme
    person.full_clean(validate_unique=False, validate_constraints=False)
    person.save(update_fields=["language", "colour_scheme"])
    return person
