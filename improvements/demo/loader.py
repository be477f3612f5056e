"""Loads the demo's cases: a year of them, lived through the real services with the clock moved back.

Every number, date, task, decision and line in somebody's list comes from the service a person would
have used that day, so nothing contradicts anything. A second run finds what is there and changes nothing.
"""

from datetime import datetime, timedelta
from uuid import uuid5

import time_machine
from django.db import transaction
from django.utils import timezone, translation

from improvements.demo import acts, planning
from improvements.demo.script import Script, steps
from improvements.models import Improvement
from qms.organisation.models import Person, Unit
from qms.records.models import Notification

NEWS_DAYS = 5  # what is older has been read


@transaction.atomic
def cases_load() -> str:
    """Load what is missing of the demo's cases. Says what it did."""
    now = timezone.now()
    people = {person.email: person for person in Person.objects.select_related("home_unit")}
    missing = _missing(planning.scripts(now), people)
    stage = acts.Stage(
        people=people,
        units={unit.code: unit for unit in Unit.objects.all()},
        scripts={script.key: script for script in missing},
    )
    with translation.override("sv"):
        for step in sorted(step for script in missing for step in steps(script, now)):
            with time_machine.travel(step.at, tick=False):
                acts.run(stage, step)
    _news_is_old(now, stage)
    return f"{planning.CASES} cases, {len(missing)} of them new, {len(stage.actions)} new actions"


def _missing(scripts: list[Script], people: dict[str, Person]) -> list[Script]:
    keys = {uuid5(acts.submission(script.key), str(people[script.sender].pk)): script for script in scripts}
    there = set(Improvement.objects.filter(submission__in=keys).values_list("submission", flat=True))
    return [script for key, script in keys.items() if key not in there]


def _news_is_old(now: datetime, stage: acts.Stage) -> None:
    """What the services told people has been read, but for the last days; none of it is mailed now."""
    told = Notification.objects.filter(record_id__in=[*stage.records.values(), *stage.actions.values()])
    told.filter(at__lt=now - timedelta(days=NEWS_DAYS)).update(read_at=now)
    told.update(mail_owed=False)
