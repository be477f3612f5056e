"""Loads the demo's cases: three years of them, lived through the real services with the clock moved back.

Every number, date, task, decision and line in somebody's list comes from the service a person would have
used that day, so nothing contradicts anything. Most of the cases of the years before are written from a
life that was lived (`improvements.demo.copies`). A second run finds what is there and changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import time_machine
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone, translation

from improvements.demo import acts, earlier
from improvements.demo.copies import Copies
from improvements.demo.drawings import drawn
from improvements.demo.planning import FLAG_HANDLERS
from improvements.demo.playable import House, playable
from improvements.demo.script import Script, Step, steps
from improvements.demo.staff import staff
from improvements.demo.stage import Stage, sent_as
from improvements.models import Action, FlagHandler, Improvement
from improvements.services.flag_settings import flag_handler_add
from improvements.services.heartbeat import heartbeats_check
from qms.organisation import demo_people
from qms.organisation.access import SystemAccess, access_for
from qms.organisation.models import Person
from qms.organisation.services.demonstration import people_known, statistics_refresh, units_known
from qms.records.attachments.storing import stored
from qms.records.kinds import kinds
from qms.records.models import Notification
from qms.records.services.numbering import next_reference

NEWS_DAYS = 5  # what is older has been read
LEARN_AT = (400, 1600, 6400)  # steps: the more there is, the less each changes
SETS_UP = "ingrid"  # who decides who handles what is marked
NUMBERED = {"send": Improvement.KIND, "plan": Action.KIND}  # the acts by which something gets its number


def cases_load() -> str:
    """Load what is missing of the demo's cases. Says what it did."""
    now = timezone.now()
    people = people_known()
    years = earlier.Years(now)
    known = years.known()
    new = _missing(known, people)
    cases, actions = _load_new(years.scripts(), new, people, now) if new else (0, 0)
    return f"{len(known)} cases, {cases} of them new, {actions} new actions"


def _load_new(
    scripts: list[Script], new: Collection[str], people: dict[str, Person], now: datetime
) -> tuple[int, int]:
    """Load the cases with these keys, as far as the house still is as they need it; how many cases and
    actions that gave."""
    stage = Stage(
        people=people,
        units=units_known(),
        scripts={script.key: script for script in scripts},
    )
    works = staff()
    house = House.now(people, stage.units, works)
    missing = playable([script for script in scripts if script.key in new], house, works)
    shown = drawn(script for script in missing if script.pictured)
    with stored(list(shown.values())) as files, translation.override("sv"), transaction.atomic():
        stage.photos = dict(zip(shown, files, strict=True))
        _load(stage, missing, now)
    return len(missing), len(stage.actions)


def _load(stage: Stage, missing: list[Script], now: datetime) -> None:
    _flag_handlers(stage, now)
    new = {script.key for script in missing}
    play(stage, missing, now, copied={script.key for script in missing if script.like in new})
    _news_is_old(now, stage.records.values())
    heartbeats_check(access=SystemAccess("vägarna in"))


def play(stage: Stage, scripts: Sequence[Script], now: datetime, copied: Collection[str]) -> None:
    """Live the scripts up to `now`, all of them at once as time goes by, but write those `copied` from the
    lives they resemble, with the numbers that they would have got."""
    copies = Copies(stage)
    for number, step in enumerate(sorted(step for script in scripts for step in steps(script, now))):
        if number in LEARN_AT:
            statistics_refresh()
        if step.key not in copied:
            with time_machine.travel(step.at, tick=False):
                acts.run(stage, step)
        elif step.act in NUMBERED:
            copies.references[step.key].append(next_reference(kinds[NUMBERED[step.act]].series, _day(step)))
    copies.write([script for script in scripts if script.key in copied])


def _day(step: Step) -> date:
    return timezone.localdate(step.at)


def _missing(known: Iterable[tuple[str, str]], people: dict[str, Person]) -> set[str]:
    """The keys of those (with their senders) that are not there."""
    forms = {sent_as(key, sender, people): key for key, sender in known}
    there = set(Improvement.objects.filter(submission__in=forms).values_list("submission", flat=True))
    return {key for form, key in forms.items() if form not in there}


def _flag_handlers(stage: Stage, now: datetime) -> None:
    """Who handles what is marked, the first time: later that is for whoever uses the demo to say."""
    if FlagHandler.objects.exists():
        return
    by_key = {person.key: stage.people[person.email] for person in demo_people.cast()}
    with time_machine.travel(now - timedelta(days=1200), tick=False):
        for kind, key in FLAG_HANDLERS.items():
            flag_handler_add(kind=kind, person=by_key[key], access=access_for(by_key[SETS_UP]))


def _news_is_old(now: datetime, cases: Iterable[int]) -> None:
    """What the services told people has been read, but for the last days; none of it is mailed now."""
    actions = Action.objects.filter(source_id__in=cases).values("pk")
    told = Notification.objects.filter(Q(record_id__in=cases) | Q(record_id__in=actions))
    old = When(at__lt=now - timedelta(days=NEWS_DAYS), then=Value(now))
    told.update(mail_owed=False, read_at=Case(old, default=F("read_at")))
