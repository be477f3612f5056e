"""What pages hand to the component templates: plain frozen data, no markup."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class StateLike(Protocol):
    """A state as a page shows it: icon and word, colour third."""

    @property
    def label(self) -> object: ...
    @property
    def icon(self) -> str: ...
    @property
    def tone(self) -> str: ...


class PersonLike(Protocol):
    """A person as a page shows them."""

    @property
    def name(self) -> str: ...
    @property
    def initials(self) -> str: ...
    @property
    def is_active(self) -> bool: ...


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened: who did what when, in their own words (`speech`) if any.

    `tone` marks decisions (a colour of the design system); `detail` is small print under the sentence.
    """

    icon: str
    text: str
    when: datetime | None = None
    who: str = ""
    speech: str = ""
    tone: str = ""
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Tab:
    """A link among views of one thing; exactly one of them is current."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Chip:
    """An active filter; its address is the same list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Option:
    """A choice in a select."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class WhyNot:
    """An act that is not possible now, and the sentence that says who can or what it takes."""

    label: str
    reason: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Notice:
    """One row in the bell's list."""

    text: str
    url: str
    when: datetime
    icon: str = "bell"
    detail: str = ""


@dataclass(frozen=True)
class Bell:
    """Unread notices: how many, where all of them stand, and where the newest are had when it is opened."""

    count: int
    url: str
    newest_url: str

    @property
    def badge(self) -> str:
        """The number on the bell, short enough to fit."""
        return "9+" if self.count > 9 else str(self.count)
