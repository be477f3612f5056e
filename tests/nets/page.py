"""How an address is written down for the nets: who gets what, and how it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.nets.world import World

CAST = (
    "visitor", "outsider", "employee", "reader", "handler", "manager",
    "care_head", "auditor", "exec", "quality", "admin",
)  # fmt: skip

Codes = dict[str, int]


def codes(everyone: int, /, **others: int) -> Codes:
    """The same code for everyone but those named."""
    return {who: others.get(who, everyone) for who in CAST}


OPEN = codes(200)
SIGNED_IN = codes(200, visitor=302)
# A record in North: its readers see it, the other department and the system's keepers do not.
SEEN = codes(200, visitor=302, outsider=404, admin=404)
HANDLED = SEEN | {"employee": 403, "reader": 403, "auditor": 403, "exec": 403}
REDIRECTS_SEEN = codes(302, outsider=404, admin=404)
# What is typed in a form is shown to whoever had been signed out when they sent it.
TYPED = {"visitor": 403}
REDIRECTS_HANDLED = HANDLED | dict.fromkeys(("handler", "manager", "care_head", "quality"), 302)
ADMIN = codes(403, visitor=302, admin=200)
OPERATOR = codes(403, visitor=302, admin=200, quality=200)

Args = Callable[[World], tuple[Any, ...]]


@dataclass(frozen=True)
class Page:
    """An address: who gets what, and how it is looked at.

    `viewer` opens it in the query and accessibility nets; `shows` must then stand on it; `budget` is the
    most queries it may cost; `posts` means it answers a form post only, tried with `data`.
    """

    name: str
    who: Codes
    args: Args = field(default=lambda world: ())
    query: str = ""
    viewer: str = "manager"
    shows: str = ""
    budget: int = 12
    posts: bool = False
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    walk: bool = True  # looked at in a real browser

    @property
    def id(self) -> str:
        """How the page is named in test ids."""
        return self.name + self.query
