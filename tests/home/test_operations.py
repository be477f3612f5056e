"""Jobs and mail: told truthfully, without a word of what the mails say."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from qms.contributions import cards
from qms.exceptions import NotYours
from qms.home.operations import mail_ledger, operations_card, reminder_ledger
from qms.home.services import mail_try_again
from qms.jobs.models import JobRun, Pulse
from qms.jobs.schedule import scheduled_jobs
from qms.jobs.services import job_run, pulse
from qms.mail.models import Mail
from qms.mail.sending import mail_send
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person
from qms.organisation.services import unit_head_set
from qms.records.mailing import digests, urgent_mails
from qms.records.models import Task, Visibility
from qms.records.services.reminders import reminders_write
from tests.conftest import Town
from tests.factories import improvement

NOON = datetime(2026, 11, 17, 12, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def beat() -> None:
    pulse(key=Pulse.SCHEDULER)
    pulse(key=Pulse.WORKER)


def run_all() -> None:
    for job in scheduled_jobs:
        job_run(key=job.key)


def page(sign_in, who: Person, name: str = "home:operations", query: str = "") -> str:
    return sign_in(who).get(reverse(name) + query).content.decode()


def give_up(mail: Mail, why: str = "550 No such user") -> None:
    Mail.objects.filter(pk=mail.pk).update(given_up_at=timezone.now(), last_error=why, attempts=1)


# --- Health ----------------------------------------------------------------------------------------


def test_when_all_runs_the_first_line_says_so(town: Town, sign_in):
    beat()
    run_all()
    text = page(sign_in, town.admin)
    assert "Everything runs." in text
    assert "Unknown" not in text


def test_a_scheduler_nobody_has_heard_of_makes_everything_unknown_since_when(town: Town, sign_in, clock):
    beat()
    run_all()
    clock.shift(timedelta(minutes=4))
    pulse(key=Pulse.WORKER)
    text = page(sign_in, town.admin)
    assert "The scheduler has not been heard from since today 12:00. No job is started." in text
    assert "As it should" not in text
    assert text.count("Unknown") >= len(scheduled_jobs)


def test_a_silent_worker_is_told_apart_from_a_silent_scheduler(town: Town, sign_in, clock):
    beat()
    clock.shift(timedelta(minutes=4))
    pulse(key=Pulse.SCHEDULER)
    text = page(sign_in, town.admin)
    assert "No worker has been heard from since today 12:00." in text
    assert "The scheduler has not" not in text


def test_before_the_first_heartbeat_the_page_says_that_none_was_heard_yet(town: Town, sign_in):
    assert "The scheduler has not been heard from yet." in page(sign_in, town.admin)


def test_a_failed_job_says_why_and_when_it_is_tried_again(town: Town, sign_in):
    beat()
    run_all()
    JobRun.objects.filter(job="mail.sweep").update(
        state="failed", summary="OSError: disk full", claimable_at=NOON + timedelta(minutes=1)
    )
    text = page(sign_in, town.admin)
    assert "1 job has failed." in text
    assert "OSError: disk full" in text


def test_a_broker_that_is_down_makes_the_queue_unknown(town: Town, sign_in, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    beat()
    text = page(sign_in, town.admin)
    assert "The broker does not answer." in text
    assert "Tries to sign in are counted by each web process alone meanwhile." in text


def test_the_card_is_for_those_who_look_after_the_system(town: Town):
    card = cards["home.operations"]
    assert card.visible(town.access("admin")) and card.visible(town.access("quality"))
    assert not card.visible(town.access("manager"))


def test_the_card_is_unknown_when_it_is_unknown_and_counts_when_it_is_not(town: Town, clock):
    access = town.access("admin")
    assert operations_card(access).value is None
    beat()
    run_all()
    found = operations_card(access)
    assert (found.value, found.of, found.tone) == (len(scheduled_jobs), len(scheduled_jobs), "")
    clock.shift(timedelta(minutes=4))
    assert operations_card(access).value is None


def test_the_card_says_that_a_mail_could_not_be_sent(town: Town):
    beat()
    run_all()
    improvement(town.north, town.employee)
    urgent_mails()
    give_up(Mail.objects.get())
    assert "1 e-mail could not be sent" in str(operations_card(town.access("admin")).note)


def test_what_waits_for_nobody_is_said_to_those_who_look_after_the_system(town: Town, sign_in):
    beat()
    run_all()
    improvement(town.kf, town.employee)  # nobody heads the town
    assert "1 task waits for nobody" in str(operations_card(town.access("quality")).note)
    assert "1 task waits for nobody: give its unit, or one above it, a head." in page(sign_in, town.admin)
    unit_head_set(unit_id=town.kf.pk, head_id=town.exec.pk, access=town.access("admin"))
    assert "waits for nobody" not in page(sign_in, town.admin)


def test_the_card_says_what_waits_and_since_when_and_an_old_one_is_trouble(town: Town, sign_in, clock):
    beat()
    run_all()
    improvement(town.north, town.employee)
    urgent_mails()
    access = town.access("admin")
    fresh = operations_card(access)
    assert (str(fresh.note), fresh.tone) == ("1 e-mail waits since today 12:00", "")
    assert "Everything runs." in page(sign_in, town.admin)
    clock.shift(timedelta(minutes=16))
    beat()
    run_all()
    Mail.objects.update(sent_at=None, next_try_at=timezone.now() + timedelta(hours=2))
    old = operations_card(access)
    assert (str(old.note), old.tone) == ("1 e-mail waits since today 12:00", "danger")
    text = page(sign_in, town.admin)
    assert "1 e-mail waits since today 12:00." in text
    assert "e-mails, the oldest since today 12:00" in text


def test_the_page_names_an_e_mail_that_was_given_up(town: Town, sign_in):
    beat()
    run_all()
    give_up(Mail.objects.create(to="a@town.test", subject="s", purpose="urgent"))
    text = page(sign_in, town.admin)
    assert "1 e-mail could not be sent." in text and "Everything runs." not in text


# --- The ledgers -----------------------------------------------------------------------------------


def test_mails_that_failed_stand_first_and_the_others_newest_first(town: Town, clock):
    mails = []
    for name in ("employee", "handler", "manager"):
        mails.append(Mail.objects.create(to=f"{name}@town.test", subject="s", purpose="urgent"))
        clock.shift(timedelta(minutes=1))
    give_up(mails[0])
    rows = mail_ledger(state="", text="", limit=10).rows
    assert [row.mail.to for row in rows] == ["employee@town.test", "manager@town.test", "handler@town.test"]


def test_the_mail_ledger_shows_no_subject_and_no_text(town: Town, sign_in):
    improvement(town.north, town.employee, "Nurse Ratched hid the keys")
    urgent_mails()
    text = page(sign_in, town.admin, "home:operations_mails")
    assert "manager@town.test" in text
    assert "Ratched" not in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"a", "b", "c"}),
        ("?state=failed", {"a"}),
        ("?state=waiting", {"b"}),
        ("?state=sent", {"c"}),
        ("?q=B%40town", {"b"}),
        ("?state=nonsense&n=x", {"a", "b", "c"}),
    ],
)
def test_mails_are_filtered_by_state_and_person(town: Town, sign_in, query: str, shown: set[str]):
    a, _b, c = (Mail.objects.create(to=f"{n}@town.test", subject="s", purpose="urgent") for n in "abc")
    give_up(a)
    mail_send(mail_id=c.pk)
    text = page(sign_in, town.admin, "home:operations_mails", query)
    assert {
        name for name in "abc" if f"<span>{name}@town.test" in text or f">{name}@town.test<" in text
    } == shown


def test_a_mail_that_could_not_be_sent_is_tried_again_at_todays_address(town: Town, sign_in):
    improvement(town.north, town.employee)
    urgent_mails()
    mail = Mail.objects.get()
    give_up(mail)
    Person.objects.filter(pk=town.manager.pk).update(email="new@town.test")
    answer = sign_in(town.admin).post(reverse("home:mail_retry", args=[mail.pk]), follow=True)
    assert "The e-mail to new@town.test is tried again." in answer.content.decode()
    assert mail_send(mail_id=mail.pk)


def test_a_mail_that_is_not_given_up_is_not_tried_again(town: Town, sign_in):
    improvement(town.north, town.employee)
    urgent_mails()
    answer = sign_in(town.admin).post(reverse("home:mail_retry", args=[Mail.objects.get().pk]))
    assert answer.status_code == 409


def test_nobody_else_tries_mails_again(town: Town):
    with pytest.raises(NotYours):
        mail_try_again(mail_id=1, access=town.access("manager"))


def reminded(town: Town):
    """A case past its date: the manager and the head above are reminded."""
    record = improvement(town.north, town.employee)
    Task.objects.update(due=date(2026, 11, 16))
    reminders_write(access=SystemAccess("reminders"))
    return record


def test_each_reminder_says_what_became_of_it(town: Town):
    reminded(town)
    Person.objects.filter(pk=town.care_head.pk).update(is_active=False)

    def words() -> dict[str, tuple[str, str]]:
        rows = reminder_ledger(state="", text="", limit=10, access=town.access("quality")).rows
        return {row.reminder.person.name: (str(row.word.label), row.why_not) for row in rows}

    assert words() == {"Manager": ("Waiting", ""), "Care Head": ("Waiting", "")}
    urgent_mails()
    mail = Mail.objects.get(person=town.manager)
    give_up(mail)
    assert words() == {
        "Manager": ("Could not be sent", "550 No such user"),
        "Care Head": ("Not sent", "Has left"),
    }
    Mail.objects.update(given_up_at=None, sent_at=NOON)
    assert words()["Manager"] == ("Sent", "")
    mail.delete()
    assert words()["Manager"] == ("No longer known", "")


@pytest.mark.parametrize(
    ("state", "count"), [("failed", 1), ("waiting", 0), ("sent", 0), ("skipped", 1), ("", 2)]
)
def test_reminders_are_filtered_by_what_became_of_them(town: Town, state: str, count: int):
    reminded(town)
    Person.objects.filter(pk=town.care_head.pk).update(is_active=False)
    urgent_mails()
    give_up(Mail.objects.get())
    found = reminder_ledger(state=state, text="", limit=10, access=town.access("quality")).rows
    assert len(found) == count


def test_a_case_one_does_not_see_is_not_named_in_the_ledger(town: Town, sign_in):
    record = reminded(town)
    record.visibility = Visibility.RESTRICTED
    record.save()
    assert record.reference not in page(sign_in, town.admin, "home:operations_reminders")
    assert record.reference in page(sign_in, town.quality, "home:operations_reminders")


def test_a_purged_mail_is_not_owed_again(town: Town):
    reminded(town)
    urgent_mails()
    Mail.objects.all().delete()
    assert urgent_mails() == digests() == 0
