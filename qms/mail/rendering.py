"""A mail's two faces: plain text, and simple HTML that says the same."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation


def mail_render(template: str, context: Mapping[str, Any], *, language: str) -> tuple[str, str]:
    """Text and HTML of `<template>.txt` and `<template>.html` in `language`.

    Both extend `mail/base.*`; addresses in a mail are whole (`site` is settings.SITE_URL).
    """
    whole = {**context, "site": settings.SITE_URL}
    with translation.override(language):
        text = render_to_string(f"{template}.txt", whole).strip() + "\n"
        return text, render_to_string(f"{template}.html", whole)


def html_of(subject: str, text: str) -> str:
    """A plain text as simple HTML in the language in force: addresses in it become links."""
    return render_to_string("mail/plain.html", {"subject": subject, "text": text, "site": settings.SITE_URL})
