"""At once what is urgent, once a day the rest; nothing to who has read, done or may not see it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from qms.mail.models import Mail
from qms.organisation.access import SystemAccess
from qms.organisation.models import Person
from qms.records.mailing import digests, notifications_purge, urgent_mail, urgent_mails
from qms.records.models import Notification, Record, Reminder, Task, Visibility
from qms.records.services import comment_add, follow_set, move
from qms.records.services.notifications import notifications_seen
from qms.records.services.reminders import reminders_write
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import handled, plan

MORNING = datetime(2026, 11, 17, 8, tzinfo=ZoneInfo("Europe/Stockholm"))
SECRET = "Nurse Ratched hid the keys"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


def restricted(town: Town):
    record = improvement(town.north, town.employee, SECRET)
    record.visibility = Visibility.RESTRICTED
    record.save()
    return record


def whole(mail: Mail) -> str:
    return mail.subject + mail.text + mail.html


def test_what_is_newly_yours_comes_at_once_and_says_what_to_do(town: Town):
    record = improvement(town.north, town.employee, "More hooks in the hall")
    mail = urgent_mail(person_id=town.manager.pk)
    assert (mail.to, mail.subject) == ("manager@town.test", "Answer by 19 November: More hooks in the hall")
    assert f"http://localhost:8000/r/{record.reference}/" in mail.text
    assert "Newly yours: Answer" in mail.text
    assert f'href="http://localhost:8000/r/{record.reference}/"' in mail.html


def test_whoever_made_what_nobody_sent_in_reads_news_about_it(town: Town):
    case = handled(town, improvement(town.north, town.employee, "More hooks in the hall"))
    action = plan(town, case, town.employee, "Buy the hooks")
    urgent_mail(person_id=town.manager.pk)
    comment_add(record_id=action.pk, text="Which size?", access=town.access("employee"))
    digests()
    mail = Mail.objects.filter(person=town.manager).latest("pk")
    assert mail.subject == "News about Buy the hooks"


def test_the_author_reads_the_answer_and_its_reason_in_the_mail(town: Town):
    record = improvement(town.north, town.employee, "More hooks in the hall")
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="We move in May")
    mail = urgent_mail(person_id=town.employee.pk)
    assert mail.subject == "About what you sent in: More hooks in the hall"
    assert "Manager: Not now. The reason stands below." in mail.text
    assert "The reason stands below.\n  “We move in May”" in mail.text, "no colon after a full stop"
    assert "<blockquote>We move in May</blockquote>" in mail.html


def test_a_mail_about_several_things_says_first_what_waits(town: Town):
    one, two = improvement(town.north, town.employee), improvement(town.north, town.manager)
    move(record_id=two.pk, name="not_now", access=town.access("quality"), comment="Later")
    comment_add(record_id=one.pk, text="Hm", access=town.access("quality"))
    mail = urgent_mail(person_id=town.manager.pk)
    assert mail.subject == "1 new task, 1 piece of news"
    assert mail.text.index(one.title) < mail.text.index(two.title)


def test_several_things_go_in_one_mail(town: Town):
    for _ in range(3):
        improvement(town.north, town.employee)
    assert urgent_mail(person_id=town.manager.pk).subject == "3 new tasks"
    assert urgent_mail(person_id=town.manager.pk) is None


def test_what_follows_within_a_minute_is_gathered_and_sent_by_the_next_sweep(town: Town, clock):
    improvement(town.north, town.employee)
    assert urgent_mail(person_id=town.manager.pk)
    clock.shift(timedelta(seconds=20))
    improvement(town.north, town.employee)
    improvement(town.north, town.employee)
    assert urgent_mail(person_id=town.manager.pk) is None
    assert urgent_mails() == 0
    clock.shift(timedelta(seconds=41))
    assert urgent_mails() == 1
    assert Mail.objects.order_by("pk").last().subject == "2 new tasks"


def test_each_reads_the_mail_in_their_own_language(town: Town):
    Person.objects.filter(pk=town.manager.pk).update(language="sv")
    improvement(town.north, town.employee)
    assert '<html lang="sv">' in urgent_mail(person_id=town.manager.pk).html


def test_of_a_restricted_case_the_mail_says_the_reference_and_nothing_else(town: Town):
    record = restricted(town)
    comment_add(record_id=record.pk, text="Told the union", access=town.access("employee"))
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="Ratched confessed")
    for mail in (urgent_mail(person_id=town.employee.pk),):
        for told in ("Ratched", "union", "confessed", "Manager", "North"):
            assert told not in whole(mail)
        assert f"{record.reference}" in mail.subject
        assert "There is news. Open to read." in mail.text


def test_a_restricted_task_says_what_is_to_be_done_but_not_about_what(town: Town):
    record = restricted(town)
    mail = urgent_mail(person_id=town.manager.pk)
    assert mail.subject == f"Answer by 19 November: {record.reference}"
    assert "Ratched" not in whole(mail)
    assert "Employee" not in whole(mail)


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("en", "Something to do by 19 November", "It waits for you. Open to read."),
        ("sv", "Något att göra senast 19 november", "Det väntar på dig. Öppna och läs."),
        ("nb", "Noe å gjøre innen 19. november", "Det venter på deg. Åpne og les."),
    ],
)
def test_of_a_sealed_case_it_is_not_even_said_what_is_to_be_done(
    town: Town, language: str, subject: str, line: str
):
    record = restricted(town)
    Record.objects.filter(pk=record.pk).update(visibility=Visibility.SEALED)
    Person.objects.filter(pk=town.manager.pk).update(language=language)
    mail = urgent_mail(person_id=town.manager.pk)
    assert mail.subject == f"{subject}: {record.reference}" and line in mail.text
    assert not any(word in whole(mail) for word in ("Ratched", "Answer", "Svara", "North"))


def test_nothing_is_mailed_of_what_the_reader_no_longer_sees(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    record.visibility = Visibility.RESTRICTED
    record.save()
    digests()
    assert not Mail.objects.filter(person=town.reader).exists()
    assert Notification.objects.get(person=town.reader).mail_skipped == "hidden"


def test_nothing_is_mailed_of_what_has_been_read_or_done(town: Town):
    read, done = improvement(town.north, town.employee), improvement(town.north, town.employee)
    notifications_seen(record=read, access=town.access("manager"))
    move(record_id=done.pk, name="not_now", access=town.access("quality"), comment="Later")
    assert urgent_mail(person_id=town.manager.pk) is None
    skipped = {line.record_id: line.mail_skipped for line in Notification.objects.filter(event="task")}
    assert skipped == {read.pk: "read", done.pk: "done"}


def test_who_has_left_gets_no_mail(town: Town):
    improvement(town.north, town.employee)
    Person.objects.filter(pk=town.manager.pk).update(is_active=False)
    assert urgent_mail(person_id=town.manager.pk) is None
    assert Notification.objects.get().mail_skipped == "inactive"


def test_once_a_day_one_mail_with_all_that_is_new_record_by_record(town: Town):
    one, two = (improvement(town.north, town.employee, f"Case {n}") for n in (1, 2))
    for record in (one, two, one):
        comment_add(record_id=record.pk, text="Good", access=town.access("manager"))
    assert digests() == 1
    [mail] = Mail.objects.filter(purpose="digest")
    assert (mail.person, mail.subject) == (town.employee, "3 pieces of news")
    assert mail.text.count(one.get_absolute_url()) == 1


def test_never_two_daily_mails_on_one_day_also_when_the_job_runs_again(town: Town, clock):
    record = improvement(town.north, town.employee)
    comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    assert [digests(), digests()] == [1, 0]
    comment_add(record_id=record.pk, text="Two", access=town.access("manager"))
    assert digests() == 0
    clock.shift(timedelta(days=1))
    assert digests() == 1


def test_who_wants_no_daily_mail_gets_what_is_urgent_all_the_same(town: Town):
    Person.objects.update(mail_digest=False)
    record = improvement(town.north, town.employee)
    comment_add(record_id=record.pk, text="One", access=town.access("employee"))
    comment_add(record_id=record.pk, text="Two", access=town.access("manager"))
    assert digests() == 0
    assert Notification.objects.get(person=town.employee).mail_skipped == "off"
    assert urgent_mail(person_id=town.manager.pk)


def test_turning_the_daily_mail_on_again_brings_no_flood_of_old_news(town: Town):
    Person.objects.update(mail_digest=False)
    record = improvement(town.north, town.employee)
    comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    digests()
    Person.objects.update(mail_digest=True)
    assert digests() == 0


def test_no_news_no_mail(town: Town):
    assert digests() == urgent_mails() == 0
    assert not Mail.objects.exists()


def test_what_has_passed_its_date_comes_in_one_mail_to_each(town: Town, clock):
    for _ in range(3):
        improvement(town.north, town.employee)
    Task.objects.update(due=date(2026, 11, 17))
    urgent_mails()
    clock.shift(timedelta(days=1))
    reminders_write(access=SystemAccess("reminders"))
    assert urgent_mails() == 2
    subjects = Mail.objects.filter(created_at__date=date(2026, 11, 18)).values_list("to", "subject")
    assert dict(subjects) == {
        "manager@town.test": "3 tasks past their date",
        "care_head@town.test": "3 tasks past their date",
    }


def test_the_manager_above_reads_with_whom_it_waits(town: Town, clock):
    improvement(town.north, town.employee, "More hooks")
    Task.objects.update(due=date(2026, 11, 17))
    clock.shift(timedelta(days=1))
    reminders_write(access=SystemAccess("reminders"))
    mail = urgent_mail(person_id=town.care_head.pk)
    assert mail.subject == "Not done in time: More hooks"
    assert "Waits with Manager since 17 November: Answer" in mail.text


def test_a_long_list_is_cut_and_says_how_many_are_left_out(town: Town):
    for number in range(33):
        improvement(town.north, town.employee, f"Case {number}")
    mail = urgent_mail(person_id=town.manager.pk)
    assert mail.subject == "33 new tasks"
    assert "And 3 more." in mail.text
    assert mail.html.count("<li>") == 30


def test_html_in_what_people_write_is_shown_not_obeyed(town: Town):
    record = improvement(town.north, town.employee, "<b>Bold</b> & true")
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="<script>x</script>")
    mail = urgent_mail(person_id=town.employee.pk)
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert "<b>Bold</b> & true" in mail.text


def test_old_notifications_go_but_not_the_reminders_of_what_is_still_open(town: Town, clock):
    record = improvement(town.north, town.employee)
    Task.objects.update(due=date(2026, 11, 16))
    reminders_write(access=SystemAccess("reminders"))
    clock.shift(timedelta(days=366))
    assert Reminder.objects.count() == 2
    notifications_purge()
    assert Notification.objects.count() == Reminder.objects.count() == 2
    assert reminders_write(access=SystemAccess("reminders")) == 0
    move(record_id=record.pk, name="not_now", access=town.access("quality"), comment="Later")
    notifications_purge()
    assert not Reminder.objects.exists()


def test_one_letter_that_cannot_be_made_holds_up_nobody_elses(town: Town):
    record = improvement(town.north, town.employee)
    for who in ("handler", "manager"):
        follow_set(record_id=record.pk, access=town.access(who), on=True)
    comment_add(record_id=record.pk, text="More of it", access=town.access("quality"))
    Notification.objects.filter(person=town.handler).update(event="unheard_of")
    with pytest.raises(ExceptionGroup, match="1 mails could not be made"):
        digests()
    assert "manager@town.test" in set(Mail.objects.values_list("to", flat=True))
