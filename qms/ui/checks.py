"""System checks of the user interface: a mistake in a template is found at start, not by a visitor."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.template import engines

from qms.ui.icons import icon_names

ICON_TAG = re.compile(r"""\{%-?\s*(?:icon|empty_state)\s+["']([^"']+)["']""")


def template_files() -> Iterator[Path]:
    """Every template of the project's own template folders."""
    for engine in engines.all():
        for folder in engine.dirs:
            yield from sorted(Path(folder).rglob("*.html"))


@register()
def check_icons(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Every icon that a template names literally is in static/icons.txt."""
    known = icon_names()
    return [
        Error(
            f"{path} names the icon {name!r}, which static/icons.txt does not list.",
            hint="Add a line to static/icons.txt and run script/assets.",
            id="ui.E001",
        )
        for path in template_files()
        for name in ICON_TAG.findall(path.read_text(encoding="utf-8"))
        if name not in known
    ]
