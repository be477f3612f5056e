"""The start page: what waits for me, soonest first, and nothing that is not mine to see."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from qms.contributions import Card, cards
from qms.home import selectors
from qms.records.kinds import kinds
from qms.records.models import Task
from tests.conftest import Town
from tests.factories import improvement


@pytest.fixture
def late_and_early(town: Town) -> list[Task]:
    today = timezone.localdate()
    for days in (5, -3, 0):
        improvement(town.north, town.employee, f"Due in {days} days")
        Task.objects.filter(pk=Task.objects.latest("pk").pk).update(due=today + timedelta(days=days))
    return list(Task.objects.soonest_first())


def test_work_is_grouped_soonest_first_and_says_how_many_are_late(town: Town, late_and_early: list[Task]):
    found = selectors.work(town.access("manager"))
    assert [task for group in found.groups for task in group.tasks] == late_and_early
    assert str(found.groups[0].label) == "Overdue"
    assert (found.total, found.late, found.more) == (3, 1, False)


def test_work_that_does_not_fit_is_counted_all_the_same(town: Town, late_and_early: list[Task]):
    found = selectors.work(town.access("manager"), limit=1)
    assert (found.shown, found.total, found.late, found.more) == (1, 3, 1, True)


def test_a_manager_above_sees_the_team_only_when_asked(town: Town, late_and_early: list[Task]):
    access = town.access("care_head")
    assert selectors.work(access).total == 0
    assert selectors.work(access, team=True).total == 3
    assert selectors.work(town.access("outsider"), team=True).total == 0
    assert selectors.work(town.access("employee"), team=True).total == 0


def test_the_start_page_greets_and_says_what_waits(town: Town, late_and_early: list[Task], sign_in):
    page = sign_in(town.manager).get(reverse("home:start")).content.decode()
    assert "3 things wait for you. One has passed its date." in page
    assert "Due in -3 days" in page and "3 days late" in page


def test_someone_with_nothing_to_do_reads_so(town: Town, sign_in):
    page = sign_in(town.reader).get(reverse("home:start")).content.decode()
    assert "Nothing waits for you." in page


def test_a_card_that_fails_shows_unknown_and_the_page_stands(town: Town, sign_in, monkeypatch):
    def broken(access):
        raise ValueError("no figures today")

    card = Card("test.broken", "Broken figure", broken, lambda access: True, budget=0)
    monkeypatch.setitem(cards._offers, card.key, card)
    page = sign_in(town.quality).get(reverse("home:start")).content.decode()
    assert "Broken figure" in page and "Unknown" in page


def test_what_one_has_done_is_kept_for_a_month(town: Town, sign_in):
    from qms.records.services import move

    case = improvement(town.north, town.employee, "A lamp is broken")
    move(
        record_id=case.pk,
        name="just_do",
        access=town.access("manager"),
        comment="New lamp",
        data={"due": case.due},
    )
    page = sign_in(town.manager).get(reverse("home:done")).content.decode()
    assert "A lamp is broken" in page
    assert "A lamp is broken" not in sign_in(town.handler).get(reverse("home:done")).content.decode()


@pytest.mark.parametrize("n", ["-5", "1e9", "९", "99999999999999", "50"])
def test_a_strange_number_in_the_address_does_no_harm(town: Town, sign_in, n: str):
    assert sign_in(town.manager).get(reverse("home:work"), {"n": n}).status_code == 200


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_what_waits_is_said_with_one_colon_the_one_before_its_title(language: str):
    with translation.override(language):
        labels = [str(spec.label) for kind in kinds for spec in kind.task_specs]
    assert labels and [label for label in labels if ": " in label] == []
