"""Icons: one sprite, built by script/assets from the names in static/icons.txt."""

from functools import cache, lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.safestring import SafeString

from qms.ui.html import filled

SPRITE = "vendor/icons.svg"


class UnknownIcon(LookupError):
    """A template or an offer names an icon that static/icons.txt does not list."""


@cache
def icon_names() -> frozenset[str]:
    """The ids of all icons in the sprite, read from static/icons.txt."""
    path = finders.find("icons.txt")
    if path is None:
        raise UnknownIcon("static/icons.txt is missing")
    lines = (line.split("#")[0].split() for line in Path(path).read_text(encoding="utf-8").splitlines())
    return frozenset(words[0] for words in lines if words)


@cache
def sprite_url() -> str:
    """The sprite's address; asked once, because a list shows hundreds of icons."""
    return static(SPRITE)


def icon(name: str, *, color: str = "", label: str = "") -> SafeString:
    """Markup of one icon from the sprite.

    Without `label` the icon is decoration and hidden from screen readers: the word stands beside it.
    `color` is one of the design system's colours (danger, success, neutral …).
    Raises UnknownIcon for a name that is not in static/icons.txt.
    """
    return _markup(name, color, str(label))


@lru_cache(maxsize=1000)  # a list shows the same few icons hundreds of times
def _markup(name: str, color: str, label: str) -> SafeString:
    if name not in icon_names():
        raise UnknownIcon(f"No icon is called {name!r}: add it to static/icons.txt")
    return filled(
        '<svg class="icon"{}{}><use href="{}#{}"></use></svg>',
        filled(' data-color="{}"', color) if color else "",
        filled(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"'),
        sprite_url(),
        name,
    )
