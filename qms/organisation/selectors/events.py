"""What happened in the organisation, said in words."""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext as _

from qms.contributions import unit_settings
from qms.organisation.models import OrganisationEvent, Person, UnitKind
from qms.organisation.roles import BY_KEY
from qms.ui.components import TimelineEntry
from qms.ui.dates import day_text

Kind = OrganisationEvent.Kind
Event = OrganisationEvent

ICONS = {
    Kind.UNIT_CREATED: "plus",
    Kind.UNIT_MOVED: "move",
    Kind.UNIT_MERGED: "merge",
    Kind.UNIT_TOOK_OVER: "merge",
    Kind.UNIT_CLOSED: "stop",
    Kind.UNIT_REOPENED: "undo",
    Kind.HEAD_SET: "person",
    Kind.PERSON_ADDED: "person-add",
    Kind.PERSON_LEFT: "person-off",
    Kind.PERSON_RETURNED: "undo",
    Kind.ROLE_GIVEN: "key",
    Kind.ROLE_TAKEN: "key",
    Kind.GROUP_CREATED: "users",
    Kind.GROUP_JOINED: "users",
    Kind.GROUP_LEFT: "users",
    Kind.GROUP_REMOVED: "users",
    Kind.DEPUTY_SET: "handover",
    Kind.DEPUTY_REMOVED: "handover",
    Kind.SECOND_STEP_ENDED: "key",
}


def event_entries(events: Iterable[Event]) -> list[TimelineEntry]:
    """The events as lines of a timeline, in the reader's language. No query."""
    return [
        TimelineEntry(
            icon=ICONS.get(Kind(event.kind), "pencil"),
            text=_sentence(event),
            when=event.at,
            who=event.actor_name,
            speech=event.note,
        )
        for event in events
    ]


def _sentence(event: Event) -> str:
    return SENTENCES[Kind(event.kind)](event) % {
        "unit": event.unit_name,
        "person": event.person_name,
        "group": event.group_name,
        "holder": event.person_name or _("the group %(group)s") % {"group": event.group_name},
        "role": _role(event.what),
        "field": _field(event.what),
        "before": _value(event.what, event.before),
        "after": _value(event.what, event.after),
        **_days(event),
    }


def _days(event: Event) -> dict[str, str]:
    """The days that a sentence names."""
    if event.kind == Kind.ROLE_GIVEN and event.after:
        return {"day": _day(event.after)}
    if event.kind == Kind.DEPUTY_SET:
        starts, ends = event.what.split("/")
        return {"starts": _day(starts), "ends": _day(ends)}
    return {}


def _role(key: str) -> str:
    return str(BY_KEY[key].label) if key in BY_KEY else key


def _field(name: str) -> str:
    labels = {
        "code": _("code"),
        "kind": _("kind"),
        "name": _("name"),
        "title": _("title"),
        "email": _("e-mail"),
        "home_unit": _("home unit"),
        "language": _("language"),
    }
    if name in unit_settings:
        return str(unit_settings[name].label).lower()
    return labels.get(name, name)


def _value(field: str, value: str) -> str:
    if field in unit_settings:
        return str(unit_settings[field].words(value))
    if not value:
        return _("nothing")
    if field == "kind":
        return str(dict(UnitKind.choices).get(value, value))
    return str(dict(Person.Language.choices).get(value, value)) if field == "language" else value


def _day(text: str) -> str:
    return day_text(date.fromisoformat(text))


def _created(event: Event) -> str:
    return _("added %(unit)s under %(after)s") if event.after else _("added %(unit)s")


def _head(event: Event) -> str:
    if not event.after:
        return _("left %(unit)s without a head; it was %(before)s")
    if not event.before:
        return _("made %(after)s head of %(unit)s")
    return _("made %(after)s head of %(unit)s after %(before)s")


def _given(event: Event) -> str:
    if event.after:
        return _("gave %(holder)s the role “%(role)s” in %(unit)s until %(day)s")
    return _("gave %(holder)s the role “%(role)s” in %(unit)s")


def _left(event: Event) -> str:
    if event.after:
        return _("marked that %(person)s has left; %(after)s takes over")
    return _("marked that %(person)s has left; the responsible managers take over")


SENTENCES: dict[Kind, Callable[[Event], str]] = {
    Kind.UNIT_CREATED: _created,
    Kind.UNIT_RENAMED: lambda event: _("renamed %(before)s to %(after)s"),
    Kind.UNIT_CHANGED: lambda event: _("changed the %(field)s of %(unit)s from %(before)s to %(after)s"),
    Kind.HEAD_SET: _head,
    Kind.UNIT_MOVED: lambda event: _("moved %(unit)s from %(before)s to %(after)s"),
    Kind.UNIT_MERGED: lambda event: _("merged %(unit)s into %(after)s"),
    Kind.UNIT_TOOK_OVER: lambda event: _("let %(unit)s go on in the place of %(before)s"),
    Kind.UNIT_CLOSED: lambda event: _("closed %(unit)s; what was open went to %(after)s"),
    Kind.UNIT_REOPENED: lambda event: _("opened %(unit)s again"),
    Kind.PERSON_ADDED: lambda event: _("added %(person)s"),
    Kind.PERSON_CHANGED: lambda event: _("changed the %(field)s of %(person)s from %(before)s to %(after)s"),
    Kind.PERSON_LEFT: _left,
    Kind.PERSON_RETURNED: lambda event: _("marked that %(person)s is back"),
    Kind.ROLE_GIVEN: _given,
    Kind.ROLE_TAKEN: lambda event: _("took the role “%(role)s” in %(unit)s from %(holder)s"),
    Kind.GROUP_CREATED: lambda event: _("made the group %(group)s"),
    Kind.GROUP_RENAMED: lambda event: _("renamed the group %(before)s to %(after)s"),
    Kind.GROUP_REMOVED: lambda event: _("removed the group %(group)s"),
    Kind.GROUP_JOINED: lambda event: _("put %(person)s into the group %(group)s"),
    Kind.GROUP_LEFT: lambda event: _("took %(person)s out of the group %(group)s"),
    Kind.DEPUTY_SET: lambda event: _("let %(after)s stand in for %(person)s from %(starts)s to %(ends)s"),
    Kind.DEPUTY_REMOVED: lambda event: _("ended that %(before)s stands in for %(person)s"),
    Kind.SECOND_STEP_ENDED: lambda event: _("turned off two-step sign-in for %(person)s"),
}
