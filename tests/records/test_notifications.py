"""Who is told what, in which words, and who sees it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from improvements.services import action_add
from qms.organisation.models import Deputy, Person
from qms.records.models import Notification, Record, Visibility
from qms.records.selectors.notifications import bell, newest_notices, told
from qms.records.services import comment_add, follow_set, move, note_add, task_hand_over
from qms.records.services.notifications import notifications_all_read
from tests.conftest import Town
from tests.factories import improvement


def words(town: Town, name: str) -> list[str]:
    """What stands in the person's list, newest first."""
    page = told(town.access(name), limit=50)
    return [line.said.text for day in page.days for line in day.lines]


def not_now(record, town: Town, comment: str = "We wait for the new entrance"):
    return move(record_id=record.pk, name="not_now", access=town.access("manager"), comment=comment)


@pytest.mark.django_db(transaction=False)
def test_a_new_case_is_told_to_the_one_who_must_answer(town: Town):
    improvement(town.north, town.employee)
    assert words(town, "manager") == ["Newly yours: Answer"]
    assert Notification.objects.get().urgent


def test_the_one_who_does_it_is_not_told(town: Town):
    improvement(town.north, town.manager)
    assert words(town, "manager") == []


def test_the_author_is_told_each_decision_in_plain_words_with_its_reason(town: Town):
    record = improvement(town.north, town.employee)
    not_now(record, town)
    [line] = told(town.access("employee"), limit=5).days[0].lines
    assert line.said.text == "Manager: Not now. The reason stands below."
    assert line.speech == "We wait for the new entrance"
    assert line.notification.urgent


@pytest.mark.parametrize("name", ["handle", "just_do", "send_on", "not_now", "done", "close", "reopen"])
def test_every_change_of_a_case_by_another_is_told_to_its_author(town: Town, name: str):
    from improvements.contributions import workflow

    assert workflow.IMPROVEMENT.transition(name).tells_author


