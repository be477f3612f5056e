"""The improvement board: what hangs where, what may be done with it, on the wall and in the meeting."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.models import Improvement
from improvements.selectors.board import MOST, Board
from qms.organisation.models import Person
from qms.organisation.services import unit_merge
from qms.records.models import Record
from qms.records.selectors.acts import offered
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, soon

SignIn = Callable[[Person], Client]


def hung(town: Town, who: str = "manager", **kwargs: bool) -> dict[str, list[str]]:
    """The titles in each lane of North's board."""
    board = Board(town.north, town.access(who), **kwargs)
    return {lane.state.key: [ticket.record.title for ticket in lane.tickets] for lane in board.lanes}


def case(town: Town, text: str) -> Improvement:
    """A case newly sent to North by the employee."""
    return improvement(town.north, town.employee, text)


def test_a_case_hangs_in_the_lane_of_its_state(town: Town):
    case(town, "New lamp")
    decide(town, case(town, "New bench"), "just_do", due=soon())
    done = decide(town, case(town, "New door"), "just_do", due=soon())
    decide(town, done, "done")
    assert hung(town) == {
        "received": ["New lamp"],
        "doing": ["New bench"],
        "testing": [],
        "done": ["New door"],
    }


def test_what_was_closed_this_month_hangs_under_done_and_what_was_refused_hangs_nowhere(town: Town):
    closed = decide(town, case(town, "New door"), "just_do", due=soon())
    decide(town, closed, "done")
    decide(town, closed, "close")
    decide(town, case(town, "A pool"), "not_now")
    assert hung(town)["done"] == ["New door"]
    month_ago = timezone.localtime().replace(day=1) - timedelta(days=1)
    Record.objects.filter(pk=closed.pk).update(state_since=month_ago)
    assert hung(town) == {"received": [], "doing": [], "testing": [], "done": []}


def test_the_board_of_a_department_holds_what_lies_below_it(town: Town):
    case(town, "New lamp")
    improvement(town.south, town.south_head, "New roof")
    lanes = Board(town.care, town.access("care_head")).lanes
    assert {ticket.record.title for ticket in lanes[0].tickets} == {"New lamp", "New roof"}


def test_the_soonest_stands_first_and_a_full_lane_leads_to_the_list(town: Town, sign_in: SignIn):
    for number in range(MOST + 1):
        case(town, f"Number {number}")
    lane = Board(town.north, town.access("manager")).lanes[0]
    assert (len(lane.tickets), lane.count) == (MOST, "20+")
    listed = sign_in(town.manager).get(lane.url).content.decode()
    assert listed.count('class="cell-title"') == MOST + 1


def test_a_ticket_offers_what_its_reader_may_do_and_nothing_else(town: Town):
    case(town, "New lamp")

    def steps(who: str) -> dict[str, str]:
        ticket = Board(town.north, town.access(who)).lanes[0].tickets[0]
        return {step.transition.name: step.lane for step in ticket.steps}

    elsewhere = dict.fromkeys(("send_on", "not_now", "same_as", "lack_means", "pause"), "")
    assert steps("manager") == {"just_do": "doing", "handle": "doing", **elsewhere}
    assert steps("employee") == {"withdraw": ""}
    assert steps("reader") == {}


def test_a_ticket_offers_the_steps_that_its_page_does(town: Town):
    paused, going, full, quick = (case(town, f"Lamp {number}") for number in range(4))
    decide(town, paused, "pause", until=soon(9))
    decide(town, full, "handle", due=soon(9))
    decide(town, quick, "just_do", due=soon(9))
    board = Board(town.north, town.access("manager"))
    shown = {t.record.pk: {s.transition.name for s in t.steps} for lane in board.lanes for t in lane.tickets}
    for one in (paused, going, full, quick):
        record = Improvement.objects.select_related("unit", "owner", "created_by").get(pk=one.pk)
        may = {step.name for step in offered(record) if town.access("manager").can(step.action, record)}
        assert shown[one.pk] == may
    assert "resume" in shown[paused.pk] and "pause" not in shown[paused.pk]
    assert "resume" not in shown[going.pk]
    assert "done" in shown[quick.pk] and "done" not in shown[full.pk]


def test_a_restricted_case_hangs_on_no_wall_and_only_on_the_boards_of_those_who_see_it(town: Town):
    case(town, "New lamp")
    hidden = case(town, "Who drinks")
    Record.objects.filter(pk=hidden.pk).update(visibility="restricted", confidential_reason="OSL 26:1")
    assert hung(town)["received"] == ["New lamp", "Who drinks"]
    assert hung(town, "reader")["received"] == ["New lamp"]
    assert hung(town, wall=True)["received"] == ["New lamp"]
    assert "1 in progress." in Board(town.north, town.access("manager"), wall=True).summary


def test_the_first_line_says_how_it_goes(town: Town):
    assert "Nothing done yet in" in Board(town.north, town.access("manager")).summary
    case(town, "New lamp")
    done = decide(town, case(town, "New door"), "just_do", due=soon())
    Record.objects.filter(pk=done.pk).update(created_at=timezone.now() - timedelta(days=12))
    decide(town, done, "done")
    summary = Board(town.north, town.access("manager")).summary
    assert summary.startswith("1 in progress. 1 done in ")
    assert summary.endswith("on average 12 days from idea to done.")


