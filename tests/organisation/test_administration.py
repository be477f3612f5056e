"""Keeping the organisation in order through its pages: forms, refusals, what follows, history."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from qms.organisation.models import Deputy, Person, Unit, UnitUserGrant
from tests.conftest import Town
from tests.factories import grant, improvement, person
from tests.organisation.steps import beside, page, send, url

TODAY = timezone.localdate


# --- Units -------------------------------------------------------------------------------------


def test_a_unit_is_added_where_one_stood(town: Town, admin: Client):
    form = page(admin.get(url("admin_unit_add"), {"under": town.care.pk}))
    assert f'<option value="{town.care.pk}" selected>' in form
    answer = send(
        admin,
        url("admin_unit_add"),
        name="Night",
        code="NIGHT",
        kind="unit",
        parent=town.care.pk,
        head="Reader",
    )
    unit = Unit.objects.get(code="NIGHT")
    assert answer.redirect_chain[-1][0] == unit.get_absolute_url()
    assert "Night is added." in page(answer) and unit.head == town.reader


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(town: Town, admin: Client):
    answer = send(admin, url("admin_unit_add"), name="Night", code="NORTH", kind="unit", parent=town.care.pk)
    assert answer.status_code == 422
    assert "Another unit has this code" in beside(answer, "code")
    assert 'value="Night"' in page(answer)
    answer = send(admin, url("admin_unit_add"), name="", code="N", kind="unit", parent="", head="xyz")
    assert beside(answer, "name") and beside(answer, "parent") == "Choose a unit."
    assert "Nobody fits “xyz”" in beside(answer, "head")


@pytest.mark.parametrize("name", ["🙂" * 20, "a\u202eb", "x" * 10_000, "NUL\x00here"])
def test_odd_text_is_taken_or_refused_never_an_error(town: Town, admin: Client, name: str):
    answer = send(admin, url("admin_unit_add"), name=name, code="ODD", kind="unit", parent=town.care.pk)
    assert answer.status_code in (200, 422)
    assert Unit.objects.filter(code="ODD").exists() == (answer.status_code == 200)


def test_a_unit_is_renamed(town: Town, admin: Client):
    assert 'value="North"' in page(admin.get(url("unit_edit", town.north.pk)))
    send(admin, url("unit_edit", town.north.pk), name="Far North", code="NORTH", kind="unit")
    town.north.refresh_from_db()
    assert town.north.name == "Far North"


def test_a_new_head_is_set_with_what_waited(town: Town, admin: Client):
    case = improvement(town.north, town.employee)
    assert "Manager (manager@town.test)" in page(admin.get(url("unit_head", town.north.pk)))
    send(admin, url("unit_head", town.north.pk), head="handler@town.test", hand_over="on")
    case.refresh_from_db()
    assert case.owner == town.handler
    said = page(send(admin, url("unit_head", town.north.pk), head="", hand_over="on"))
    # A former head who was given roles besides is not rid of them unseen.
    assert "Saved. Handler keeps what was given besides: Case handler." in said
    assert Unit.objects.get(pk=town.north.pk).head is None


def test_a_unit_cannot_be_moved_below_itself_from_the_page_either(town: Town, admin: Client):
    form = page(admin.get(url("unit_move", town.care.pk)))
    assert f'<option value="{town.north.pk}">' not in form
    answer = send(admin, url("unit_move", town.care.pk), unit=town.north.pk)
    assert answer.status_code == 422 and beside(answer, "unit") == "North cannot be chosen here."
    answer = send(admin, url("unit_move", town.care.pk), unit=town.school.pk)
    assert "Care now lies under School." in page(answer)


def test_before_a_merger_it_is_said_what_goes_along(town: Town, admin: Client):
    improvement(town.north, town.employee)
    improvement(town.north, town.employee)
    form = page(admin.get(url("unit_merge", town.north.pk)))
    for said in ("3 people", "1 role given here", "2 open matters"):
        assert said in form
    answer = send(admin, url("unit_merge", town.north.pk), unit=town.south.pk, note="One team")
    assert "North goes on in South." in page(answer)
    assert Unit.objects.get(pk=town.north.pk).successor == town.south


def test_a_restricted_matter_is_counted_but_never_named(town: Town, admin: Client):
    case = improvement(town.north, town.employee, "A very secret thing")
    case.visibility = "restricted"
    case.save()
    form = page(admin.get(url("unit_close", town.north.pk)))
    assert "1 open matter" in form and "secret" not in form


def test_closing_says_why_not(town: Town, admin: Client):
    answer = send(admin, url("unit_close", town.care.pk), note="")
    assert answer.status_code == 422
    assert "Care still has 2 units below it" in page(answer)
    assert not Unit.objects.get(pk=town.care.pk).is_closed


def test_a_unit_is_closed_and_opened_again(town: Town, admin: Client):
    send(admin, url("unit_close", town.north.pk), note="Done")
    assert "Open again" in page(admin.get(town.north.get_absolute_url()))
    send(admin, url("unit_reopen", town.north.pk))
    assert not Unit.objects.get(pk=town.north.pk).is_closed
    said = page(admin.get(url("unit_history", town.north.pk)))
    assert "closed North; what was open went to Care" in said and "opened North again" in said


# --- People ------------------------------------------------------------------------------------


def test_somebody_is_added(town: Town, admin: Client):
    answer = send(
        admin, url("admin_person_add"), name="Nora Ny", email="Nora@town.test", title="Nurse", language="sv",
        home_unit=town.north.pk,
    )  # fmt: skip
    nora = Person.objects.get(email="nora@town.test")
    assert nora.home_unit == town.north and "Nora Ny is added." in page(answer)
    assert "No invitation is sent. At http://" in page(answer)
    assert "they choose a password by “I have forgotten my password”" in page(answer)
    again = send(
        admin, url("admin_person_add"), name="X", email="nora@town.test", language="sv", home_unit=""
    )
    assert "already here" in beside(again, "email") and 'value="X"' in page(again)


def test_somebody_is_changed_and_the_history_says_what(town: Town, admin: Client):
    send(
        admin, url("person_edit", town.employee.pk), name="Emma Employee", email=town.employee.email,
        title="Carer", language="en", home_unit=town.south.pk,
    )  # fmt: skip
    said = page(admin.get(url("person_history", town.employee.pk)))
    assert "changed the name of Emma Employee from Employee to Emma Employee" in said
    assert "changed the home unit of Emma Employee from North to South" in said


def test_when_somebody_leaves_it_is_said_what_they_have_and_who_takes_over(town: Town, admin: Client):
    case = improvement(town.north, town.employee)
    form = page(admin.get(url("person_leave", town.manager.pk)))
    for said in ("1 unit to head", "1 open matter", "1 task that waits", "Also as head of North"):
        assert said in form
    answer = send(
        admin, url("person_leave", town.manager.pk), to="Handler", heads_too="on", note="Retired in May"
    )
    assert "Manager is marked as gone." in page(answer)
    case.refresh_from_db()
    assert case.owner == town.handler and Unit.objects.get(pk=town.north.pk).head == town.handler
    said = page(admin.get(url("person_history", town.manager.pk)))
    assert "marked that Manager has left; Handler takes over" in said and "Retired in May" in said


def test_what_goes_along_is_listed_as_far_as_one_sees_it(town: Town, admin: Client, sign_in):
    cases = [improvement(town.north, town.employee) for _ in range(7)]
    grant(town.quality, "administrator", town.kf)
    html = page(sign_in(town.quality).get(url("person_leave", town.manager.pk)))
    assert "7 open matters" in html and f">Answer: {cases[0].title}<" in html
    assert html.count(f'href="{cases[0].get_absolute_url()}"') == 2  # the matter, and the task
    assert f'href="/records/?owner={town.manager.pk}"' in html
    hidden = page(admin.get(url("person_leave", town.manager.pk)))
    assert "7 open matters" in hidden and cases[0].title not in hidden
    assert "All that you see of it" not in hidden
    assert cases[0].title in page(sign_in(town.quality).get(url("unit_close", town.north.pk)))


def test_somebody_without_units_is_not_asked_about_heading(town: Town, admin: Client):
    assert "Also as head" not in page(admin.get(url("person_leave", town.employee.pk)))


def test_the_last_administrator_reads_why_not(town: Town, sign_in):
    grant(town.quality, "administrator", town.kf, until=TODAY())
    answer = send(sign_in(town.quality), url("person_leave", town.admin.pk), to="", note="")
    assert answer.status_code == 422 and "nobody would be left who can administer" in page(answer)


def test_what_is_known_of_one_who_has_left_can_be_corrected(town: Town, admin: Client):
    send(admin, url("person_leave", town.handler.pk), to="", note="")
    assert url("person_edit", town.handler.pk) in page(admin.get(town.handler.get_absolute_url()))
    assert "Works in" not in page(admin.get(url("person_edit", town.handler.pk)))
    send(
        admin, url("person_edit", town.handler.pk), name="Hanna Handler", email="old@town.test", title="",
        language="sv",
    )  # fmt: skip
    town.handler.refresh_from_db()
    assert (town.handler.name, town.handler.email) == ("Hanna Handler", "old@town.test")
    assert not town.handler.is_active and town.handler.home_unit == town.north


def test_somebody_comes_back(town: Town, admin: Client):
    send(admin, url("person_leave", town.handler.pk), to="", note="")
    assert "Is back" in page(admin.get(town.handler.get_absolute_url()))
    send(admin, url("person_back", town.handler.pk), home_unit=town.south.pk)
    town.handler.refresh_from_db()
    assert town.handler.is_active and town.handler.home_unit == town.south


# --- Roles, groups, deputies -------------------------------------------------------------------


def test_a_manager_gives_an_everyday_role_from_the_units_page(town: Town, sign_in):
    browser = sign_in(town.manager)
    form = page(browser.get(url("role_give"), {"unit": town.north.pk}))
    assert "Case handler" in form and "Quality manager" not in form
    assert f'<option value="{town.north.pk}" selected>' in form and ">School</option>" not in form
    until = TODAY() + timedelta(30)
    answer = send(
        browser,
        url("role_give"),
        person="Employee",
        unit=town.north.pk,
        role="author",
        until=until.isoformat(),
    )
    assert "Employee has the role." in page(answer)
    assert UnitUserGrant.objects.get(user=town.employee).valid_until == until


def test_from_a_persons_page_a_role_is_given_where_they_work(town: Town, admin: Client, sign_in):
    link = re.search(r'href="([^"]*/roles/give/[^"]*)"', page(admin.get(town.employee.get_absolute_url())))
    assert link
    address = unescape(link[1])
    assert f'<option value="{town.north.pk}" selected>' in page(admin.get(address))
    elsewhere = page(sign_in(town.south_head).get(address))
    assert " selected>" not in elsewhere.split('name="unit"')[1].split("</select>")[0], "not theirs to give"


def test_a_role_that_one_may_not_give_is_refused_whatever_is_sent(town: Town, sign_in):
    browser = sign_in(town.manager)
    answer = send(browser, url("role_give"), person="Employee", unit=town.north.pk, role="administrator")
    assert answer.status_code == 422 and beside(answer, "role")
    answer = send(browser, url("role_give"), person="Employee", unit=town.school.pk, role="author")
    assert answer.status_code == 422 and beside(answer, "unit") == "School cannot be chosen here."
    assert not UnitUserGrant.objects.filter(user=town.employee).exists()


def test_the_administrator_cannot_choose_themselves(town: Town, admin: Client):
    answer = send(admin, url("role_give"), person="Admin", unit=town.kf.pk, role="quality_manager")
    assert answer.status_code == 422 and "Nobody gives a role to themselves" in beside(answer, "person")


@pytest.mark.parametrize("until", ["2020-01-01", "yesterday", "2026-02-31"])
def test_a_day_that_cannot_be_is_said_beside_it(town: Town, admin: Client, until: str):
    answer = send(admin, url("role_give"), person="Employee", unit=town.kf.pk, role="auditor", until=until)
    assert answer.status_code == 422 and beside(answer, "until") and f'value="{until}"' in page(answer)


def test_several_of_the_same_name_are_chosen_among_without_script(town: Town, admin: Client):
    first, second = person("anna_ek", town.north), person("anna_alm", town.south)
    sent = {"person": "anna", "unit": town.kf.pk, "role": "auditor", "until": ""}
    answer = send(admin, url("role_give"), **sent)
    assert "Several fit “anna”" in beside(answer, "person")
    assert f'value="{first.pk}"' in page(answer) and '<option value="' in page(answer)
    assert 'value="auditor" checked' in page(answer)
    answer = send(
        admin, url("role_give"), **sent, **{"person-asked": "anna", "person-choice": str(second.pk)}
    )
    assert UnitUserGrant.objects.filter(user=second).exists()


def test_a_role_is_taken_back_after_a_question(town: Town, admin: Client):
    held = UnitUserGrant.objects.get(user=town.handler)
    assert "Take back" in page(admin.get(town.handler.get_absolute_url()))
    assert "Take the role “Case handler” from Handler?" in page(admin.get(url("role_take", held.pk)))
    assert UnitUserGrant.objects.filter(pk=held.pk).exists(), "asking changes nothing"
    send(admin, url("role_take", held.pk))
    assert not UnitUserGrant.objects.filter(pk=held.pk).exists()
    assert admin.get(url("role_take", held.pk)).status_code == 404
    assert "took the role “Case handler” in North from Handler" in page(admin.get(url("admin_history")))


def test_the_roles_page_says_what_each_means_and_who_has_it(town: Town, admin: Client):
    shown = page(admin.get(url("admin_roles")))
    assert "Steers the quality work as a whole" in shown and "Given to nobody." in shown
    assert ">Handler</a>" in shown and ">Quality</a>" in shown


def test_a_deputy_is_appointed_for_oneself_and_ended(town: Town, sign_in):
    browser = sign_in(town.manager)
    form = page(browser.get(url("deputy", town.manager.pk)))
    assert "Who stands in for you?" in form and TODAY().isoformat() in form
    ends = TODAY() + timedelta(5)
    answer = send(browser, url("deputy", town.manager.pk), deputy="Reader", starts=TODAY(), ends=ends)
    assert answer.redirect_chain[-1][0] == url("me") and "Reader is appointed." in page(answer)
    row = Deputy.objects.get()
    assert "Reader" in page(sign_in(town.employee).get(town.north.get_absolute_url()))
    assert "Stands in for" in page(sign_in(town.reader).get(url("me")))
    send(browser, url("deputy_end", row.pk))
    assert not Deputy.objects.exists()
    wrong = send(browser, url("deputy", town.manager.pk), deputy="Reader", starts=ends, ends=TODAY())
    assert wrong.status_code == 422 and "must not be before" in beside(wrong, "ends")


def test_ones_own_settings_are_changed(town: Town, sign_in):
    browser = sign_in(town.employee)
    answer = send(browser, url("settings"), language="nb", colour_scheme="dark")
    assert 'lang="nb"' in page(answer) and 'data-color-scheme="dark"' in page(answer)
    town.employee.refresh_from_db()
    assert not town.employee.mail_digest
    assert send(browser, url("settings"), language="xx", colour_scheme="dark").status_code == 422


# --- The hub -----------------------------------------------------------------------------------


def test_the_hub_counts_and_tells_the_latest(town: Town, admin: Client):
    person("nowhere")
    send(admin, url("unit_head", town.north.pk), head="")
    shown = page(admin.get(url("admin")))
    assert "2 without a head" in shown  # the town itself, and North
    assert "1 without a unit" in shown and "left North without a head" in shown


def test_administration_is_in_the_menu_of_those_who_administer(town: Town, admin: Client, sign_in):
    assert url("admin") in page(admin.get("/"))
    assert url("admin") not in page(sign_in(town.manager).get("/"))
    refused = sign_in(town.manager).get(url("admin"))
    assert refused.status_code == 403 and "this is done by Admin" in page(refused)


def test_a_local_administrator_sees_and_offers_only_what_lies_below(town: Town, sign_in):
    grant(town.handler, "administrator", town.care)
    browser = sign_in(town.handler)
    assert browser.get(url("unit_edit", town.north.pk)).status_code == 200
    refused = browser.get(url("unit_edit", town.school.pk))
    assert refused.status_code == 403 and "In School this is done by Admin" in page(refused)
    assert ">School</option>" not in page(browser.get(url("admin_unit_add")))
    assert browser.get(url("admin_group_add")).status_code == 403


def test_a_new_installation_begins_with_the_municipality(db: None, sign_in):
    first = Person.objects.create_superuser("first@town.test", "a long password", name="First", language="en")
    browser = sign_in(first)
    for path in ("/", "/organisation/", url("admin"), url("me"), first.get_absolute_url(), url("people")):
        assert browser.get(path).status_code == 200, path
    assert "There is no unit yet" in page(browser.get("/organisation/"))
    answer = send(browser, url("admin_unit_add"), name="Newtown", code="N")
    assert "Newtown is added." in page(answer)
    top = Unit.objects.get()
    send(browser, url("admin_unit_add"), name="School", code="S", kind="department", parent=top.pk)
    send(browser, url("role_give"), person="First", unit=top.pk, role="administrator")
    assert Unit.objects.count() == 2 and UnitUserGrant.objects.filter(user=first).exists()
    person("somebody", top)
    refused = sign_in(Person.objects.get(name="Somebody")).get(url("admin_unit_add"))
    assert refused.status_code == 403
