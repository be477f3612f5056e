"""Addresses that stand on every page or line: finding the route anew takes ten times as long."""

from functools import cache
from urllib.parse import quote

from django.urls import reverse


@cache
def fixed_address(name: str, *args: str) -> str:
    """The address of the page called `name`, looked for once. For what few words say: they are all kept."""
    return reverse(name, args=args)


def record_address(name: str, reference: str, *args: str) -> str:
    """The address of the page called `name` that the record called `reference` has; `args` come after it."""
    return fixed_address(name, "-", *args).replace("/-/", f"/{quote(reference)}/", 1)
