"""The words of a mail: a subject that says what is to be done, and what has happened, record by record.

Of a restricted record a mail says neither title nor text nor who: only the reference and that it can be
opened, and of a sealed one not even what is to be done. Mail passes through programs that know nothing of
our rights.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organisation.access import Access
from qms.organisation.models import Person
from qms.records.models import Notification, Record
from qms.records.selectors.sentences import said, speech, task_day, task_label

Event = Notification.Event

SPEECH_LENGTH = 500
MOST_RECORDS = 30


@dataclass(frozen=True)
class Told:
    """One thing that has happened, and what was written with it."""

    text: str
    speech: str
    late: bool


@dataclass(frozen=True)
class Item:
    """A record in a mail, and what is said about it."""

    title: str
    meta: str
    url: str
    lines: list[Told] = field(default_factory=list)


@dataclass(frozen=True)
class Letter:
    """A mail in words. `act` is the label of its one button, `act_url` where it leads."""

    subject: str
    greeting: str
    items: Sequence[Item]
    left_out: int
    act: str
    act_url: str
    reason: str
    can_be_turned_off: bool


def urgent_letter(person: Person, access: Access, told: Sequence[Notification]) -> Letter:
    """What is newly the person's, an answer to what they sent in, or a promise past its date."""
    reason = _(
        "You get this at once because it is yours to do, somebody called on you, "
        "or it answers what you sent in."
    )
    return _letter(person, access, told, reason, can_be_turned_off=False)


def digest_letter(person: Person, access: Access, told: Sequence[Notification]) -> Letter:
    """What has happened since the last daily mail, what is soon due first."""
    reason = _("You get this once a day, when there is news.")
    return _letter(person, access, told, reason, can_be_turned_off=True)


def _letter(
    person: Person,
    access: Access,
    told: Sequence[Notification],
    reason: str,
    *,
    can_be_turned_off: bool,
) -> Letter:
    items = _items(sorted(told, key=_first_what_waits), access)
    one = items[0] if len(items) == 1 else None
    return Letter(
        subject=_subject(told),
        greeting=_("Hello %(name)s,") % {"name": person.first_name},
        items=items[:MOST_RECORDS],
        left_out=max(len(items) - MOST_RECORDS, 0),
        act=_("Open %(reference)s") % {"reference": one.meta.split(" ")[0]}
        if one
        else _("Open my notifications"),
        act_url=one.url if one else settings.SITE_URL + reverse("records:notifications"),
        reason=reason,
        can_be_turned_off=can_be_turned_off,
    )


def _first_what_waits(line: Notification) -> tuple[bool, bool]:
    return line.event != Event.OVERDUE, line.event not in Notification.TASK_EVENTS


def _items(told: Iterable[Notification], access: Access) -> list[Item]:
    items: dict[int, Item] = {}
    for line in told:
        item = items.setdefault(line.record_id, _item(line.record))
        item.lines.append(_line(line, access))
    return list(items.values())


def _item(record: Record) -> Item:
    meta = record.reference if record.is_restricted else f"{record.reference} {record.unit.name}"
    return Item(title=_name(record), meta=meta, url=settings.SITE_URL + record.get_absolute_url())


def _name(record: Record) -> str:
    return record.reference if record.is_restricted else record.title


def _line(line: Notification, access: Access) -> Told:
    words = said(line)
    if not line.record.is_restricted:
        return Told(words.text, Truncator(speech(line, access)).chars(SPEECH_LENGTH), words.late)
    own_task = line.event in Notification.TASK_EVENTS and "assignee" not in line.data
    if own_task and line.record.is_sealed:
        return Told(_("It waits for you. Open to read."), "", words.late)
    return Told(words.text if own_task else _("There is news. Open to read."), "", words.late)


def _asked(line: Notification) -> str:
    """What is to be done; not of a sealed record: the name of the law alone says what has happened."""
    return _("Something to do") if line.record.is_sealed else task_label(line)


def _subject(told: Sequence[Notification]) -> str:
    return _subject_of_one(told[0]) if len(told) == 1 else _subject_of_many(told)


def _subject_of_one(line: Notification) -> str:
    words = {"title": _name(line.record), "task": _asked(line), "day": task_day(line)}
    if line.event in (Event.TASK, Event.DUE_SOON):
        return (_("%(task)s by %(day)s: %(title)s") if words["day"] else _("%(task)s: %(title)s")) % words
    if line.event == Event.OVERDUE and "assignee" in line.data:
        return _("Not done in time: %(title)s") % words
    if line.event == Event.OVERDUE:
        return _("Past its date: %(task)s, %(title)s") % words
    if line.record.kind_offer.sent_in and line.person_id == line.record.created_by_id:
        return _("About what you sent in: %(title)s") % words
    return _("News about %(title)s") % words


def _subject_of_many(told: Sequence[Notification]) -> str:
    """How many of each sort, what waits for the reader first."""
    events = Counter(line.event for line in told)
    late, soon, new = events.pop(Event.OVERDUE, 0), events.pop(Event.DUE_SOON, 0), events.pop(Event.TASK, 0)
    news = events.total()
    parts = [
        (late, ngettext("%(n)d task past its date", "%(n)d tasks past their date", late)),
        (soon, ngettext("%(n)d task due soon", "%(n)d tasks due soon", soon)),
        (new, ngettext("%(n)d new task", "%(n)d new tasks", new)),
        (news, ngettext("%(n)d piece of news", "%(n)d pieces of news", news)),
    ]
    return ", ".join(text % {"n": count} for count, text in parts if count)
