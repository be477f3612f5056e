"""With a real worker, a real broker and a real mail server: nothing is lost, nothing is sent twice."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from qms.jobs.models import JobRun, Pulse
from qms.jobs.selectors import operations
from qms.mail.models import Mail
from qms.mail.services import mail_queue
from qms.organisation.models import Person
from qms.records.models import Notification
from qms.records.services import comment_add, follow_set
from tests.broker import NOWHERE
from tests.conftest import build_town
from tests.factories import improvement
from tests.worker.conftest import heartbeat, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def owe(to: str = "anna@town.test") -> Mail:
    return mail_queue(purpose=Mail.Purpose.URGENT, to=to, subject="Answer", text="Please answer")


def time_passes() -> None:
    """As if so much had passed that the killed worker's leases are over and every job is due again."""
    now = timezone.now()
    JobRun.objects.filter(state=JobRun.State.DONE).delete()
    Mail.objects.filter(claimed_until__isnull=False).update(claimed_until=now, next_try_at=now)
    JobRun.objects.filter(state=JobRun.State.RUNNING).update(claimable_at=now)


def quiet(seconds: float = 1.0) -> None:
    """Time in which something wrong would show."""
    time.sleep(seconds)


def test_what_is_newly_mine_is_mailed_at_once_also_after_the_database_came_back(start_worker, server):
    town = build_town()
    worker = start_worker()
    improvement(town.north, town.employee, "More hooks in the hall")
    wait_until(lambda: len(server.arrived) == 1)
    assert server.arrived[0]["To"] == town.manager.email
    assert "More hooks in the hall" in server.arrived[0]["Subject"]
    # The database goes away under the worker, as when it is started anew.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    owe("bo@town.test")
    owe("cy@town.test")
    heartbeat()
    wait_until(lambda: {mail["To"] for mail in server.arrived} >= {"bo@town.test", "cy@town.test"})
    quiet()
    assert len(server.arrived) == 3, worker.log


def test_a_worker_killed_while_it_sends_loses_no_mail_and_sends_it_once(start_worker, server):
    server.hold = threading.Event()
    first = start_worker()
    mail = owe()
    assert server.reached.wait(20)
    first.kill()
    server.hold.set()
    quiet()
    assert server.arrived == []
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts) == (None, 1)
    second = start_worker()
    time_passes()
    heartbeat()
    wait_until(lambda: server.arrived)
    quiet()
    assert [message["Message-ID"] for message in server.arrived] == [f"<{mail.message_id}@localhost>"]
    mail.refresh_from_db()
    assert mail.sent_at is not None, second.log


@contextmanager
def held(keys: list[str]) -> Iterator[None]:
    """Another transaction writes mails with these keys, and takes them back when the block ends."""
    written, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            for key in keys:
                Mail.objects.create(purpose="digest", to="held@town.test", subject="held", key=key)
            written.set()
            done.wait(60)
            transaction.set_rollback(True)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert written.wait(20)
    try:
        yield
    finally:
        done.set()
        holder.join(20)


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_a_worker_killed_in_the_middle_of_the_daily_mail_leaves_each_with_one(start_worker, server):
    """The fourth of five people's mail waits for a row that the test holds: there the worker is killed."""
    town = build_town()
    people = [town.reader, town.handler, town.quality, town.auditor, town.exec]
    record = improvement(town.north, town.manager)
    for person in people:
        follow_set(record_id=record.pk, access=town.access(person.email.split("@")[0]), on=True)
    comment_add(record_id=record.pk, text="Look", access=town.access("manager"))
    order = list(
        Notification.objects.filter(event="commented").order_by("pk").values_list("person_id", flat=True)
    )
    assert sorted(order) == sorted(person.pk for person in people)
    today = timezone.localdate().isoformat()
    first = start_worker()
    with held([f"digest {person_id} {today}" for person_id in order[3:]]):
        heartbeat()
        wait_until(somebody_waits_for_a_lock)
        first.kill()
    made = Mail.objects.filter(purpose="digest").count()
    assert made < 5
    second = start_worker()
    time_passes()
    heartbeat()
    wait_until(lambda: len(server.arrived) == 5)
    heartbeat()
    quiet()
    assert sorted(message["To"] for message in server.arrived) == sorted(person.email for person in people)
    assert JobRun.objects.get(job="records.daily_mail").state == "done", second.log


def test_with_the_broker_down_a_person_waits_for_nothing_and_the_mail_goes_later(
    start_worker, server, broker_at, settings, sign_in
):
    town = build_town()
    browser = sign_in(town.employee)
    record = improvement(town.north, town.manager)
    address = reverse("records:comment", args=[record.reference])
    follow_set(record_id=record.pk, access=town.access("employee"), on=True)
    broker_at(NOWHERE)
    start = time.monotonic()
    improvement(town.north, town.employee, "The broker is down")
    assert browser.post(address, {"text": "Can you hear me?"}).status_code == 302
    assert time.monotonic() - start < 3
    assert Notification.objects.filter(person=town.manager, mail_owed=True, urgent=True).exists()
    broker_at(settings.CELERY_BROKER_URL)
    start_worker()
    heartbeat()
    wait_until(lambda: any("The broker is down" in message["Subject"] for message in server.arrived))


def test_the_pages_know_that_scheduler_and_worker_live(start_worker):
    assert not operations().known
    start_worker()
    heartbeat()
    wait_until(lambda: operations().known)
    wait_until(lambda: JobRun.objects.filter(state="done").count() >= 5)
    Pulse.objects.filter(key=Pulse.SCHEDULER).update(at=timezone.now() - timedelta(minutes=4))
    assert not operations().known
    assert Person.objects.count() == 0
