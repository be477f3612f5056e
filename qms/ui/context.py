"""The frame around every page, as the templates see it: `shell`.

Nothing is computed until a template asks, so fragments and pages without a rail cost no query.
"""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.functional import Promise

from qms.addresses import fixed_address
from qms.contributions import menu_items
from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.ui.bell import bell_sources
from qms.ui.components import Bell


@dataclass(frozen=True)
class MenuEntry:
    """A menu item as this person sees it now."""

    label: str | Promise
    short_label: str | Promise
    url: str
    icon: str
    count: int | None
    current: bool
    short: bool
    main: bool
    foot: bool


class Shell:
    """The frame of one page for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _access(self) -> Access:
        access: Access = self._request.access  # type: ignore[attr-defined]
        return access

    @property
    def languages(self) -> list[tuple[str, str]]:
        """(code, name in its own language) of every language the pages exist in."""
        return [(str(code), str(name)) for code, name in Person.Language.choices]

    @property
    def colour_scheme(self) -> str:
        """auto, light or dark: the person's choice, a visitor follows the device."""
        user = self._request.user
        return str(user.colour_scheme) if user.is_authenticated else "auto"

    @property
    def colour_schemes(self) -> list[tuple[str, str]]:
        """(code, name) of the colour schemes a person may choose."""
        return [(str(code), str(name)) for code, name in Person.ColourScheme.choices]

    @cached_property
    def entries(self) -> list[MenuEntry]:
        """What the person may see, in order, the entry that leads here marked."""
        if not self._request.user.is_authenticated:
            return []
        items = [item for item in menu_items if item.visible(self._access)]
        urls = {item.key: fixed_address(item.url_name) for item in items}
        here = self._here(list(urls.values()))
        return [
            MenuEntry(
                label=item.label,
                short_label=item.short_label or item.label,
                url=urls[item.key],
                icon=item.icon,
                count=item.count(self._access) if item.count else None,
                current=urls[item.key] == here,
                short=item.short,
                main=item.main,
                foot=item.foot,
            )
            for item in items
        ]

    def _here(self, urls: list[str]) -> str:
        """The menu address this page lies under: the longest that its own address begins with."""
        path = self._request.path
        own = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
        return max(own, key=len, default="")

    @cached_property
    def act(self) -> MenuEntry | None:
        """The main act, which stands first on every page; None for those who may not."""
        return next((entry for entry in self.entries if entry.main), None)

    @cached_property
    def menu(self) -> list[MenuEntry]:
        """The destinations in the rail."""
        return [entry for entry in self.entries if not entry.main and not entry.foot]

    @cached_property
    def foot(self) -> list[MenuEntry]:
        """What stands in the rail's foot."""
        return [entry for entry in self.entries if entry.foot]

    @cached_property
    def bottom(self) -> list[MenuEntry]:
        """The phone's bottom bar beside the menu button: two entries, the main act, one more."""
        short = [entry for entry in self.menu if entry.short][:3]
        return [*short[:2], *([self.act] if self.act else []), *short[2:]]

    @cached_property
    def bell(self) -> Bell | None:
        """Unread notices, or None where nobody offers any."""
        if not self._request.user.is_authenticated:
            return None
        for source in bell_sources:
            return source.load(self._access)
        return None


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: the lazy frame."""
    return {"shell": Shell(request)}