def test_sentences_follow_the_readers_language_at_the_time_of_reading(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    comment_add(record_id=record.pk, text="Good", access=town.access("reader"))
    page = sign_in(town.employee).get(reverse("records:notifications")).content.decode()
    assert "Reader commented" in page


def test_followers_are_told_once_they_follow_and_not_after_they_stop(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    follow_set(record_id=record.pk, access=town.access("reader"), on=False)
    comment_add(record_id=record.pk, text="Two", access=town.access("manager"))
    assert words(town, "reader") == ["Manager commented"]


def test_whoever_is_responsible_is_told_what_is_said_without_following(town: Town):
    """They decide, and need not have commented, to hear what the sender answers."""
    record = improvement(town.north, town.employee)
    assert not record.follows.filter(person=record.owner).exists()
    comment_add(record_id=record.pk, text="Every Tuesday", access=town.access("employee"))
    assert words(town, "manager")[0] == "Employee commented"
    comment_add(record_id=record.pk, text="I see", access=town.access("manager"))
    assert Notification.objects.filter(person=town.manager, event="commented").count() == 1


def test_whoever_is_responsible_is_told_that_it_has_ended_by_another(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    form = sign_in(town.employee).get(reverse("records:move", args=[record.reference, "withdraw"]))
    assert "Manager, who is responsible, is told." in form.content.decode()
    move(record_id=record.pk, name="withdraw", access=town.access("employee"))
    assert Notification.objects.filter(person=town.manager, decision__name="withdraw").exists()


def test_what_is_said_among_those_who_handle_it_is_told_to_nobody_else(town: Town):
    record = improvement(town.north, town.employee)
    for name in ("reader", "handler"):
        follow_set(record_id=record.pk, access=town.access(name), on=True)
    note_add(record_id=record.pk, text="Between us", access=town.access("manager"))
    assert words(town, "handler") == ["Manager commented"]
    assert words(town, "reader") == words(town, "employee") == []


def test_an_internal_comment_loses_its_words_when_its_reader_no_longer_handles_the_case(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("handler"), on=True)
    note_add(record_id=record.pk, text="Between us", access=town.access("manager"))
    [line] = told(town.access("handler"), limit=5).days[0].lines
    assert line.speech == "Between us"
    town.handler.unitusergrant_set.all().delete()
    [line] = told(town.access("handler"), limit=5).days[0].lines
    assert line.speech == ""


def test_what_one_no_longer_sees_is_not_shown_and_not_counted(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    assert bell(town.access("reader")).count == 1
    record.visibility = Visibility.RESTRICTED
    record.save()
    assert bell(town.access("reader")).count == 0
    assert words(town, "reader") == []


def test_an_opened_bell_shows_what_one_still_sees_and_by_itself_leads_to_the_list(town: Town, sign_in):
    seen, hidden = improvement(town.north, town.employee), improvement(town.north, town.employee)
    for record in (seen, hidden):
        follow_set(record_id=record.pk, access=town.access("reader"), on=True)
        comment_add(record_id=record.pk, text="One", access=town.access("manager"))
    Record.objects.filter(pk=seen.pk).update(title="Seen by all")
    Record.objects.filter(pk=hidden.pk).update(title="Seen by few", visibility=Visibility.RESTRICTED)
    client = sign_in(town.reader)
    address = reverse("records:notices")
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Seen by all" in part
    assert "Seen by few" not in part
    assert "<html" not in part
    assert client.get(address).url == reverse("records:notifications")
    notifications_all_read(newest=Notification.objects.latest("pk").pk, access=town.access("reader"))
    assert "Nothing new" in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_handed_over_task_is_told_to_its_new_assignee(town: Town):
    record = improvement(town.north, town.employee)
    task_hand_over(task_id=record.tasks.get().pk, to=town.handler, access=town.access("manager"))
    assert words(town, "handler") == ["Newly yours: Answer"]


def test_someone_who_stands_in_is_told_too_and_gets_the_mail(town: Town):
    today = timezone.localdate()
    Deputy.objects.create(person=town.manager, deputy=town.handler, starts=today, ends=today)
    improvement(town.north, town.employee)
    assert words(town, "handler") == words(town, "manager") == ["Newly yours: Answer"]
    skipped = dict(Notification.objects.values_list("person__name", "mail_skipped"))
    assert skipped == {"Manager": "away", "Handler": ""}


def test_a_deputy_who_has_left_does_not_get_the_mail(town: Town):
    today = timezone.localdate()
    Deputy.objects.create(person=town.manager, deputy=town.handler, starts=today, ends=today)
    Person.objects.filter(pk=town.handler.pk).update(is_active=False)
    improvement(town.north, town.employee)
    assert Notification.objects.get().mail_skipped == ""


def test_the_bell_counts_to_nine_and_then_says_more(town: Town):
    for _ in range(12):
        improvement(town.north, town.employee)
    assert bell(town.access("manager")).badge == "9+"
    newest = newest_notices(town.access("manager"))
    assert len(newest) == 5
    assert newest[0].detail == "Newly yours: Answer"


@pytest.mark.parametrize("there", [0, 1, 3])
def test_the_bell_costs_one_query_when_there_is_nothing_and_else_two(
    town: Town, django_assert_num_queries, there: int
):
    for _ in range(there):
        improvement(town.north, town.employee)
    access = town.access("manager")
    assert access.grants
    with django_assert_num_queries(2 if there else 1):
        bell(access)


# --- The page ------------------------------------------------------------------------------------


def test_opening_one_leads_to_the_record_and_all_about_it_is_read(town: Town, sign_in):
    record, other = improvement(town.north, town.employee), improvement(town.north, town.employee)
    comment_add(record_id=record.pk, text="More", access=town.access("employee"))
    of_task, of_words = Notification.objects.filter(record=record, person=town.manager).order_by("pk")
    browser = sign_in(town.manager)
    answer = browser.get(reverse("records:notification_open", args=[of_task.pk]))
    assert answer["Location"] == record.get_absolute_url()
    answer = browser.get(reverse("records:notification_open", args=[of_words.pk]))
    assert answer["Location"] == f"{record.get_absolute_url()}#events", "to what was said"
    unread = Notification.objects.filter(person=town.manager).unread()
    assert [line.record_id for line in unread] == [other.pk]


def test_visiting_the_record_by_any_way_reads_what_was_told_about_it(town: Town, sign_in):
    record = improvement(town.north, town.employee)
    sign_in(town.manager).get(record.get_absolute_url())
    assert not Notification.objects.unread().exists()


def test_another_persons_notification_does_not_exist(town: Town, sign_in):
    improvement(town.north, town.employee)
    address = reverse("records:notification_open", args=[Notification.objects.get().pk])
    assert sign_in(town.handler).get(address).status_code == 404
    assert Notification.objects.unread().count() == 1


def test_what_an_open_page_asks_for_again_by_itself_reads_nothing(town: Town, sign_in):
    case = improvement(town.north, town.employee)
    not_now(case, town)
    browser = sign_in(town.employee)
    unread = Notification.objects.filter(person=town.employee, read_at__isnull=True)
    browser.get(case.get_absolute_url(), headers={"HX-Request": "true"})
    assert unread.exists()
    browser.get(case.get_absolute_url(), headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert not unread.exists()


def test_all_are_marked_as_read_but_not_what_came_after_the_page_was_shown(town: Town, sign_in):
    improvement(town.north, town.employee)
    browser = sign_in(town.manager)
    page = browser.get(reverse("records:notifications"))
    newest = page.context["told"].newest
    improvement(town.north, town.employee)
    browser.post(reverse("records:notifications_read"), {"newest": newest})
    assert Notification.objects.unread().count() == 1


def test_marking_all_is_mine_alone(town: Town, sign_in):
    improvement(town.north, town.employee)
    sign_in(town.handler).post(reverse("records:notifications_read"), {"newest": 10**17})
    assert Notification.objects.unread().count() == 1


@pytest.mark.parametrize("newest", ["", "abc", "-1", "9" * 40, "²"])
def test_a_bad_number_marks_nothing(town: Town, sign_in, newest: str):
    improvement(town.north, town.employee)
    assert (
        sign_in(town.manager).post(reverse("records:notifications_read"), {"newest": newest}).status_code
        == 302
    )
    assert Notification.objects.unread().count() == 1


def test_days_are_said_in_words(town: Town, sign_in):
    with time_machine.travel("2026-11-16 09:00+01:00", tick=False):
        improvement(town.north, town.employee)
    with time_machine.travel("2026-11-17 08:00+01:00", tick=False):
        improvement(town.north, town.employee)
        page = sign_in(town.manager).get(reverse("records:notifications")).content.decode()
    assert page.index("Today") < page.index("Yesterday")


def test_the_list_shows_more_on_request(town: Town, sign_in):
    Notification.objects.bulk_create(
        Notification(person=town.employee, record=improvement(town.north, town.employee), event="changed")
        for _ in range(2)
    )
    rows = list(Notification.objects.filter(person=town.employee))
    Notification.objects.bulk_create(
        Notification(
            person=town.employee,
            record=rows[0].record,
            event="changed",
            at=timezone.now() - timedelta(hours=n),
        )
        for n in range(58)
    )
    browser = sign_in(town.employee)
    page = browser.get(reverse("records:notifications"))
    assert page.context["told"].shown == 50
    assert browser.get(reverse("records:notifications") + "?n=100").context["told"].shown == 60


def test_an_empty_list_says_what_will_stand_there(town: Town, sign_in):
    assert "Here you see" in sign_in(town.employee).get(reverse("records:notifications")).content.decode()


def test_added_files_are_told_by_name(town: Town):
    record = improvement(town.north, town.employee)
    Notification.objects.create(
        person=town.employee,
        record=record,
        event="changed",
        actor_name="Manager",
        data={"files": ["a.pdf", "b.png"]},
    )
    assert words(town, "employee") == ["Manager added a.pdf, b.png"]


def test_an_action_is_told_to_its_doer_without_any_other_right(town: Town):
    record = improvement(town.north, town.employee)
    move(record_id=record.pk, name="handle", access=town.access("manager"), data={"due": record.due})
    action_add(
        source_id=record.pk,
        title="Hang it up",
        owner=town.outsider,
        due=record.due,
        access=town.access("manager"),
    )
    assert words(town, "outsider") == ["Newly yours: Do"]
