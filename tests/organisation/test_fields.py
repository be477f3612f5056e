"""Choosing a person or a unit: who is meant is found, or asked for."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from qms.organisation import fields
from qms.organisation.fields import PersonField, UnitField
from qms.organisation.models import Person, Unit
from qms.organisation.selectors import people_active, units_matching
from tests.conftest import Town
from tests.factories import person


class Choice(forms.Form):
    to = PersonField(label="Who takes over")
    unit = UnitField(label="Unit", required=False)


def chosen(**data: object) -> Choice:
    form = Choice({"unit": "", "to": "", **data})
    with override("en"):
        form.is_valid()
    return form


def page(form: forms.Form) -> str:
    with override("en"):
        return form.as_p()


@pytest.mark.parametrize(
    "text",
    ["Manager", "manager", "  MANAGER ", "manager@town.test", "Manager (manager@town.test)"],
)
def test_a_whole_name_or_an_address_finds_the_person(town: Town, text: str):
    assert chosen(to=text).cleaned_data["to"] == town.manager


def test_words_that_fit_several_bring_them_to_choose_among(town: Town):
    first, second = person("anna_ek", town.north), person("anna_alm", town.south, title="Nurse")
    form = chosen(to="anna")
    assert form.errors["to"] == ["Several fit “anna”. Choose the one you mean."]
    shown = page(form)
    assert f'value="{first.pk}"' in shown and f'value="{second.pk}"' in shown and "Nurse, South" in shown
    again = chosen(**{"to": "anna", "to-asked": "anna", "to-choice": str(second.pk)})
    assert again.cleaned_data["to"] == second


def test_a_part_that_fits_one_is_asked_not_assumed(town: Town):
    assert chosen(to="outsid").errors["to"] == [
        "Is this who you mean by “outsid”? Choose, or write something else."
    ]


def test_a_choice_made_for_other_words_does_not_count(town: Town):
    form = chosen(**{"to": "Handler", "to-asked": "anna", "to-choice": str(town.admin.pk)})
    assert form.cleaned_data["to"] == town.handler


def test_two_with_the_same_name_are_told_apart(town: Town):
    twin = person("twin", town.south, name="Manager")
    form = chosen(to="Manager")
    assert "Several fit" in form.errors["to"][0]
    assert chosen(to="Manager (twin@town.test)").cleaned_data["to"] == twin


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a name."),
        ("\x00", "Write a name."),
        ("xyz", "Nobody fits “xyz”"),
        ("Handler", "Handler has left. Choose somebody else."),
        ("x" * 5000, "Nobody fits"),
    ],
)
def test_what_cannot_be_is_said_and_the_text_kept(town: Town, text: str, sentence: str):
    town.handler.is_active = False
    town.handler.save()
    form = chosen(to=text)
    assert sentence in form.errors["to"][0]
    assert f'value="{text[:200].replace(chr(0), "")}"' in page(form)


def test_a_field_may_be_limited_to_some(town: Town):
    form = Choice({"to": "Outsider"})
    form.fields["to"].queryset = people_active().filter(home_unit=town.north)
    with override("en"):
        assert form.errors["to"] == ["Outsider cannot be chosen here."]


def test_a_field_begins_with_the_one_given(town: Town):
    form = Choice(initial={"to": town.manager, "unit": town.north.pk})
    shown = page(form)
    assert 'value="Manager (manager@town.test)"' in shown
    assert f'<option value="{town.north.pk}" selected>' in shown
    assert not Choice({"to": "Manager (manager@town.test)"}, initial={"to": town.manager.pk}).changed_data


def test_few_units_stand_in_a_list_in_the_order_of_the_tree(town: Town):
    with override("en"):
        listed = UnitField(label="Unit", required=False)
        form = type("F", (forms.Form,), {"unit": listed})()
        shown = str(form["unit"])
    names = [line.split(">")[1].split("<")[0].replace("\u2003", "-") for line in shown.split("<option")[1:]]
    assert names == ["No unit", "Town", "-Care", "--North", "--South", "-School"]
    assert chosen(to="Manager", unit=town.north.pk).cleaned_data["unit"] == town.north
    assert chosen(to="Manager", unit="").cleaned_data["unit"] is None


def test_a_unit_that_closed_meanwhile_is_said(town: Town):
    town.south.valid_until = timezone.localdate()
    town.south.save()
    sentence = ["South has closed. Choose the unit it concerns today."]
    assert chosen(to="Manager", unit=town.south.pk).errors["unit"] == sentence


def test_many_units_are_written(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fields, "LISTED", 3)
    assert chosen(to="Manager", unit="North").cleaned_data["unit"] == town.north
    assert chosen(to="Manager", unit="north (NORTH)").cleaned_data["unit"] == town.north
    form = chosen(to="Manager", unit="or")
    assert "Is this who you mean" in form.errors["unit"][0] or "Several fit" in form.errors["unit"][0]
    assert "No unit fits" in chosen(to="Manager", unit="9999").errors["unit"][0]
    assert "<select" not in page(form)


def test_suggestions_are_for_those_signed_in(town: Town, client: Client):
    assert client.get(reverse("organisation:people_options")).status_code == 302


def test_suggestions_follow_what_is_written(town: Town, sign_in):
    browser = sign_in(town.employee)
    town.admin.is_active = False
    town.admin.save()
    url = reverse("organisation:people_options")
    shown = browser.get(url, {"field": "to", "to": "north man"}).content.decode()
    assert 'value="Manager (manager@town.test)"' in shown and "Handler" not in shown
    assert "admin" not in browser.get(url, {"field": "to", "to": "admin"}).content.decode()
    assert "option" not in browser.get(url, {"field": "to", "to": "m"}).content.decode()
    shown = browser.get(reverse("organisation:unit_options"), {"field": "u", "u": "no"}).content.decode()
    assert 'value="North (NORTH)"' in shown


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("sv", ["Alm", "Élan", "Zorn", "Åby", "Äng", "Öst"]),
        ("nb", ["Alm", "Élan", "Zorn", "Äng", "Öst", "Åby"]),
    ],
)
def test_names_stand_in_the_order_of_the_language(db: None, language: str, order: list[str]):
    for number, name in enumerate(["Öst", "Äng", "Åby", "Zorn", "Élan", "Alm"]):
        person(f"p{number}", name=name)
    with override(language):
        assert [p.name for p in people_active()] == order


def test_choosing_costs_the_same_whoever_is_chosen(town: Town, django_assert_num_queries):
    with django_assert_num_queries(3):  # the person; the units of the list, and the one of them
        chosen(to="Manager", unit=town.north.pk)
    assert Person.objects.count() > 5 and Unit.objects.count() == 5


def test_a_unit_is_found_by_another_form_of_its_words(town: Town):
    for unit, name in ((town.north, "Hemtjänst Norra"), (town.school, "Björkskolan")):
        Unit.objects.filter(pk=unit.pk).update(name=name)
    meant = {
        "hemtjänsten norra": ["Hemtjänst Norra"],
        "hemtjänst": ["Hemtjänst Norra"],
        "skola": ["Björkskolan"],
        "hemtjänsten södra": [],
    }
    for words, names in meant.items():
        assert [unit.name for unit in units_matching(words, Unit.objects.all())] == names, words
