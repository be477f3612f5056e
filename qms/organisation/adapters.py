"""How allauth fits the house: nobody signs up, people are added by an administrator or an import."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils import translation

from qms.mail.models import Mail
from qms.mail.rendering import html_of
from qms.mail.services import mail_queue


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail address and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account is a person whom the municipality has added."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the mail in the outbox, in the person's own language: sign-in waits for no mail server."""
        person = context.get("user")
        language = person.language if person else translation.get_language()
        whole = {"request": current.request, "email": email, "current_site": None, **context}
        with translation.override(language):
            message = self.render_mail(template_prefix, email, whole)
            html = html_of(message.subject, message.body)
        mail_queue(
            purpose=Mail.Purpose.ACCOUNT,
            to=email,
            subject=message.subject,
            text=message.body,
            html=html,
            person_id=person.pk if person else None,
        )

    def format_email_subject(self, subject: str) -> str:
        """As written: whom the mail is from says where it comes from."""
        return subject


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: the identity provider's verified address finds the person."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never: an unknown address is told whom to ask."""
        return False
