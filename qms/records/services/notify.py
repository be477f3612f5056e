"""Who is told what. Writes the lines of people's lists; mail follows by `qms.records.services.digest`."""

from typing import Any

from qms.organisation.access import Access
from qms.records.models import Follow, Notification, Record, Task

Event = Notification.Event


def tell_task(*, task: Task, access: Access) -> None:
    """Tell the assignee that a task is newly theirs: urgent, so it is mailed at once."""
    if task.assignee is None or task.assignee_id in access.acts_for:
        return
    Notification.objects.create(
        person=task.assignee,
        record=task.record,
        event=Event.TASK,
        actor_name=access.name,
        data={"task": task.kind},
        urgent=True,
    )


def tell_followers(
    *, record: Record, event: Event, access: Access, data: dict[str, Any], author_urgent: bool = False
) -> None:
    """Tell everyone who follows the record, but not the one who did it.

    Whether a follower may still see the record is asked when the list or the mail is made: rights can
    change in between.
    """
    followers = Follow.objects.filter(record=record, person__is_active=True)
    if access.person:
        followers = followers.exclude(person=access.person)
    Notification.objects.bulk_create(
        Notification(
            person_id=follow.person_id,
            record=record,
            event=event,
            actor_name=access.name,
            data=data,
            urgent=author_urgent and follow.person_id == record.created_by_id,
        )
        for follow in followers
    )
