"""The pages of the list, as each of the cast sees them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvements.models import Improvement
from qms.organisation.models import Person, Unit
from qms.organisation.services import unit_close, unit_merge
from qms.records.list_words import COUNTED
from qms.records.lists import MOST
from qms.records.models import Record, Visibility
from qms.records.services import move, record_save
from tests.conftest import Town
from tests.factories import improvement

SignIn = Callable[[Person], Client]
HOSTILE = [
    "%27%3B+DROP+TABLE+records_record%3B+--",
    "%22%29+OR+1%3D1+--",
    "%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
    "%3A%2A+%26+%21+%28",
    "%5C%5C%27%27%3A%2A",
    "%F0%9F%A7%AF%F0%9F%91%A9%E2%80%8D%F0%9F%9A%92",
    "%E2%80%AEnaitl",
    "a%00b",
    "%C3%28",
    "%25_%25",
    "x" * 10_000,
    "-",
    "%22",
    "or+or+or",
]


def titles(client: Client, query: str = "", address: str = "/records/") -> list[str]:
    """What the list shows, in its order."""
    return [record.title for record in client.get(f"{address}?{query}").context["list"].rows]


def secret(unit: Unit, by: Person, town: Town, text: str = "Zweihander") -> Improvement:
    """A case for those who handle it only."""
    case = improvement(unit, by, text)
    case.visibility = Visibility.RESTRICTED
    return record_save(record=case, access=town.access("quality"))


@pytest.fixture
def cases(town: Town) -> dict[str, Record]:
    """One case for each of three units, called as the unit, and a restricted one in North."""
    return {
        "North": improvement(town.north, town.employee, "North"),
        "South": improvement(town.south, town.south_head, "South"),
        "School": improvement(town.school, town.south_head, "School"),
        "Zweihander": secret(town.north, town.manager, town),
    }


def test_each_sees_their_own_part(town: Town, cases: dict[str, Record], sign_in: SignIn):
    people = ("quality", "reader", "outsider", "employee", "handler", "admin")
    assert {who: set(titles(sign_in(getattr(town, who)))) for who in people} == {
        "quality": {"North", "South", "School", "Zweihander"},
        "reader": {"North", "South", "School"},
        "outsider": {"School"},
        "employee": {"North", "South"},
        "handler": {"North", "South", "Zweihander"},
        "admin": {"School"},
    }


def test_what_one_does_not_see_is_not_counted_either(town: Town, cases: dict[str, Record], sign_in: SignIn):
    page = sign_in(town.outsider).get("/records/?state=all").context["list"]
    assert (page.found, page.total) == (1, 1)


def test_a_unit_is_meant_with_everything_below(town: Town, cases: dict[str, Record], sign_in: SignIn):
    client = sign_in(town.quality)
    assert set(titles(client, f"unit={town.care.pk}")) == {"North", "South", "Zweihander"}
    assert titles(client, f"unit={town.school.pk}") == ["School"]


def test_a_closed_unit_below_still_counts(town: Town, cases: dict[str, Record], sign_in: SignIn):
    Unit.objects.filter(pk=town.south.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    client = sign_in(town.quality)
    assert "South" in titles(client, f"unit={town.care.pk}")
    page = client.get("/records/").context["list"]
    assert "South" not in [unit.name for unit in page.units_to_choose]


def test_a_list_of_a_unit_that_has_closed_says_where_it_went_on(town: Town, sign_in: SignIn):
    improvement(town.north, town.employee, "The lamp")
    admin, browser = town.access("admin"), sign_in(town.care_head)
    assert "has closed" not in browser.get("/records/", {"unit": town.north.pk}).content.decode()
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=admin)
    answer = browser.get("/records/", {"unit": town.north.pk})
    assert "North has closed. What was open there belongs to South." in answer.content.decode()
    assert "North" in [unit.name for unit in answer.context["list"].units_to_choose]
    url = answer.context["list"].goes_on_url
    assert titles(browser, url.lstrip("?")) == ["The lamp"]
    unit_close(unit_id=town.south.pk, access=admin)
    page = browser.get("/records/", {"unit": town.north.pk}).content.decode()
    assert "North has closed. What was open there belongs to Care." in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", {"North", "South", "School", "Zweihander"}),
        ("state=ended", {"Done"}),
        ("state=all", {"North", "South", "School", "Zweihander", "Done"}),
        ("kind=improvement&state=doing", set()),
        ("kind=improvement&state=not_now", {"Done"}),
        ("kind=improvement&category=proposal&state=all", {"North", "South", "School", "Zweihander", "Done"}),
        ("kind=improvement&category=praise&state=all", set()),
        ("kind=action&state=all", set()),
        ("q=school", {"School"}),
        ("author=me&state=all", {"Done"}),
        ("owner=me&state=all", set()),
        ("owner=none", set()),
        ("name=Manager", {"North", "Zweihander"}),
        ("name=manager@town.test", {"North", "Zweihander"}),
        ("due=overdue", {"School"}),
        ("due=today", {"South"}),
        ("due=month", {"North", "South", "Zweihander"}),
        ("due=none&state=ended", {"Done"}),
        ("to=2020-01-01&state=all", set()),
    ],
)
def test_each_filter_lets_through_what_it_says(
    town: Town, cases: dict[str, Record], sign_in: SignIn, query: str, found: set[str]
):
    done = improvement(town.school, town.quality, "Done")
    move(record_id=done.pk, name="not_now", access=town.access("quality"), comment="No")
    today = timezone.localdate()
    for name, due in (("School", today - timedelta(days=1)), ("South", today)):
        cases[name].due = due
        record_save(record=cases[name], access=town.access("quality"))
    assert set(titles(sign_in(town.quality), query)) == found


def test_what_waits_for_me_is_what_i_have_a_task_in(town: Town, cases: dict[str, Record], sign_in: SignIn):
    assert set(titles(sign_in(town.manager), "waiting=me")) == {"North", "Zweihander"}
    assert titles(sign_in(town.south_head), "waiting=me") == ["South"]


def test_the_days_from_and_to_are_included(town: Town, cases: dict[str, Record], sign_in: SignIn):
    today = timezone.localdate().isoformat()
    assert len(titles(sign_in(town.quality), f"from={today}&to={today}")) == 4


def test_each_order_sorts_as_it_says(town: Town, cases: dict[str, Record], sign_in: SignIn):
    today = timezone.localdate()
    for days, name in enumerate(("School", "Zweihander", "North", "South")):
        cases[name].due = today + timedelta(days=days)
        record_save(record=cases[name], access=town.access("quality"))
    client = sign_in(town.quality)
    assert titles(client) == ["School", "Zweihander", "North", "South"]
    assert titles(client, "sort=newest") == ["Zweihander", "School", "South", "North"]
    assert titles(client, "sort=changed") == ["South", "North", "Zweihander", "School"]
    assert 'aria-sort="ascending"' in client.get("/records/").content.decode()


def test_an_apps_list_holds_its_own_kind_only(town: Town, cases: dict[str, Record], sign_in: SignIn):
    client = sign_in(town.quality)
    assert len(titles(client, address="/improvements/")) == 4
    assert titles(client, "kind=improvement&state=all", address="/improvements/actions/") == []


@pytest.mark.parametrize("value", HOSTILE)
def test_no_address_breaks_the_list(town: Town, cases: dict[str, Record], sign_in: SignIn, value: str):
    client = sign_in(town.quality)
    names = ("q", "unit", "owner", "name", "author", "waiting", "state", "category", "kind", "due")
    query = "&".join(f"{name}={value}" for name in (*names, "from", "to", "sort", "n"))
    answer = client.get(f"/records/?{query}")
    assert answer.status_code == 200
    assert "not understood" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert client.get(f"/records/?q={value}").status_code == 200
    assert Record.objects.count() == 4


def test_a_unit_and_a_person_that_are_not_there_are_left_out(
    town: Town, cases: dict[str, Record], sign_in: SignIn
):
    answer = sign_in(town.quality).get("/records/?unit=999999&owner=999999")
    assert "is left out: unit, responsible." in answer.content.decode()
    assert len(answer.context["list"].rows) == 4


def test_a_name_that_several_have_is_left_out(town: Town, cases: dict[str, Record], sign_in: SignIn):
    Person.objects.filter(pk=town.handler.pk).update(name="Manager")
    answer = sign_in(town.quality).get("/records/?name=Manager")
    assert "is left out: responsible." in answer.content.decode()


def test_a_chip_takes_its_filter_away(town: Town, cases: dict[str, Record], sign_in: SignIn):
    page = sign_in(town.quality).get(f"/records/?unit={town.care.pk}&q=north&due=month").context["list"]
    chips = {chip.label: chip.url for chip in page.chips}
    assert chips["Care and below"] == "?q=north&due=month"
    assert chips["“north”"] == f"?unit={town.care.pk}&due=month"
    assert page.clear_url == "?"


def test_more_shows_more_and_ends(town: Town, sign_in: SignIn):
    for number in range(30):
        improvement(town.north, town.employee, f"Lamp {number}")
    client = sign_in(town.manager)
    first = client.get("/records/").context["list"]
    assert (len(first.rows), first.more_url) == (25, "?n=50")
    second = client.get("/records/?n=50").context["list"]
    assert (len(second.rows), second.more_url, second.first_new) == (30, "", 26)


def test_past_the_most_of_a_page_a_sentence_says_what_to_do(town: Town, sign_in: SignIn):
    case = improvement(town.north, town.employee)
    rows = [
        Record(kind=case.kind, reference=f"X-{number}", title="Lamp", unit=town.north, state=case.state)
        for number in range(COUNTED + 5)
    ]
    Record.objects.bulk_create(rows)
    answer = sign_in(town.manager).get(f"/records/?n={MOST + 25}")
    page = answer.context["list"]
    assert (len(page.rows), page.more_url, page.found) == (MOST, "", COUNTED + 1)
    assert "Narrow the list to see the rest" in answer.content.decode()
    assert "More than 1,000 records" in answer.content.decode()


def test_an_empty_list_says_what_it_means(town: Town, sign_in: SignIn):
    client = sign_in(town.manager)
    assert "half a minute" in client.get("/improvements/").content.decode()
    improvement(town.north, town.employee)
    assert "Take away a filter" in client.get("/improvements/?q=nowhere").content.decode()


def test_only_open_ones_closed_says_where_the_rest_is(town: Town, sign_in: SignIn):
    done = improvement(town.north, town.employee)
    move(record_id=done.pk, name="not_now", access=town.access("manager"), comment="No")
    assert "Nothing is open" in sign_in(town.manager).get("/improvements/").content.decode()


def test_the_count_names_what_is_counted_and_of_how_many(
    town: Town, cases: dict[str, Record], sign_in: SignIn
):
    page = sign_in(town.quality).get(f"/improvements/?unit={town.south.pk}&category=proposal").context["list"]
    assert (page.count_line, page.of_line) == ("1 proposal", "of 4")
    page = sign_in(town.quality).get("/improvements/?q=north").context["list"]
    assert (page.count_line, page.of_line) == ("1 improvement", "")  # a search is not counted twice
    page = sign_in(town.quality).get("/improvements/").context["list"]
    assert (page.count_line, page.of_line) == ("4 improvements", "")


def test_with_htmx_the_count_is_spoken(town: Town, cases: dict[str, Record], sign_in: SignIn):
    client = sign_in(town.quality)
    spoken = '<p class="ds-sr-only" role="status" id="list-status">4 improvements'
    assert spoken in client.get("/improvements/", headers={"HX-Request": "true"}).content.decode()
    assert spoken not in client.get("/improvements/").content.decode()


@pytest.mark.parametrize(
    "query", ["", "q=lamp", "state=all&sort=changed", "owner=me&due=month", "waiting=me"]
)
@pytest.mark.parametrize("who", ["quality", "reader", "employee", "manager"])
def test_a_list_costs_the_same_at_3_and_at_30(town: Town, sign_in: SignIn, query: str, who: str):
    def cost() -> int:
        client = sign_in(getattr(town, who))
        client.get(f"/records/?{query}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/records/?{query}").status_code == 200
        return len(queries)

    for number in range(3):
        improvement(town.north, town.employee, f"Lamp {number}")
    few = cost()
    for number in range(27):
        improvement(town.south, town.south_head, f"Lamp in another place {number}")
    assert cost() == few
    assert few <= 12


def test_the_list_is_for_those_who_have_signed_in(client: Client, db: None):
    assert client.get("/records/").status_code == 302
