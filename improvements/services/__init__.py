"""Every write to improvement cases and actions: one function per thing a person does."""

from improvements.services.actions import action_add
from improvements.services.causes import cause_add, cause_change, cause_remove
from improvements.services.gallery import gallery_show, gallery_take_out
from improvements.services.handle import (
    improvement_classify,
    improvement_correct,
    improvement_harm_set,
    improvement_restrict,
    improvement_unrestrict,
)
from improvements.services.promise import unit_promise_set
from improvements.services.rules import full_rule_set
from improvements.services.second import improvement_second, improvement_second_take_back
from improvements.services.series import (
    Rhythm,
    series_change,
    series_end,
    series_pause,
    series_resume,
)
from improvements.services.spread import spread_ask, spread_wish
from improvements.services.spread_answer import spread_answer
from improvements.services.submit import AlreadySent, improvement_submit
from improvements.services.verdict import verdict_give
from improvements.services.voices import improvement_submit_unnamed

__all__ = [
    "AlreadySent",
    "Rhythm",
    "action_add",
    "cause_add",
    "cause_change",
    "cause_remove",
    "full_rule_set",
    "gallery_show",
    "gallery_take_out",
    "improvement_classify",
    "improvement_correct",
    "improvement_harm_set",
    "improvement_restrict",
    "improvement_second",
    "improvement_second_take_back",
    "improvement_submit",
    "improvement_submit_unnamed",
    "improvement_unrestrict",
    "series_change",
    "series_end",
    "series_pause",
    "series_resume",
    "spread_answer",
    "spread_ask",
    "spread_wish",
    "unit_promise_set",
    "verdict_give",
]
