"""The page of a record: what it says to whom, what it costs, and who does not get it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from improvements.models import Improvement
from improvements.services import action_add
from qms.organisation.models import Person
from qms.records.models import Link, Record, Visibility
from qms.records.selectors.acts import Act, now
from qms.records.services import comment_add, follow_set, link_add, move
from tests.conftest import Town
from tests.factories import grant, improvement, person

SignIn = Callable[[Person], Client]


def page(client: Client, record: Record, query: str = "", status: int = 200) -> str:
    response = client.get(record.get_absolute_url() + query)
    assert response.status_code == status
    return response.content.decode()


def test_the_page_says_what_it_is_and_whose(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee, "The sign at the entrance is wrong")
    html = page(sign_in(town.employee), record)
    assert "The sign at the entrance is wrong" in html
    assert record.reference in html
    assert "North" in html
    assert "Received" in html


def test_a_reference_in_small_letters_leads_to_the_canonical_address(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.employee).get(f"/r/{record.reference.lower()}/")
    assert (response.status_code, response["Location"]) == (301, record.get_absolute_url())


def test_a_hidden_record_and_an_unknown_one_are_answered_alike(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.outsider)
    hidden, unknown = client.get(record.get_absolute_url()), client.get("/r/F-1999-0001/")
    assert hidden.status_code == unknown.status_code == 404
    assert record.title not in hidden.content.decode()


def test_a_restricted_record_is_for_those_who_handle_it(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    Record.objects.filter(pk=record.pk).update(visibility=Visibility.RESTRICTED)
    assert "Only those who handle it" in page(sign_in(town.handler), record)
    page(sign_in(town.reader), record, status=404)
    page(sign_in(town.admin), record, status=404)


def test_a_visitor_is_asked_to_sign_in(town: Town):
    record = improvement(town.north, town.employee)
    assert Client().get(record.get_absolute_url()).status_code == 302


def test_the_manager_sees_that_the_answer_is_waited_for_and_can_give_it(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    html = page(sign_in(town.manager), record)
    assert "Your turn: answer" in html or "Your answer is expected" in html
    assert f"/r/{record.reference}/move/just_do/" in html
    assert "Withdraw:" in html
    assert "Employee does this." in html


def test_someone_else_reads_for_whom_it_waits_and_who_can(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    html = page(sign_in(town.reader), record)
    assert "Waiting for Manager" in html
    assert "Manager, Handler or Care Head does this." in html
    assert "/move/just_do/" not in html


def test_at_most_three_are_named_the_nearest_first(town: Town, sign_in: SignIn):
    for name in ("Zoe", "Ada"):
        grant(person(name, town.kf), "handler", town.kf)
    grant(person("Bo", town.north), "handler", town.north)
    record = improvement(town.north, town.employee)
    assert "Manager, Bo or Handler does this." in page(sign_in(town.reader), record)


def test_a_guard_that_holds_back_is_written_out(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    move(
        record_id=record.pk,
        name="handle",
        access=town.access("manager"),
        data={"due": date.today() + timedelta(days=9)},
    )
    action_add(
        source_id=record.pk,
        title="Paint the sign",
        owner=town.employee,
        due=date.today() + timedelta(days=5),
        access=town.access("manager"),
    )
    html = page(sign_in(town.manager), record)
    assert "Its actions come first: 1 is left." in html


def test_a_closed_record_expects_nothing_more(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="No money")
    assert "Nothing more is expected" in page(sign_in(town.manager), record)


def test_links_show_in_both_directions_but_never_to_what_is_hidden(town: Town, sign_in: SignIn):
    here, there = improvement(town.north, town.employee), improvement(town.south, town.south_head)
    secret = improvement(town.north, town.employee, "A secret matter")
    link_add(source_id=here.pk, target_id=there.pk, type="caused_by", access=town.access("quality"))
    link_add(source_id=secret.pk, target_id=here.pk, type="related", access=town.access("quality"))
    Record.objects.filter(pk=secret.pk).update(visibility=Visibility.RESTRICTED)
    reader = sign_in(town.reader)
    assert "Caused by" in page(reader, here)
    assert "Cause of" in page(reader, there)
    assert "A secret matter" not in page(reader, here)
    assert "A secret matter" in page(sign_in(town.handler), here)


def test_following_is_one_button_that_turns(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.reader)
    assert 'aria-pressed="false"' in page(client, record)
    client.post(f"/r/{record.reference}/follow/", {"on": "1"})
    assert record.follows.filter(person=town.reader).exists()
    assert "You follow" in page(client, record)
    client.post(f"/r/{record.reference}/follow/", {"on": "0"})
    assert not record.follows.filter(person=town.reader).exists()


def test_following_what_one_does_not_see_is_not_possible(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = sign_in(town.outsider).post(f"/r/{record.reference}/follow/", {"on": "1"})
    assert response.status_code == 404
    assert not record.follows.filter(person=town.outsider).exists()


def fill(town: Town, record: Improvement, count: int) -> None:
    """Hang `count` of everything on a record, by different people."""
    for number in range(count):
        who = person(f"helper_{count}_{number}", town.north)
        grant(who, "handler", town.north)
        comment_add(record_id=record.pk, text=f"Word {number}", access=town.access("handler"))
        follow_set(record_id=record.pk, access=town.access("reader"), on=True)
        other = improvement(town.north, who)
        Link.objects.create(source=record, target=other)
        move(record_id=record.pk, name="not_now", access=town.access("manager"), comment="No")
        move(record_id=record.pk, name="reopen", access=town.access("manager"), comment="Yes")


@pytest.mark.parametrize("query", ["", "?changes=1&everything=1"])
def test_the_page_costs_the_same_however_much_hangs_on_it(town: Town, sign_in: SignIn, query: str):
    small, large = improvement(town.north, town.employee), improvement(town.north, town.employee)
    fill(town, small, 3)
    fill(town, large, 30)
    counts = []
    client = sign_in(town.manager)
    page(client, small)
    for record in (small, large):
        with CaptureQueriesContext(connection) as queries:
            html = page(client, record, query)
        assert "Word 2" in html
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 23, counts


@pytest.mark.parametrize("address", ["/r/F-2026%00/", "/standards/iso9001-2015/a%00/"])
def test_an_address_with_a_sign_that_no_text_holds_leads_nowhere(town: Town, sign_in: SignIn, address: str):
    assert sign_in(town.manager).get(address).status_code == 404


def names(acts: list[Act]) -> list[str]:
    return [act.transition.name for act in acts]


def test_what_is_seldom_the_answer_lies_folded_beneath_what_usually_is(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    html = page(sign_in(town.manager), record)
    asked = html.split('aria-labelledby="now"')[1].split("</section>")[0]
    in_sight, folded = asked.split("<details", 1)
    for name in ("just_do", "handle", "send_on", "not_now"):
        assert f"/move/{name}/" in in_sight
    for name in ("pause", "same_as", "lack_means"):
        assert f"/move/{name}/" in folded and f"/move/{name}/" not in in_sight
    assert "More answers" in folded.split("</summary>")[0]


def test_one_rare_act_alone_is_not_folded_nor_are_rare_ones_only(town: Town):
    record = improvement(town.north, town.employee)
    sender = now(record, town.access("employee"))
    assert (names(sender.acts), sender.more) == (["withdraw"], []), "nothing else is theirs"
    access, day = town.access("manager"), date.today() + timedelta(days=9)
    move(record_id=record.pk, name="handle", access=access, data={"due": day})
    record.refresh_from_db()
    assert names(now(record, access).more) == ["same_as", "lack_means"]
    action = action_add(source_id=record.pk, title="Paint", owner=town.employee, due=day, access=access)
    assert "lack_means" in names(now(record, access).acts), "what has actions is joined with nothing"
    assert now(record, access).more == []
    assert "drop" in names(now(action, access).acts)
    action_add(source_id=record.pk, title="Dry", owner=town.employee, due=day, access=access)
    assert names(now(action, access).more) == ["wait", "drop"], "so of any kind"


def test_the_fold_is_open_for_whoever_comes_back_from_a_rare_one(town: Town, sign_in: SignIn):
    record, client = improvement(town.north, town.employee), sign_in(town.manager)
    asked = client.get(f"{record.get_absolute_url()}move/pause/").content.decode()
    assert f'href="{record.get_absolute_url()}?act=pause"' in asked, "Cancel, without script"
    assert '<details class="unfold" open>' in page(client, record, "?act=pause")
    for query in ("", "?act=just_do", "?act=nonsense"):
        assert '<details class="unfold">' in page(client, record, query)
