"""Improvement cases, the actions that any record can give rise to, and what units promise."""

from improvements.models.action import Action
from improvements.models.case import MOST_TEXT, Category, Channel, Improvement, Lane
from improvements.models.promise import UnitPromise
from improvements.models.voices import FollowLink, Verdict

__all__ = [
    "MOST_TEXT",
    "Action",
    "Category",
    "Channel",
    "FollowLink",
    "Improvement",
    "Lane",
    "UnitPromise",
    "Verdict",
]
