"""The demo's year of cases: lived through the real services, the same for the same day, loaded once."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from improvements.demo import planning
from improvements.demo.loader import cases_load
from improvements.demo.script import steps
from improvements.models import Action, Improvement
from qms.organisation.models import Person
from qms.organisation.services.demonstration import municipality_load
from qms.records.models import Comment, Decision, Notification, Record, Share, Task
from qms.workdays import is_working_day

SECONDS = 40  # of this process's own time, since other tests run beside; a minute on the clock in all
NOW = datetime(2026, 11, 17, 9, 30, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture(scope="module")
def took(django_db_setup: None, django_db_blocker) -> Iterator[float]:
    """The demo, loaded once for these tests and rolled back after them; how many seconds it cost."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.process_time()
        municipality_load()
        cases_load()
        yield time.process_time() - began
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(took: float, db: None) -> None:
    pass


def test_it_is_loaded_well_within_a_minute(took: float):
    assert took < SECONDS


def test_a_second_run_changes_nothing():
    def all_there_is() -> list[object]:
        models = (Record, Decision, Task, Comment, Notification, Improvement.history.model)
        return [list(model.objects.order_by("pk").values_list()) for model in models]

    before = all_there_is()
    assert cases_load() == "200 cases, 0 of them new, 0 new actions"
    assert all_there_is() == before


@pytest.mark.parametrize("days", [1, 7, 90, 400])
def test_a_run_on_another_day_knows_the_same_cases(days: int):
    def known(now: datetime) -> set[tuple[str, str]]:
        return {(script.key, script.sender) for script in planning.scripts(now)}

    assert known(NOW) == known(NOW + timedelta(days=days))


def test_there_are_200_cases_in_every_state_sort_and_visibility():
    cases = Improvement.objects.all()
    assert cases.count() == 200
    states = Counter(cases.values_list("state", flat=True))
    assert set(states) == {"received", "doing", "testing", "done", "closed", "not_now", "withdrawn"}
    assert set(cases.values_list("category", flat=True)) == {"proposal", "deviation", "complaint", "praise"}
    assert cases.filter(visibility="restricted").count() >= 10
    assert Share.objects.count() >= 10
    assert set(Action.objects.values_list("state", flat=True)) >= {"planned", "done"}
    assert cases.filter(title__endswith="…").count() < 20


def test_some_are_late_and_most_are_not():
    today = timezone.localdate()
    answered = Improvement.objects.exclude(answered_at=None)
    late = answered.filter(answered_at__date__gt=F("promised_by")).count()
    assert 0.03 < late / answered.count() < 0.2
    assert 3 <= Improvement.objects.filter(state="received", due__lt=today).count() <= 12
    assert 1 <= Action.objects.overdue(today).count() <= Action.objects.open().count() / 2


def test_nothing_contradicts_the_calendar():
    now = timezone.now()
    assert not Record.objects.filter(
        Q(created_at__gt=now) | Q(state_since__gt=now) | Q(closed_at__gt=now) | Q(changed_at__gt=now)
    )
    assert not Decision.objects.filter(Q(at__gt=now) | Q(at__lt=F("record__created_at")))
    assert not Comment.objects.filter(Q(at__gt=now) | Q(at__lt=F("record__created_at")))
    assert not Task.objects.filter(Q(opened_at__gt=now) | Q(closed_at__lt=F("opened_at")))
    assert not Notification.objects.filter(Q(at__gt=now) | Q(at__lt=F("record__created_at")))
    assert not Improvement.history.filter(
        Q(history_date__gt=now) | Q(history_date__lt=F("created_at") - timedelta(seconds=1))
    )
    assert not Improvement.objects.filter(answered_at__lt=F("created_at"))
    assert min(Record.objects.values_list("created_at", flat=True)) > now - timedelta(days=366)


def test_numbers_rise_with_time_and_have_no_gaps():
    for kind in ("improvement", "action"):
        rows = list(
            Record.objects.filter(kind=kind).order_by("created_at").values_list("reference", flat=True)
        )
        assert rows == sorted(rows)
        for year, count in Counter(row[2:6] for row in rows).items():
            assert f"{rows[0][0]}-{year}-{count:04d}" in rows


def test_every_case_stands_where_its_decisions_led_it():
    for record in Improvement.objects.prefetch_related("decisions"):
        decisions = sorted(record.decisions.all(), key=lambda decision: decision.at)
        assert [d.before for d in decisions[1:]] == [d.after for d in decisions[:-1]]
        assert decisions[-1].after == record.state
        assert (record.closed_at is None) == record.is_open


def test_whoever_waits_in_a_case_has_a_task_for_it():
    for record in Improvement.objects.open():
        assert record.tasks.open().count() == 1
    for action in Action.objects.open():
        assert action.tasks.open().get().assignee == action.owner
    assert not Task.objects.open().filter(record__closed_at__isnull=False)


def test_the_manager_of_home_care_north_has_a_lively_list():
    annika = Person.objects.get(name="Annika Sjöberg")
    tasks = Task.objects.open().filter(assignee=annika)
    assert 6 <= tasks.count() <= 8
    assert tasks.filter(due__lt=timezone.localdate()).count() == 1
    assert len(set(tasks.values_list("kind", flat=True))) >= 4


def test_the_assistant_nurse_sees_what_became_of_her_proposals_and_has_one_thing_to_do():
    leila = Person.objects.get(name="Leila Haddad")
    assert set(Improvement.objects.filter(created_by=leila).values_list("state", flat=True)) >= {
        "closed", "not_now", "doing", "received",
    }  # fmt: skip
    assert Task.objects.open().get(assignee=leila).record.title == "Märk dosetter med namn och trappa"


def test_old_news_is_read_and_nothing_is_mailed():
    assert not Notification.objects.filter(mail_owed=True)
    recent = timezone.now() - timedelta(days=6)
    assert not Notification.objects.filter(at__lt=recent, read_at__isnull=True)


def test_the_same_day_gives_the_same_year():
    first, second = planning.scripts(NOW), planning.scripts(NOW)
    assert first == second
    assert len({script.key for script in first}) == planning.CASES


@pytest.mark.parametrize(
    "moment", ["2026-01-01 00:05", "2026-07-19 23:50", "2027-02-28 12:00", "2028-02-29 06:00"]
)
def test_on_any_day_the_steps_are_in_order_and_none_lies_ahead(moment: str):
    now = datetime.fromisoformat(moment).replace(tzinfo=NOW.tzinfo)
    for script in planning.scripts(now):
        done = list(steps(script, now))
        assert done[0].act == "send"
        assert [step.at for step in done] == sorted({step.at for step in done})
        assert done[-1].at < now


def test_people_comment_in_working_hours():
    said = [timezone.localtime(comment.at) for comment in Comment.objects.all()]
    assert said and all(is_working_day(at.date()) and 7 <= at.hour < 18 for at in said)
