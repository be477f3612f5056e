"""What a notification says, made when it is read: in the reader's language, of what the reader may see."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from qms.organisation.access import Access
from qms.records.models import Notification, Record
from qms.records.selectors.decided import words_of
from qms.records.selectors.heard import is_heard
from qms.records.workflow import TaskSpec
from qms.ui.dates import day_text

Event = Notification.Event


@dataclass(frozen=True)
class Said:
    """A notification in words."""

    text: str
    icon: str
    late: bool = False


def said(notification: Notification) -> Said:
    """The sentence for `notification`, loaded with its record, decision and task. No query."""
    return _SENTENCES[Event(notification.event)](notification)


def speech(notification: Notification, access: Access) -> str:
    """What the one who did it wrote, if the reader may read it now. No query when loaded with it all, but
    what the kind asks about from when on it is theirs (`RecordKind.heard_since`)."""
    comment, record, decision = notification.comment, notification.record, notification.decision
    if comment and (not comment.internal or access.can(record.kind_offer.edit, record)):
        return _heard(comment.text, comment.at, record, access)
    if notification.event == Event.TASK and notification.task:
        return notification.task.note
    return _heard(decision.comment, decision.at, record, access) if decision else ""


def _heard(words: str, at: datetime, record: Record, access: Access) -> str:
    since = record.kind_offer.heard_since(access, record) if words else None
    return words if is_heard(at, since) else ""


def _who(notification: Notification) -> str:
    return notification.actor_name or _("Somebody")


def _moved(notification: Notification) -> Said:
    decision = notification.decision
    if decision is None:
        return _changed(notification)
    words = words_of(decision, notification.record.kind_offer)
    text = _("%(who)s %(did)s") % {"who": _who(notification), "did": words.text}
    theirs = notification.person_id == notification.record.created_by_id
    if words.plain and (theirs or notification.data.get("waits")):
        what = f"{words.plain} {words.asks if theirs else ''}".strip()
        text = _("%(who)s: %(what)s") % {"who": _who(notification), "what": what}
    return Said(text, words.icon)


def _commented(notification: Notification) -> Said:
    return Said(_("%(who)s commented") % {"who": _who(notification)}, "chat")


def _called(notification: Notification) -> Said:
    return Said(_("%(who)s called on you") % {"who": _who(notification)}, "chat")


def _changed(notification: Notification) -> Said:
    files = ", ".join(notification.data.get("files", ()))
    text = _("%(who)s added %(files)s") if files else _("%(who)s changed it")
    return Said(text % {"who": _who(notification), "files": files}, "paperclip" if files else "pencil")


def _elsewhere(notification: Notification) -> Said:
    """Of where a record goes on only whether it is open: who reads this may not know more."""
    if notification.data.get("open"):
        return Said(_("Where it goes on, they are working on it again."), "history")
    return Said(_("Where it goes on, it has ended now."), "shown")


def _task(notification: Notification) -> Said:
    return Said(_("Newly yours: %(task)s") % {"task": task_label(notification)}, _icon(notification))


def _due_soon(notification: Notification) -> Said:
    words = {"task": task_label(notification), "day": task_day(notification)}
    return Said(_("%(task)s by %(day)s") % words, _icon(notification))


def _overdue(notification: Notification) -> Said:
    words = {
        "task": task_label(notification),
        "day": task_day(notification),
        "who": notification.data.get("assignee"),
    }
    if words["who"]:
        text = _("Waits with %(who)s since %(day)s: %(task)s")
    elif "assignee" in notification.data:
        text = _("Waits with nobody since %(day)s: %(task)s")
    else:
        text = _("Was to be done by %(day)s: %(task)s")
    return Said(text % words, "late", late=True)


def _spec(notification: Notification) -> TaskSpec | None:
    task = notification.task
    return notification.record.kind_offer.task(task.kind) if task else None


def task_label(notification: Notification) -> str:
    """What is to be done, as a verb phrase."""
    spec = _spec(notification)
    return str(spec.label) if spec else _("Something to do")


def _icon(notification: Notification) -> str:
    spec = _spec(notification)
    return spec.icon if spec else "assess"


def task_day(notification: Notification) -> str:
    """The day it was to be done by when this was told; empty without one."""
    due = notification.data.get("due")
    return day_text(date.fromisoformat(due)) if due else ""


_SENTENCES = {
    Event.MOVED: _moved,
    Event.COMMENTED: _commented,
    Event.CALLED: _called,
    Event.CHANGED: _changed,
    Event.ELSEWHERE: _elsewhere,
    Event.TASK: _task,
    Event.DUE_SOON: _due_soon,
    Event.OVERDUE: _overdue,
}
