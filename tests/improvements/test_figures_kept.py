"""Figures that take long to count are kept for a few minutes, and say so."""

from io import BytesIO
from time import sleep

import pytest
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from qms import lately
from tests.conftest import Town
from tests.factories import grant, improvement

ADDRESS = "/improvements/figures/"


@pytest.fixture
def long_counted(settings, monkeypatch: pytest.MonkeyPatch):
    """Every count takes long enough to be kept."""
    settings.COUNTED_MINUTES = 5
    monkeypatch.setattr(lately, "SLOW", 0)
    cache.clear()


def lead(client: Client, **query: object) -> str:
    """What the page says first: how many were sent in, and when that was counted."""
    page = client.get(ADDRESS, query).content.decode()
    return page.split('<p class="lead">')[1].split("</header>")[0]


def test_what_took_long_is_kept_says_when_and_is_counted_again_on_demand(
    town: Town, client: Client, long_counted: None
):
    client.force_login(town.quality)
    improvement(town.north, town.employee)
    assert "1 case sent in" in lead(client) and "Counted at" not in lead(client, again=1)
    improvement(town.north, town.employee)
    assert "1 case sent in" in lead(client) and "Counted at" in lead(client)
    assert "2 cases sent in" in lead(client, again=1)
    assert "2 cases sent in" in lead(client), "what was counted again is what is kept"


def test_what_is_kept_is_counted_anew_when_its_time_has_passed(
    town: Town, client: Client, long_counted: None, settings
):
    settings.COUNTED_MINUTES = 1 / 60  # Redis has its own clock: one second of it
    client.force_login(town.quality)
    improvement(town.north, town.employee)
    assert "1 case sent in" in lead(client)
    improvement(town.north, town.employee)
    sleep(1.1)
    assert "2 cases sent in" in lead(client)


def test_what_is_kept_is_kept_for_exactly_these_rights_this_part_and_this_period(
    town: Town, client: Client, long_counted: None
):
    client.force_login(town.quality)
    improvement(town.north, town.employee)
    assert "1 case sent in" in lead(client)
    improvement(town.north, town.employee)
    assert "2 cases sent in" in lead(client, period="90")
    assert "2 cases sent in" in lead(client, unit=town.north.pk)
    grant(town.quality, "handler", town.school)
    assert "2 cases sent in" in lead(client), "other rights: counted anew"


def test_what_is_counted_in_a_moment_is_never_kept(
    town: Town, client: Client, long_counted: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lately, "SLOW", 60)
    client.force_login(town.quality)
    improvement(town.north, town.employee)
    assert "1 case sent in" in lead(client)
    improvement(town.north, town.employee)
    assert "2 cases sent in" in lead(client)


def test_the_workbook_is_counted_when_it_is_asked_for(town: Town, client: Client, long_counted: None):
    client.force_login(town.quality)
    improvement(town.north, town.employee)
    lead(client)
    improvement(town.north, town.employee)
    content = b"".join(client.get(f"{ADDRESS}export/").streaming_content)
    cells = [str(cell.value) for sheet in load_workbook(BytesIO(content)) for row in sheet for cell in row]
    assert any("2 cases sent in" in cell for cell in cells)
