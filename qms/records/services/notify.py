"""Who is told what. Writes the lines of people's lists; mail follows (`qms.records.mailing`)."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils import timezone

from qms.jobs.enqueue import enqueue
from qms.organisation.access import Access, access_for
from qms.organisation.models import Person
from qms.records.kinds import personal_tasks
from qms.records.models import Comment, Decision, Follow, Notification, Record, Task
from qms.records.tasks import urgent_mail_task
from qms.sql import Question

# Who stands in for somebody on a day.
_AWAY = Question("""SELECT deputy_id FROM organisation_deputy
    JOIN organisation_person AS deputy ON deputy.id = deputy_id AND deputy.is_active
    WHERE person_id = %(person)s AND starts <= %(today)s AND ends >= %(today)s""")

Event = Notification.Event
Skipped = Notification.Skipped


def tell_task(*, task: Task, access: Access) -> None:
    """Tell the assignee that a task is newly theirs: urgent, so it is mailed at once."""
    if task.assignee is None or task.assignee_id in access.acts_for:
        return
    tell_of_task(task=task, person=task.assignee, event=Event.TASK, access=access, urgent=True)


def tell_of_task(
    *,
    task: Task,
    person: Person,
    event: Event,
    access: Access,
    urgent: bool,
    data: dict[str, Any] | None = None,
) -> list[Notification]:
    """Tell `person` about a task; whoever stands in for the person today is told too, and gets the mail,
    unless it is asked of each person."""
    deputies = [] if task.kind in personal_tasks() else _stand_in(person, access)
    told = Notification.objects.bulk_create(
        Notification(
            person_id=someone,
            record=task.record,
            event=event,
            actor_name=access.name,
            task=task,
            data={**(data or {}), "due": task.due.isoformat() if task.due else ""},
            urgent=urgent,
            mail_owed=not (someone == person.pk and deputies),
            mail_skipped=Skipped.AWAY if someone == person.pk and deputies else "",
        )
        for someone in dict.fromkeys([person.pk, *deputies])
    )
    _mail_at_once(told)
    return told


def _stand_in(person: Person, access: Access) -> list[int]:
    """Who stands in for the person today, but for the one who acts. One query."""
    by = access.person.pk if access.person else None
    return [pk for (pk,) in _AWAY.fetch({"person": person.pk, "today": timezone.localdate()}) if pk != by]


def tell_followers(
    *,
    record: Record,
    event: Event,
    access: Access,
    decision: Decision | None = None,
    comment: Comment | None = None,
    data: dict[str, Any] | None = None,
    author_urgent: bool = False,
    told: Collection[Person] = (),
) -> None:
    """Tell everyone who follows the record, but not the one who did it nor those who were `told` already.
    Whoever is responsible is told what is said, what is added and that it has ended, also without following:
    what waits for them they are told as a task.

    Whether a follower may still see the record is asked when the list or the mail is made: rights can
    change in between. What is said among those who handle it is told to nobody else. With `author_urgent`
    it is an answer: the author, and whoever waits for it too, gets it at once and in plain words.
    """
    follows = Follow.objects.filter(record=record, person__is_active=True)
    if access.person:
        follows = follows.exclude(person=access.person)
    if told:
        follows = follows.exclude(person__in=told)
    people = list(follows.order_by("pk").values_list("person_id", flat=True))
    if comment or (data and "files" in data) or (decision and not record.is_open):
        people += _responsible(record, {access.person, *told}, people)
    if comment and comment.internal:
        people = _handling(record, people)
    waiting: set[int | None] = set()
    if author_urgent:
        waiting = {record.created_by_id}
        if any(person != record.created_by_id for person in people):
            waiting |= record.kind_offer.awaited_by(record)
    lines = Notification.objects.bulk_create(
        Notification(
            person_id=person,
            record=record,
            event=event,
            actor_name=access.name,
            decision=decision,
            comment=comment,
            data={**(data or {}), **_waits(person, record, waiting)},
            urgent=person in waiting,
        )
        for person in people
    )
    _mail_at_once(lines)
    record.kind_offer.told(record=record, decision=decision, comment=comment, access=access)


def _responsible(record: Record, but: Collection[Person | None], people: Collection[int]) -> list[int]:
    """Whoever is responsible, there or where it goes on, if they are here and none of the others. At most a
    query, more for what goes on elsewhere."""
    owner = None if record.owner_id in people else record.owner
    found = {one.pk: one for one in (owner, record.kind_offer.answers_too(record)) if one}
    return [pk for pk, one in found.items() if one.is_active and one not in but and pk not in people]


def _handling(record: Record, people: Collection[int]) -> list[int]:
    """Those of `people` who handle the record. One query, and one for each."""
    rows = Person.objects.select_related("home_unit").in_bulk(people)
    return [pk for pk in people if access_for(rows[pk]).can(record.kind_offer.edit, record)]


def _waits(person: int, record: Record, waiting: Collection[int | None]) -> dict[str, Any]:
    """What a line keeps for its sentence: that it is an answer to somebody beside the author."""
    return {"waits": True} if person in waiting and person != record.created_by_id else {}


def tell_called(*, people: Iterable[Person], comment: Comment, access: Access) -> None:
    """Tell those whom a comment calls on by name, at once."""
    lines = Notification.objects.bulk_create(
        Notification(
            person=person,
            record_id=comment.record_id,
            event=Event.CALLED,
            actor_name=access.name,
            comment=comment,
            urgent=True,
        )
        for person in people
    )
    _mail_at_once(lines)


def tell_elsewhere(*, record: Record, people: Iterable[int], is_open: bool, access: Access) -> None:
    """Tell those who wait for `record` and may not see where it goes on that it has ended there, or is open
    again; no more than that."""
    lines = Notification.objects.bulk_create(
        Notification(
            person_id=person,
            record_id=record.pk,
            event=Event.ELSEWHERE,
            actor_name=access.name,
            data={"open": is_open},
            urgent=True,
        )
        for person in people
    )
    _mail_at_once(lines)


def _mail_at_once(told: Iterable[Notification]) -> None:
    for person_id in {line.person_id for line in told if line.urgent and not line.mail_skipped}:
        enqueue(urgent_mail_task, person_id)
