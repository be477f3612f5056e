"""What those without an account can do here, for the sign-in page."""

from collections.abc import Iterable

from django import template

from qms.contributions import PublicLink, public_links

register = template.Library()


@register.simple_tag
def pages_for_everyone() -> Iterable[PublicLink]:
    """The pages that the apps offer everyone."""
    return list(public_links)
