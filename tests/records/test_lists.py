"""The one list: what the address asks for is what is shown, and nothing else."""

from datetime import date

import pytest
from django.http import QueryDict

from qms.records import lists
from qms.records.lists import RecordFilter, parse


@pytest.mark.parametrize(
    "address",
    [
        "",
        "q=nyckel&unit=3&owner=me&state=done&category=deviation&due=week&from=2026-01-02&to=2026-02-03&sort=newest&n=75",
        "state=all&author=me",
        "waiting=me&owner=17",
    ],
)
def test_a_filter_survives_the_way_through_the_address(address: str):
    found = parse(QueryDict(address), "improvement")
    assert found.ignored == ()
    assert parse(QueryDict(found.filter.query()), "improvement") == found


def test_a_plain_address_shows_what_is_open_soonest_first():
    chosen = parse(QueryDict(""), "improvement").filter
    assert (chosen.state, chosen.order, chosen.shown) == (lists.OPEN, lists.SOONEST, 25)
    assert chosen.query() == ""


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("unit=north", ("unit",)),
        ("unit=-1&owner=%00", ("unit", "owner")),
        ("unit=99999999999999999999999", ("unit",)),
        ("unit=²", ("unit",)),
        ("state=%27%3B+drop+table+records_record", ("state",)),
        ("due=yesterday&sort=title&category=x", ("category", "due", "sort")),
        ("from=2026-02-30&to=2026-13-01", ("from", "to")),
        ("n=many", ("n",)),
        ("author=7&waiting=him", ("author", "waiting")),
        ("q=" + "x" * 10_000, ("q",)),
    ],
)
def test_what_makes_no_sense_is_left_out_and_named(address: str, names: tuple[str, ...]):
    assert parse(QueryDict(address), "improvement").ignored == names


def test_the_text_of_a_filter_has_no_nul_and_an_end():
    chosen = parse(QueryDict("q=%00ny%00ckel" + "å" * 10_000), "improvement").filter
    assert "\x00" not in chosen.text
    assert len(chosen.text) <= 200


def test_more_rows_than_a_page_carries_are_not_given():
    assert parse(QueryDict("n=100000")).filter.shown == lists.MOST


def test_another_kind_takes_its_own_states_and_categories_along():
    chosen = RecordFilter(kind="improvement", category="deviation", state="doing").changed(kind="action")
    assert (chosen.category, chosen.state) == ("", lists.OPEN)


def test_a_last_day_is_included():
    chosen = RecordFilter(until=date(2026, 11, 17))
    assert "2026, 11, 18, 0, 0" in str(chosen._dates(date(2026, 11, 20)))


@pytest.mark.parametrize("address", ["to=9999-12-31", "from=0001-01-01", "to=2026-02-30"])
def test_a_day_with_which_nothing_can_be_counted_is_left_out_and_named(address: str):
    found = parse(QueryDict(address))
    assert found.ignored == (address.partition("=")[0],)
    assert found.filter == RecordFilter()
