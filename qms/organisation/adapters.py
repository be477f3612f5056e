"""How allauth fits the house: nobody signs up, people are added by an administrator or an import."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils import translation

from qms.mail.models import Mail
from qms.mail.rendering import html_of
from qms.mail.services import mail_queue
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person
from qms.organisation.services.sign_in import identity_link


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

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person that something about their sign-in changed."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def format_email_subject(self, subject: str) -> str:
        """As written: whom the mail is from says where it comes from."""
        return subject


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: the identity provider's verified address finds the person, once.

    From then on the provider's own key for them does, so that a changed address locks nobody out. Neither
    name nor password here is touched.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: an account is a person whom the municipality has added."""
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Person:
        """Take nothing from the provider: what is known of a person is the administrator's word."""
        user: Person = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person, or say why not.

        Who has left is turned away, and no key of the provider is kept for them: the address, and the key
        they had, may be those of somebody who works here now.
        """
        if sociallogin.is_existing and sociallogin.user.is_active:
            return
        addresses = [address.email for address in sociallogin.email_addresses if address.verified]
        person = Person.objects.filter(email__iexact=addresses[0]).first() if addresses else None
        if sociallogin.is_existing and (person is None or not person.is_active):
            return  # the step after this says that they have left
        if person is not None and not person.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        if person is None:
            context = {"address": addresses[0] if addresses else ""}
            page = render(request, "socialaccount/not_known.html", context, status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.user = person
        sociallogin.account = identity_link(
            person_id=person.pk, account=sociallogin.account, access=SystemAccess("single sign-on")
        )
