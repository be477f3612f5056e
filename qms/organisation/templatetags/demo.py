"""The demonstration's sign-ins, for the sign-in page."""

from django import template
from django.conf import settings

from qms.organisation.demo_people import accounts

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[dict[str, str]]:
    """Who may sign in to the demonstration; nobody in an ordinary installation."""
    return accounts() if settings.DEMO else []
