"""Markup put together in Python."""

from html import escape
from typing import Any

from django.utils.safestring import SafeString


def filled(form: str, *parts: Any) -> SafeString:
    """`form` with `parts` in the places of its {}; what is not markup yet is escaped.

    As Django's format_html, which takes three times as long for what only lazy text needs: a list has
    hundreds of these, a board over a thousand.
    """
    return SafeString(form.format(*[_safe(part) for part in parts]))


def _safe(part: Any) -> str:
    text = part if isinstance(part, str) else str(part)
    return text if isinstance(text, SafeString) else escape(text)
