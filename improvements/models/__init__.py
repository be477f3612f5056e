"""Improvement cases, the actions that any record can give rise to, and what units promise."""

from improvements.models.action import LONGEST_LINK, Action
from improvements.models.case import (
    MOST_NUMBER,
    MOST_SOURCE,
    MOST_TEXT,
    Category,
    Channel,
    Harm,
    Improvement,
    Lane,
    Means,
)
from improvements.models.causes import LONGEST_CAUSE, Cause
from improvements.models.clock import SILENT, Heartbeat, Pause, Pulse
from improvements.models.disclosure import Disclosure
from improvements.models.effect import EffectCheck
from improvements.models.flags import MOST_WHY, Flag, FlagHandler, FlagKind, FlagSetting, TermUnit
from improvements.models.gallery import MOST_ALT, MOST_SHOWN, GalleryEntry
from improvements.models.promise import LONGEST_PROMISE, UnitPromise
from improvements.models.rules import FullHandlingRule
from improvements.models.seconders import Seconder
from improvements.models.series import MOST_EVERY, ActionSeries, Period
from improvements.models.spread import MOST_WORD, SpreadQuestion
from improvements.models.voices import FollowLink, Verdict

__all__ = [
    "LONGEST_CAUSE",
    "LONGEST_LINK",
    "LONGEST_PROMISE",
    "MOST_ALT",
    "MOST_EVERY",
    "MOST_NUMBER",
    "MOST_SHOWN",
    "MOST_SOURCE",
    "MOST_TEXT",
    "MOST_WHY",
    "MOST_WORD",
    "SILENT",
    "Action",
    "ActionSeries",
    "Category",
    "Cause",
    "Channel",
    "Disclosure",
    "EffectCheck",
    "Flag",
    "FlagHandler",
    "FlagKind",
    "FlagSetting",
    "FollowLink",
    "FullHandlingRule",
    "GalleryEntry",
    "Harm",
    "Heartbeat",
    "Improvement",
    "Lane",
    "Means",
    "Pause",
    "Period",
    "Pulse",
    "Seconder",
    "SpreadQuestion",
    "TermUnit",
    "UnitPromise",
    "Verdict",
]
