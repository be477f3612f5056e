"""Every write to records: one function per thing a person does."""

from qms.records.services.attachments import attachment_remove, attachments_add, attachments_save
from qms.records.services.change import record_change, record_owner_set
from qms.records.services.create import record_create, record_save
from qms.records.services.dialogue import (
    comment_add,
    follow_set,
    link_add,
    link_remove,
    note_add,
    share,
    tie,
    untie,
)
from qms.records.services.handover import task_hand_over
from qms.records.services.locking import lock_records, record_locked
from qms.records.services.moves import move, why_not
from qms.records.services.naming import name_people, names_end
from qms.records.services.noting import decision_note
from qms.records.services.tasks import task_close, task_open, tasks_close_all

__all__ = [
    "attachment_remove",
    "attachments_add",
    "attachments_save",
    "comment_add",
    "decision_note",
    "follow_set",
    "link_add",
    "link_remove",
    "lock_records",
    "move",
    "name_people",
    "names_end",
    "note_add",
    "record_change",
    "record_create",
    "record_locked",
    "record_owner_set",
    "record_save",
    "share",
    "task_close",
    "task_hand_over",
    "task_open",
    "tasks_close_all",
    "tie",
    "untie",
    "why_not",
]
