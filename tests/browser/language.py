"""Whether a page speaks one language: no text of the product's own is left in English."""

import re
from functools import cache

import polib
from django.conf import settings
from playwright.sync_api import Page

_HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_TEXTS = """() => [document.body.innerText,
    ...[...document.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap(
        e => [e.ariaLabel, e.title, e.placeholder])].filter(Boolean).join('\\n')"""
_SHORTEST = 4  # letters; shorter words may be words in any language


@cache
def _english(language: str) -> list[re.Pattern[str]]:
    """The source texts that read otherwise in `language`, or their longest part between values."""
    catalogue = polib.pofile(str(settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"))
    texts = {entry.msgid for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid}
    native = {entry.msgstr for entry in catalogue}
    parts = {max(map(str.strip, _HOLES.split(text)), key=len) for text in texts - native}
    return [re.compile(rf"(?<!\w){re.escape(part)}(?!\w)") for part in parts if len(part) >= _SHORTEST]


def english_left(page: Page, language: str, names: set[str]) -> list[str]:
    """English texts of the product that stand on the page; `names` of people and units are not among them."""
    text: str = page.evaluate(_TEXTS)
    for name in sorted(names, key=len, reverse=True):  # "Care Head" before "Care"
        text = text.replace(name, "")
    return [pattern.pattern for pattern in _english(language) if pattern.search(text)]


def speaks(page: Page, language: str, names: set[str]) -> None:
    """Assert that the page says its language and keeps to it."""
    assert page.locator("html").get_attribute("lang") == language
    if language != "en":
        left = english_left(page, language, names)
        assert not left, f"{page.url} in {language}: {left}"
