"""Record, the common face of everything the system keeps, and what hangs on it."""

from qms.records.models.attachment import Attachment
from qms.records.models.dialogue import Comment, Decision, Follow, Link, LinkType, Named, Share
from qms.records.models.imports import ImportRow, ImportRun
from qms.records.models.notification import Notification, NotificationQuerySet, Reminder
from qms.records.models.numbering import Counter
from qms.records.models.record import Record, RecordManager, RecordQuerySet, Visibility
from qms.records.models.saved_view import SavedView
from qms.records.models.task import Task, TaskQuerySet

__all__ = [
    "Attachment",
    "Comment",
    "Counter",
    "Decision",
    "Follow",
    "ImportRow",
    "ImportRun",
    "Link",
    "LinkType",
    "Named",
    "Notification",
    "NotificationQuerySet",
    "Record",
    "RecordManager",
    "RecordQuerySet",
    "Reminder",
    "SavedView",
    "Share",
    "Task",
    "TaskQuerySet",
    "Visibility",
]
