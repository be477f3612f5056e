"""The demo's three years of cases: lived through the real services, the same each time, loaded once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.test import override_settings
from django.utils import timezone

from improvements.demo import earlier
from improvements.demo.apart import carried_out
from improvements.demo.loader import cases_load
from improvements.demo.planning import CASES
from improvements.demo.script import steps
from improvements.models import (
    Action,
    EffectCheck,
    Flag,
    FlagHandler,
    GalleryEntry,
    Heartbeat,
    Improvement,
    Means,
    Pause,
    Seconder,
    SpreadQuestion,
    Verdict,
)
from improvements.selectors import tally
from improvements.selectors.part import Part
from improvements.selectors.rules import Trend, trend
from improvements.workflow import IMPROVEMENT
from qms.organisation.access import SystemAccess, access_for
from qms.organisation.models import Person, Unit
from qms.organisation.services import person_deactivate, unit_close
from qms.organisation.services.demonstration import municipality_load
from qms.records.models import Attachment, Comment, Decision, Notification, Record, Reminder, Share, Task
from qms.workdays import is_working_day

pytestmark = pytest.mark.xdist_group("improvements-demo")  # what they share is made once

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """The demo, loaded once for these tests and rolled back after them."""
    folder = str(tmp_path_factory.mktemp("files"))
    with override_settings(MEDIA_ROOT=folder), django_db_blocker.unblock(), transaction.atomic():
        municipality_load()
        cases_load()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(loaded: None, db: None) -> None:
    pass


@pytest.mark.parametrize("days", [0, 45])
def test_a_second_run_changes_nothing_on_the_same_day_or_another(days: int):
    def all_there_is() -> list[object]:
        history = Improvement.history.model
        models = (Record, Decision, Task, Comment, Notification, Attachment, Heartbeat, history)
        models += (SpreadQuestion, GalleryEntry, Reminder)
        return [list(model.objects.order_by("pk").values_list()) for model in models]

    before = all_there_is()
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        assert cases_load() == "1500 cases, 0 of them new, 0 new actions"
    assert all_there_is() == before


def test_cases_of_somebody_whose_address_was_changed_are_not_made_again():
    sender = Improvement.objects.exclude(created_by=None).earliest("pk").created_by
    assert sender
    Person.objects.filter(pk=sender.pk).update(email="another@elsewhere.test")
    assert cases_load() == "1500 cases, 0 of them new, 0 new actions"


def test_what_an_update_adds_is_passed_over_where_the_house_is_no_longer_as_it_came():
    """As if the cases of three units had not been there: one was closed, the head of another has left,
    that of the third has got another address."""
    closed, left, same = (Unit.objects.get(code=code) for code in ("BUF-FSK-2", "VOF-SB-1", "KFF-BIB"))
    FlagHandler.objects.filter(kind="lex_maria").update(ended_at=timezone.now())
    came = Improvement.objects.exclude(created_by=None).filter(unit__in=[closed, left, same])
    kept = Q(merged__isnull=False)
    gone = list(came.exclude(kept).values_list("pk", flat=True))
    for pk in gone:
        Improvement.objects.filter(pk=pk).update(submission=uuid4())
    unit_close(unit_id=closed.pk, access=SystemAccess("a test"))
    person_deactivate(person_id=left.head_id, access=SystemAccess("a test"))
    Person.objects.filter(pk=same.head_id).update(email="other@example.se")
    before = set(Improvement.objects.values_list("pk", flat=True))
    said = cases_load()
    new = Improvement.objects.exclude(pk__in=before).values_list("unit_id", flat=True)
    assert said.startswith(f"1500 cases, {len(new)} of them new") and 0 < len(new) < len(gone)
    assert closed.pk not in new and left.pk not in new and same.pk in new
    assert not FlagHandler.objects.filter(kind="lex_maria", ended_at=None), (
        "who was taken off is not put back"
    )


@pytest.mark.parametrize("days", [1, 7, 90, 400])
def test_a_run_on_another_day_knows_the_same_cases(days: int):
    def known(now: datetime) -> set[tuple[str, str]]:
        return {(script.key, script.sender) for script in earlier.scripts(now)}

    assert known(NOW) == known(NOW + timedelta(days=days))


def test_there_are_1500_cases_in_every_state_and_of_every_sort():
    cases = Improvement.objects.filter(adopts=None)  # beside those that come of a yes to another unit
    assert cases.count() == CASES == 1500
    assert len(set(cases.values_list("text", flat=True))) >= 180
    assert set(cases.values_list("state", flat=True)) == {state.key for state in IMPROVEMENT.states}
    assert set(cases.values_list("category", flat=True)) == {"proposal", "deviation", "complaint", "praise"}
    assert set(Action.objects.values_list("state", flat=True)) >= {"planned", "done"}
    assert cases.filter(title__endswith="…").count() < 20


def _cases(**wanted: object) -> QuerySet[Improvement]:
    return Improvement.objects.filter(**wanted).distinct()


def _asked(**wanted: object) -> QuerySet[SpreadQuestion]:
    return SpreadQuestion.objects.filter(**wanted)


def _applies(**wanted: object) -> QuerySet[Task]:
    return Task.objects.open().filter(kind="applies", **wanted)


def _gallery(**wanted: object) -> QuerySet[GalleryEntry]:
    return GalleryEntry.objects.filter(**wanted).distinct()


# What a demonstration has to show: which rows, and how many at least.
SITUATIONS = {
    "the duty to answer moved up": (lambda: Decision.objects.filter(name="escalate"), 20),
    "and waits there today": (lambda: Task.objects.open().filter(kind="answer_above"), 3),
    "sent on": (lambda: Decision.objects.filter(name="send_on"), 10),
    "seen by two units": (lambda: Share.objects.all(), 10),
    "joined with another": (lambda: _cases(state="merged"), 5),
    "the clock stood still": (lambda: Pause.objects.all(), 5),
    "the clock stands still": (lambda: Pause.objects.running(timezone.localdate()), 1),
    "a new date": (lambda: Decision.objects.filter(name="postpone"), 20),
    "means are lacking": (lambda: _cases(state="lacking"), 20),
    "not now": (lambda: _cases(state="not_now"), 50),
    "withdrawn": (lambda: _cases(state="withdrawn"), 3),
    "the effect failed": (lambda: EffectCheck.objects.filter(result="failed"), 5),
    "and helped the second time": (lambda: EffectCheck.objects.filter(result="worked", round=2), 5),
    "being tested": (lambda: _cases(state="testing"), 5),
    "without a name": (lambda: _cases(channel="anonymous", created_by=None), 30),
    "from residents": (lambda: _cases(channel="residents", created_by=None), 30),
    "only for those who handle it": (lambda: _cases(visibility="restricted"), 5),
    "only for those named": (lambda: _cases(visibility="sealed"), 4),
    "lex Sarah or the like, reported": (lambda: Flag.objects.filter(outcome="reported"), 1),
    "and decided not to": (lambda: Flag.objects.filter(outcome="not_reported"), 1),
    "and waiting": (lambda: Flag.objects.filter(outcome="", kind="lex_sarah"), 1),
    "wanted by others too": (lambda: Seconder.objects.filter(came_with=None), 5),
    "an action that comes again": (lambda: Action.objects.filter(occurrence__gt=0), 3),
    "one that waits for another": (lambda: Action.objects.filter(after__isnull=False), 3),
    "one that something shows": (lambda: Action.objects.filter(evidence_required=True), 2),
    "it got better": (lambda: Verdict.objects.filter(better=True), 100),
    "it did not": (lambda: Verdict.objects.filter(better=False), 15),
    "notes among handlers": (lambda: Comment.objects.filter(internal=True), 20),
    "somebody called on": (lambda: Notification.objects.filter(event=Notification.Event.CALLED), 50),
    "a picture of before": (lambda: Attachment.objects.filter(name__in=("före.jpg", "1.jpg")), 15),
    "a picture of after": (lambda: Attachment.objects.filter(name="efter.jpg"), 10),
    "asked whether it applies": (lambda: SpreadQuestion.objects.all(), 28),
    "yes, with a case of their own": (lambda: _asked(answer="adopted", own_case__isnull=False), 8),
    "and done there too": (lambda: _asked(own_case__state="closed"), 6),
    "and under way there": (lambda: _asked(own_case__state="doing"), 1),
    "done there already": (lambda: _asked(answer="already"), 5),
    "not for them, because": (lambda: _asked(answer="not_for_us").exclude(said=""), 5),
    "answered when asked again": (lambda: _asked(followed_up_at__isnull=False).exclude(answer=""), 2),
    "no answer at all": (lambda: _asked(answer="", silent_at__isnull=False), 3),
    "and waiting for one today": (lambda: SpreadQuestion.objects.waiting(), 3),
    "of the manager of home care": (lambda: _applies(assignee__name="Annika Sjöberg"), 1),
    "in the gallery": (lambda: _gallery(for_all=True), 12),
    "with photos and what they show": (lambda: _gallery().exclude(before_alt="").exclude(after_alt=""), 12),
    "for those who see the case": (lambda: _gallery(for_all=False), 2),
    "used in more units": (lambda: _gallery(record__spread__answer="adopted"), 5),
    "gone quiet": (lambda: Heartbeat.objects.filter(pulse="quiet", unit__code="KFF-UNG"), 1),
    "nobody answers or opens": (lambda: Heartbeat.objects.filter(pulse__in=("unread", "unanswered")), 1),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_can_be_shown(situation: str):
    rows, least = SITUATIONS[situation]
    assert rows().count() >= least


def test_every_sort_of_means_is_lacking_somewhere():
    lacking = Improvement.objects.filter(state="lacking").values_list("means", flat=True)
    assert {one for means in lacking for one in means} == set(Means.values)


# Of the whole the trend differs with the day of the year, as chance has it; of these two it never does.
@pytest.mark.parametrize(("code", "expected"), [("BUF", Trend.FALLING), ("VOF-HT", Trend.RISING)])
def test_the_figures_say_where_it_falls_and_where_it_rises(code: str, expected: Trend):
    head = Person.objects.get(name="Karin Wallgren")
    part = Part(Unit.objects.get(code=code))
    seasons = tally.quarters(access_for(head), part, timezone.localdate())
    assert seasons.known
    assert trend(seasons.now, seasons.before) == expected


def test_some_are_late_and_most_are_not():
    today = timezone.localdate()
    answered = Improvement.objects.exclude(answered_at=None)
    late = answered.filter(answered_at__date__gt=F("promised_by")).count()
    assert 0.01 < late / answered.count() < 0.2
    assert 3 <= Improvement.objects.filter(state="received", due__lt=today).count() <= 20
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
    assert min(Record.objects.values_list("created_at", flat=True)) > now - timedelta(days=3 * 366)


def test_numbers_rise_with_time_and_have_no_gaps():
    for kind in ("improvement", "action"):
        rows = list(
            Record.objects.filter(kind=kind)
            .order_by("created_at", "reference")
            .values_list("reference", flat=True)
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
    asked = Q(kind__in=("answer_above", "applies", "lex_sarah", "lex_maria", "data_breach"))
    for record in Improvement.objects.open():
        assert record.tasks.open().exclude(asked).count() == 1
    for action in Action.objects.open():
        assert action.tasks.open().get().assignee == action.owner
    assert not Task.objects.open().filter(record__closed_at__isnull=False).exclude(kind="applies")


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
    first, second = earlier.scripts(NOW), earlier.scripts(NOW)
    assert first == second
    assert len({script.key for script in first}) == CASES


def test_most_of_the_years_before_are_written_and_all_of_the_newest_are_lived():
    scripts = earlier.scripts(NOW)
    assert sum(bool(script.like) for script in scripts) > 900
    assert not any(
        script.like and NOW - script.sent < timedelta(days=earlier.ENDED_FOR) for script in scripts
    )


@pytest.mark.parametrize(
    "moment", ["2026-01-01 00:05", "2026-07-19 23:50", "2027-02-28 12:00", "2028-02-29 06:00"]
)
def test_on_any_day_the_steps_are_in_order_and_none_lies_ahead(moment: str):
    now = datetime.fromisoformat(moment).replace(tzinfo=NOW.tzinfo)
    for script in earlier.scripts(now):
        done = list(steps(script, now))
        assert done[0].act == "send"
        assert [step.at for step in done] == sorted({step.at for step in done})
        assert done[-1].at < now


@pytest.mark.parametrize("moment", ["2026-11-17 09:30", "2026-11-29 04:30", "2027-02-28 12:00"])
def test_nobody_who_sees_a_large_part_reads_of_the_same_text_twice_running(moment: str):
    now = datetime.fromisoformat(moment).replace(tzinfo=NOW.tzinfo)
    done = [(carried_out(script, now), script) for script in earlier.scripts(now)]
    for part in ("", "BUF", "VOF", "KLK"):
        latest = sorted(
            (day, script.key, script.text["key"])
            for day, script in done
            if day and script.unit.startswith(part)
        )[-5:]
        assert all(before[2] != after[2] for before, after in pairwise(latest)), latest


def test_people_comment_in_working_hours():
    said = [timezone.localtime(comment.at) for comment in Comment.objects.all()]
    assert said and all(is_working_day(at.date()) and 7 <= at.hour < 18 for at in said)
