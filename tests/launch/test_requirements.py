"""The pinned sets are complete, exact and name no place to fetch from."""

import json
import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SETS = ("requirements.txt", "requirements-dev.txt", "requirements-demo.txt")


def pins(name: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-r")]


def needed(pinned: list[Requirement]) -> set[str]:
    """Every package that the pinned ones ask for, by their own metadata."""
    names: set[str] = set()
    for pin in pinned:
        if pin.marker and not pin.marker.evaluate():
            continue
        for line in metadata.requires(pin.name) or []:
            asked = Requirement(line)
            extras = [*pin.extras, ""]
            if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in extras):
                names.add(canonicalize_name(asked.name))
    return names


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_is_pinned_to_one_version(name):
    assert [str(pin) for pin in pins(name) if not re.fullmatch(r"==[\w.]+", str(pin.specifier))] == []


def test_the_runtime_set_holds_everything_it_needs():
    runtime = pins("requirements.txt")
    assert needed(runtime) - {canonicalize_name(pin.name) for pin in runtime} == set()


def test_the_development_set_adds_what_is_missing_and_nothing_twice():
    runtime, added = pins("requirements.txt"), pins("requirements-dev.txt")
    names = {canonicalize_name(pin.name) for pin in runtime}, {canonicalize_name(pin.name) for pin in added}
    assert names[0] & names[1] == set()
    assert needed(added) - names[0] - names[1] == set()


def test_the_installed_versions_are_the_pinned_ones():
    for pin in [*pins("requirements.txt"), *pins("requirements-dev.txt")]:
        if pin.marker is None or pin.marker.evaluate():
            assert metadata.version(pin.name) in pin.specifier, pin


def test_browser_packages_are_locked_by_content_and_without_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    locked = {path: entry for path, entry in lock["packages"].items() if path}
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())
    assert [path for path, entry in locked.items() if "resolved" in entry] == []


@pytest.mark.parametrize("name", SETS)
def test_no_requirement_names_an_address(name):
    assert "//" not in (ROOT / name).read_text()
