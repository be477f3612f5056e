"""Every write to improvement cases and actions: one function per thing a person does."""

from improvements.services.actions import action_add
from improvements.services.handle import (
    improvement_classify,
    improvement_restrict,
    improvement_unrestrict,
)
from improvements.services.promise import unit_promise_set
from improvements.services.submit import AlreadySent, improvement_submit
from improvements.services.verdict import verdict_give
from improvements.services.voices import improvement_submit_unnamed

__all__ = [
    "AlreadySent",
    "action_add",
    "improvement_classify",
    "improvement_restrict",
    "improvement_submit",
    "improvement_submit_unnamed",
    "improvement_unrestrict",
    "unit_promise_set",
    "verdict_give",
]
