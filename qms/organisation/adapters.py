"""How allauth fits the house: nobody signs up, people are added by an administrator or an import."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail address and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account is a person whom the municipality has added."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: the identity provider's verified address finds the person."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never: an unknown address is told whom to ask."""
        return False
