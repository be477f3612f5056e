"""The states and transitions of improvement cases and of actions."""

from improvements.workflow.action import ACTION
from improvements.workflow.case import IMPROVEMENT
from improvements.workflow.names import (
    ANSWER,
    ANSWER_ABOVE,
    CARRY_OUT,
    CLOSED,
    DATES,
    DO_ABOVE,
    DO_IT,
    DOING,
    DONE,
    DROPPED,
    FINISH,
    LACKING,
    MERGED,
    NOT_NOW,
    PLANNED,
    RECEIVED,
    TESTING,
    WAITING,
    WITHDRAWN,
)

__all__ = [
    "ACTION",
    "ANSWER",
    "ANSWER_ABOVE",
    "CARRY_OUT",
    "CLOSED",
    "DATES",
    "DOING",
    "DONE",
    "DO_ABOVE",
    "DO_IT",
    "DROPPED",
    "FINISH",
    "IMPROVEMENT",
    "LACKING",
    "MERGED",
    "NOT_NOW",
    "PLANNED",
    "RECEIVED",
    "TESTING",
    "WAITING",
    "WITHDRAWN",
]
