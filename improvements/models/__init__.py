"""Improvement cases, the actions that any record can give rise to, and what units promise."""

from improvements.models.action import Action
from improvements.models.case import MOST_TEXT, Category, Channel, Improvement, Lane
from improvements.models.clock import SILENT, Heartbeat, Pause, Pulse
from improvements.models.disclosure import Disclosure
from improvements.models.flags import MOST_WHY, Flag, FlagHandler, FlagKind, FlagSetting, TermUnit
from improvements.models.promise import LONGEST_PROMISE, UnitPromise
from improvements.models.voices import FollowLink, Verdict

__all__ = [
    "LONGEST_PROMISE",
    "MOST_TEXT",
    "MOST_WHY",
    "SILENT",
    "Action",
    "Category",
    "Channel",
    "Disclosure",
    "Flag",
    "FlagHandler",
    "FlagKind",
    "FlagSetting",
    "FollowLink",
    "Heartbeat",
    "Improvement",
    "Lane",
    "Pause",
    "Pulse",
    "TermUnit",
    "UnitPromise",
    "Verdict",
]
