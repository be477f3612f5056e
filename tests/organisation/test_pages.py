"""The organisation as everyone sees it: tree, units, people, my role."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from qms.contributions import Panel, panels
from qms.organisation.models import Deputy, Person, Unit
from qms.organisation.services import unit_close, unit_head_set, unit_merge
from tests.conftest import Town
from tests.factories import grant, improvement, person


def text(browser: Client, url: str, **query: object) -> str:
    answer = browser.get(url, query)
    assert answer.status_code == 200, url
    return answer.content.decode()


def words(html: str) -> str:
    """What a person reads."""
    main = html[html.index("<main") :] if "<main" in html else html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# --- The tree ----------------------------------------------------------------------------------


def test_the_tree_shows_every_unit_and_unfolds_the_way_to_ones_own(town: Town, sign_in):
    html = text(sign_in(town.employee), "/organisation/")
    for unit in ("Town", "Care", "North", "South", "School"):
        assert f">{unit}</a>" in html
    assert html.count("<details") == 2  # what lies below Town, and below Care
    assert html.count("<details open") == 2 and html.count("</details>") == 2
    assert "Your unit" in html and "5 units" in words(html)


def test_elsewhere_it_is_folded_until_asked(town: Town, sign_in):
    browser = sign_in(town.outsider)
    assert text(browser, "/organisation/").count("<details open") == 1
    assert text(browser, "/organisation/", unfolded=1).count("<details open") == 2


@pytest.mark.parametrize(
    ("q", "shown", "hidden"),
    [
        ("nor", {"Town", "Care", "North"}, {"South", "School"}),
        ("SCHOOL", {"Town", "School"}, {"Care", "North"}),
        ("south head", {"Town", "Care", "South"}, {"North"}),
        ("nothing like it", set(), {"Town", "Care"}),
    ],
)
def test_the_tree_is_filtered_by_name_code_or_head(town: Town, sign_in, q: str, shown, hidden):
    html = text(sign_in(town.employee), "/organisation/", q=q).partition('id="tree"')[2]
    assert all(f">{unit}</a>" in html for unit in shown)
    assert not any(f">{unit}</a>" in html for unit in hidden)
    assert shown or "No unit fits" in html


def test_closed_units_are_shown_on_demand(town: Town, sign_in):
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"))
    browser = sign_in(town.outsider)
    assert ">North</a>" not in text(browser, "/organisation/")
    html = text(browser, "/organisation/", closed=1)
    assert ">North</a>" in html and "Closed" in words(html)


def test_only_the_tree_is_sent_when_it_is_filtered_while_typing(town: Town, sign_in):
    answer = sign_in(town.employee).get("/organisation/", {"q": "nor"}, HTTP_HX_REQUEST="true")
    assert b"<html" not in answer.content and b'id="tree"' in answer.content


# --- A unit ------------------------------------------------------------------------------------


def test_a_unit_says_who_answers_who_works_there_and_who_has_roles(town: Town, sign_in):
    grant(town.reader, "author", town.kf, until=timezone.localdate() + timedelta(3))
    html = text(sign_in(town.employee), town.north.get_absolute_url())
    said = words(html)
    assert "Manager answers here." in said
    assert "Manager (heads the unit)" in said and "Case handler" in said
    assert "Author (until" in said and "from Town" in said
    assert "Everybody in Care" in said
    assert said.index("Employee") < said.index("Handler", said.index("Work here"))


def test_a_group_stands_among_those_who_have_roles(town: Town, sign_in):
    group = Group.objects.create(name="Helpers")
    assign_perm("approver", group, town.north)
    assert "Helpers Approver" in words(text(sign_in(town.employee), town.north.get_absolute_url()))


def test_without_a_head_the_one_above_is_named(town: Town, sign_in):
    unit_head_set(unit_id=town.north.pk, head_id=None, access=town.access("admin"))
    said = words(text(sign_in(town.employee), town.north.get_absolute_url()))
    assert "Nobody heads it just now: Care Head, head of Care, answers." in said


def test_what_is_going_on_is_shown_to_those_who_may_see_it(town: Town, sign_in):
    case = improvement(town.north, town.employee)
    assert case.title in text(sign_in(town.reader), town.care.get_absolute_url())
    hidden = text(sign_in(town.outsider), town.north.get_absolute_url())
    assert case.title not in hidden and "Nothing that you can see." in hidden


def test_a_panel_that_fails_is_unknown_and_the_rest_of_the_page_stands(
    town: Town, sign_in, monkeypatch: pytest.MonkeyPatch
):
    def broken(access: object, unit: object) -> None:
        raise ValueError("no figures today")

    offer = Panel("test.broken", "Broken", Unit, broken, budget=0)
    monkeypatch.setitem(panels._offers, offer.key, offer)
    said = words(text(sign_in(town.employee), town.north.get_absolute_url()))
    assert "Broken Unknown" in said and "Manager answers here." in said


def test_a_closed_unit_says_where_it_went_on(town: Town, sign_in):
    unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"))
    said = words(text(sign_in(town.employee), town.north.get_absolute_url()))
    assert "It goes on in South" in said
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    assert "It has closed." in words(text(sign_in(town.employee), town.south.get_absolute_url()))


def test_the_history_of_a_unit_reads_as_sentences(town: Town, sign_in):
    unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"))
    unit_merge(
        unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"), note="One team from now on"
    )
    said = words(text(sign_in(town.employee), reverse("organisation:unit_history", args=[town.north.pk])))
    assert "Admin made Handler head of North after Manager" in said
    assert "Admin merged North into South" in said and "One team from now on" in said
    said = words(text(sign_in(town.employee), reverse("organisation:unit_history", args=[town.south.pk])))
    assert "Admin let South go on in the place of North" in said


def test_a_unit_that_never_was_is_not_found(town: Town, sign_in):
    assert sign_in(town.admin).get("/organisation/units/999999/").status_code == 404
    assert sign_in(town.admin).get("/organisation/people/999999/").status_code == 404


# --- People ------------------------------------------------------------------------------------


def test_a_persons_roles_are_said_with_where_and_why(town: Town, sign_in):
    group = Group.objects.create(name="Helpers")
    group.user_set.add(town.handler)
    assign_perm("auditor", group, town.school)
    today = timezone.localdate()
    Deputy.objects.create(person=town.south_head, deputy=town.handler, starts=today, ends=today)
    said = words(text(sign_in(town.employee), town.handler.get_absolute_url()))
    assert "Case handler North" in said and "Given" in said
    assert "Auditor School" in said and "Through the group Helpers" in said
    assert "Manager South" in said and "Standing in for South Head until" in said
    assert "Reader Care" in said and "Like everyone who works there" in said
    assert "Assesses and answers proposals" in said


def test_the_same_role_for_two_reasons_is_said_once(town: Town, sign_in):
    grant(town.manager, "manager", town.north)
    said = words(text(sign_in(town.employee), town.manager.get_absolute_url()))
    assert said.count("Manager North Answers for") == 1 and "Given, as head" in said


def test_somebody_who_has_left_is_said_to_have(town: Town, sign_in):
    Person.objects.filter(pk=town.handler.pk).update(is_active=False)
    said = words(text(sign_in(town.employee), town.handler.get_absolute_url()))
    assert "Has left" in said and "Case handler" not in said


def test_my_role_says_what_i_answer_for_and_from_whom_i_have_it(town: Town, sign_in):
    unit_head_set(unit_id=town.north.pk, head_id=town.handler.pk, access=town.access("admin"))
    said = words(text(sign_in(town.handler), "/organisation/me/"))
    assert "Units you head North taken over from Manager" in said
    assert "Manager North" in said and "As head" in said


def test_my_role_of_an_employee_without_one(town: Town, sign_in):
    nowhere = person("nowhere")
    said = words(text(sign_in(nowhere), "/organisation/me/"))
    assert "No role beyond that" in said and "You may always propose improvements" in said


def test_the_directory_finds_people_by_name_title_and_unit(town: Town, sign_in):
    person("nora", town.south, title="Night nurse")
    browser = sign_in(town.employee)
    shown = {
        query: set(
            re.findall(r'row-link" href="[^"]+">([^<]+)', text(browser, "/organisation/people/", q=query))
        )
        for query in ("night", "north", "head south", "xyz")
    }
    assert shown == {
        "night": {"Nora"},
        "north": {"Manager", "Handler", "Employee"},
        "head south": {"South Head"},
        "xyz": set(),
    }
    by_unit = text(browser, "/organisation/people/", unit=town.care.pk)
    assert "Nora" in by_unit and "Outsider" not in by_unit


def test_the_directory_stands_in_the_order_of_the_alphabet(town: Town, sign_in):
    for name in ("Örjan", "Åsa", "Zoe", "Ärla"):
        person(f"p{ord(name[0])}", town.school, name=name)
    Person.objects.filter(pk=town.employee.pk).update(language="sv")
    town.employee.refresh_from_db()
    html = text(sign_in(town.employee), "/organisation/people/")
    names = re.findall(r'row-link" href="[^"]+">([^<]+)', html)
    assert names[-4:] == ["Zoe", "Åsa", "Ärla", "Örjan"]


def test_the_directory_shows_more_on_demand(town: Town, sign_in):
    for number in range(60):
        person(f"crowd{number:02}", town.school)
    browser = sign_in(town.employee)
    total = Person.objects.filter(is_active=True).count()
    first = text(browser, "/organisation/people/")
    assert first.count('row-link" href') == 50 and f"Showing 50 of {total}" in words(first)
    assert text(browser, "/organisation/people/", n=100).count('row-link" href') == total
    for odd in ("abc", "-1", "9" * 30, "\x00"):
        assert text(browser, "/organisation/people/", n=odd, q=odd)


def test_those_who_have_left_are_listed_for_administrators(town: Town, sign_in):
    Person.objects.filter(pk=town.handler.pk).update(is_active=False)
    assert "handler@" in text(sign_in(town.admin), "/organisation/people/", gone=1)
    assert "handler@" not in text(sign_in(town.manager), "/organisation/people/", gone=1)


def test_somebodys_history_is_theirs_and_the_administrators(town: Town, sign_in):
    url = reverse("organisation:person_history", args=[town.handler.pk])
    assert sign_in(town.handler).get(url).status_code == 200
    refused = sign_in(town.manager).get(url)
    assert refused.status_code == 403 and "seen by that person" in refused.content.decode()


# --- Cost --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["tree", "people", "unit", "person", "me", "admin", "admin_roles"])
def test_a_page_costs_the_same_in_a_large_organisation(town: Town, sign_in, page: str):
    args = {"unit": [town.care.pk], "person": [town.manager.pk]}.get(page, [])
    url = reverse(f"organisation:{page}", args=args)
    browser = sign_in(town.admin)

    def cost() -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    small = cost()
    for number in range(12):
        unit = Unit.objects.add_child(
            Unit.objects.get(pk=town.care.pk), {"code": f"U{number}", "name": f"Unit {number}"}
        )
        someone = person(f"someone{number}", unit)
        unit.head = someone
        unit.save()
        grant(someone, "author", town.care)
        grant(town.manager, "reader", unit)
        group = Group.objects.create(name=f"Group {number}")
        group.user_set.add(town.manager, someone)
        assign_perm("auditor", group, unit)
        assign_perm("auditor", group, town.care)
    assert cost() == small
