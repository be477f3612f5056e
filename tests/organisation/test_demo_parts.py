"""The parts of the demo, loaded by real processes side by side; and what stands when one of them fails."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 300  # seconds; two are enough on a quiet machine

Ran = subprocess.CompletedProcess[str]
Load = Callable[..., Ran]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`manage.py demo` with these parts, in a process of its own on this test's database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "DEMO_FOLDER": str(tmp_path)}

    def _load(*parts: str) -> Ran:
        program = [sys.executable, "-m", "tests.organisation.small_demo", *parts]
        return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=PATIENCE)

    return _load


def groups() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


def said(ran: Ran) -> list[str]:
    """What was said of each part, without how long it took."""
    return [line.partition(" (")[0] for line in ran.stdout.splitlines()]


def analysed() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_analyze FROM pg_stat_all_tables WHERE relname = 'auth_group'")
        return cursor.fetchone()


def test_parts_of_one_order_are_loaded_side_by_side_and_those_after_them_when_all_are_there(
    load: Load, tmp_path: Path
):
    ran = load("last", "right", "left", "first")
    assert ran.returncode == 0, ran.stderr
    first, *beside, last = said(ran)
    assert (first, sorted(beside), last) == ("first: made", ["left: made", "right: made"], "last: made")
    assert groups() == {"first", "left", "right", "last"}
    by = {name: (tmp_path / name).read_text() for name in ("first", "left", "right", "last")}
    assert len(set(by.values())) == 3 and by["first"] == by["last"]

    # Again, nothing is made, and nothing counted anew.
    before = analysed()
    ran = load("first", "left", "right", "last")
    assert {line.partition(": ")[2] for line in said(ran)} == {"there already"}
    assert analysed() == before != (None,)


def test_a_part_that_fails_is_told_of_and_leaves_nothing_and_when_it_is_mended_loading_again_adds_it(
    load: Load, tmp_path: Path
):
    ran = load("first", "left", "breaks", "last")
    assert ran.returncode != 0
    assert "RuntimeError: the cupboard is empty" in ran.stderr
    assert groups() == {"first", "left"}

    (tmp_path / "mended").touch()
    ran = load("first", "left", "breaks", "last")
    assert ran.returncode == 0, ran.stderr
    first, *beside, last = said(ran)
    assert (first, last) == ("first: there already", "last: made")
    assert sorted(beside) == ["breaks: made", "left: there already"]
    assert groups() == {"first", "left", "breaks", "last"}


def test_a_part_whose_process_is_killed_is_told_of_and_leaves_nothing(load: Load):
    ran = load("first", "right", "dies", "last")
    assert ran.returncode != 0
    assert "the part dies of the demo died" in ran.stderr
    assert not groups() & {"dies", "last"}
