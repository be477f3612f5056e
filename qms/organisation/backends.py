"""How a person is loaded: with the home unit, which every access needs."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from qms.organisation.models import Person


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in by e-mail address; loads person and home unit in one query."""

    def get_user(self, user_id: Any) -> Person | None:
        """The active person of a session, or None."""
        person = Person.objects.select_related("home_unit").filter(pk=user_id, is_active=True).first()
        return person if person and self.user_can_authenticate(person) else None