def test_what_people_wrote_hangs_there_as_words(town: Town, sign_in: SignIn):
    Person.objects.filter(pk=town.manager.pk).update(name='<i>"Eva"</i>')
    case(town, '<img src="x"> & more')
    for name in ("board", "board_wall"):
        page = sign_in(town.handler).get(reverse(f"improvements:{name}", query={"unit": town.north.pk}))
        shown = page.content.decode()
        assert "&lt;img src=&quot;x&quot;&gt; &amp; more</a>" in shown
        assert "&lt;i&gt;&quot;Eva&quot;&lt;/i&gt;</span>" in shown and "<img src" not in shown


def test_how_cards_are_moved_is_told_only_to_who_can_move_one(town: Town, sign_in: SignIn):
    board, told = reverse("improvements:board", query={"unit": town.north.pk}), "The three dots on a card"
    assert told not in sign_in(town.manager).get(board).content.decode()
    case(town, "New lamp")
    assert told in sign_in(town.manager).get(board).content.decode()
    assert told not in sign_in(town.reader).get(board).content.decode()


def test_the_board_costs_the_same_for_few_and_for_many(town: Town, django_assert_num_queries):
    def read() -> None:
        access = town.access("manager")
        with django_assert_num_queries(4):
            board = Board(town.north, access)
            assert board.summary
            assert board.lanes

    case(town, "One")
    read()
    for number in range(8):
        case(town, f"Number {number}")
    read()


def test_a_step_taken_from_the_board_leads_back_to_it(town: Town, sign_in: SignIn):
    record = case(town, "New lamp")
    manager = sign_in(town.manager)
    board = reverse("improvements:board", query={"unit": town.north.pk})
    page = manager.get(board).content.decode()
    address = reverse("records:move", args=[record.reference, "just_do"], query={"back": board})
    assert f'href="{address}"' in page
    assert f'action="{address}"' in manager.get(address).content.decode()
    answer = manager.post(address, {"comment": "We buy one", "due": soon().isoformat()})
    assert (answer.status_code, answer["Location"]) == (302, board)


def test_nobody_is_led_to_a_foreign_page(town: Town, sign_in: SignIn):
    record = case(town, "New lamp")
    query = {"back": "https://elsewhere.example/"}
    address = reverse("records:move", args=[record.reference, "just_do"], query=query)
    answer = sign_in(town.manager).post(address, {"comment": "We buy one", "due": soon().isoformat()})
    assert answer["Location"] == record.get_absolute_url()


def test_an_unknown_unit_is_said_beside_the_field_and_ones_own_board_stands(town: Town, sign_in: SignIn):
    case(town, "New lamp")
    page = sign_in(town.manager).get(reverse("improvements:board", query={"unit": "Atlantis"}))
    assert "No unit fits" in page.content.decode()
    assert "New lamp" in page.content.decode()
    assert sign_in(town.manager).get(reverse("improvements:board", query={"unit": 99999})).status_code == 404


def test_a_meeting_walks_what_is_being_done_and_then_what_is_new(town: Town, sign_in: SignIn):
    case(town, "New lamp")
    decide(town, case(town, "New bench"), "just_do", due=soon())
    manager = sign_in(town.manager)
    first = manager.get(reverse("improvements:board_meeting", query={"unit": town.north.pk}))
    assert "New bench" in first.content.decode()
    assert "1 of 2" in first.content.decode()
    second = manager.get(first.context["after"])
    assert "New lamp" in second.content.decode()
    assert "That was all" in manager.get(second.context["after"]).content.decode()


def test_the_walk_goes_on_from_its_place_when_a_ticket_has_left_the_board(town: Town, sign_in: SignIn):
    cases = [case(town, text) for text in ("First", "Second", "Third")]
    manager = sign_in(town.manager)
    first = manager.get(reverse("improvements:board_meeting", query={"unit": town.north.pk}))
    decide(town, cases[0], "not_now")
    assert "Second" in manager.get(first.context["standing"]).content.decode()


def test_a_meeting_without_anything_says_what_to_do(town: Town, sign_in: SignIn):
    page = sign_in(town.manager).get(reverse("improvements:board_meeting"))
    assert "Ask what could be better!" in page.content.decode()


@pytest.mark.parametrize("page", ["board", "board_wall", "board_meeting", "figures"])
def test_the_page_of_a_unit_that_has_closed_says_where_it_went_on(town: Town, sign_in: SignIn, page: str):
    browser, address = sign_in(town.care_head), reverse(f"improvements:{page}")
    assert "has closed" not in browser.get(address, {"unit": town.north.pk}).content.decode()
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"))
    shown = browser.get(address, {"unit": town.north.pk}).content.decode()
    assert "North has closed. What was open there belongs to South." in shown
    assert f'href="?unit={town.south.pk}"' in shown
