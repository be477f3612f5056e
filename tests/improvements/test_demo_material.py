"""The demo's texts are complete, consistent and fit for a loader: checked without a database."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from improvements.demo.drawings import SCENES, picture
from improvements.models import MOST_ALT, MOST_SHOWN, MOST_WORD, Category, Channel, FlagKind, Harm, Means
from qms.organisation.roles import BY_KEY

ROOT = Path(__file__).resolve().parents[2]
CASES_DIR = ROOT / "improvements" / "demo"
PEOPLE_DIR = ROOT / "qms" / "organisation" / "demo"
MAX_BYTES = 120_000
MAX_TITLE = 70
OUTCOMES = ("just_do", "handling", "not_now", "send_on")
ENDS = (*OUTCOMES, "lack_means", "same_as")
SHARES = {"proposal": (45, 60), "deviation": (20, 30), "complaint": (9, 20), "praise": (5, 11)}
REQUIRED = {"key", "category", "units", "title", "text", "comments", "thanks", "similar", "applies_to"}
OPTIONAL = {*ENDS, "severity", "restricted", "months", "before_after", "from", "drawing", "flag", "joins"}


def load(path: Path) -> Any:
    """Return the file's content."""
    return json.loads(path.read_text(encoding="utf-8"))


UNITS = {unit["code"]: unit for unit in load(PEOPLE_DIR / "units.json")}
FILES = sorted([*CASES_DIR.glob("*.json"), *PEOPLE_DIR.glob("*.json")])
CASES = [case for path in FILES if path.name.startswith("cases_") for case in load(path)]
KEYS = {case["key"] for case in CASES}
CAST = load(PEOPLE_DIR / "cast.json")

ELSEWHERE = load(CASES_DIR / "elsewhere.json")

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["key"])


def slug(text: str) -> str:
    """Return the name as it stands in an e-mail address."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")


def all_texts(value: Any) -> list[str]:
    """Return every string inside a value."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in all_texts(child)]


def prefixes(code: str) -> list[str]:
    """Return the codes above a code, by its hyphens: VOF-HT-2 gives VOF-HT and VOF."""
    parts = code.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


each_elsewhere = pytest.mark.parametrize("told", ELSEWHERE, ids=lambda told: told["key"])


@each_file
def test_each_file_is_small_enough_to_read(path):
    assert path.stat().st_size <= MAX_BYTES


@each_file
def test_no_text_is_empty_or_has_stray_spaces(path):
    assert [text for text in all_texts(load(path)) if text != text.strip() or not text or "  " in text] == []


def test_there_are_at_least_100_cases_with_texts_of_their_own():
    assert len({case["text"] for case in CASES}) == len(CASES) >= 100
    assert len(KEYS) == len(CASES)
    assert len({case["title"] for case in CASES}) == len(CASES)


def test_the_categories_have_their_shares():
    counts = Counter(case["category"] for case in CASES)
    assert set(counts) == set(SHARES) == set(Category.values)
    outside = {
        category: share
        for category, (low, high) in SHARES.items()
        if not low <= (share := 100 * counts[category] / len(CASES)) <= high
    }
    assert outside == {}


def test_every_unit_that_does_the_work_has_a_case():
    parents = {unit["parent"] for unit in UNITS.values()}
    workplaces = {code for code, unit in UNITS.items() if unit["type"] == "unit" and code not in parents}
    assert workplaces - {code for case in CASES for code in case["units"]} == set()


def test_every_outcome_and_every_effect_occurs_often_enough_to_be_shown():
    outcomes = Counter(outcome for case in CASES for outcome in OUTCOMES if outcome in case)
    effects = Counter(case["handling"]["effect"]["result"] for case in CASES if "handling" in case)
    assert min(outcomes[outcome] for outcome in OUTCOMES) >= 20
    assert set(effects) == {"worked", "partly", "did_not"}
    assert min(effects.values()) >= 5
    assert sum(1 for case in CASES if case.get("restricted")) >= 5


@each_case
def test_a_case_has_the_fields_of_its_kind(case):
    assert set(case) >= REQUIRED
    assert set(case) - REQUIRED - OPTIONAL == set()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case["key"])
    assert ("severity" in case) == (case["category"] == "deviation")
    assert case.get("severity", "none") in Harm.values
    assert set(case.get("months", [])) <= set(range(1, 13))
    assert case.get("restricted", True) is True
    assert case.get("from", Channel.ANONYMOUS) in (Channel.ANONYMOUS, Channel.RESIDENTS)
    assert case.get("drawing", "lamp") in SCENES
    assert set(case.get("lack_means", {}).get("means", ())) <= set(Means.values)
    assert case.get("flag", {}).get("kind", FlagKind.LEX_SARAH) in FlagKind.values
    assert ("joins" in case) == ("same_as" in case)
    assert case.get("joins", case["key"]) in KEYS


@each_case
def test_a_title_fits_and_a_text_is_one_to_six_sentences(case):
    assert len(case["title"]) <= MAX_TITLE
    assert not case["title"].endswith(".")
    assert 1 <= len(re.findall(r"[.!?…]+(?=\s|$)", case["text"] + ".")) <= 7


@each_case
def test_a_case_names_units_and_cases_that_exist(case):
    assert case["units"]
    assert {*case["units"], *case["applies_to"]} <= set(UNITS)
    assert not set(case["units"]) & set(case["applies_to"])
    assert set(case["similar"]) <= KEYS - {case["key"]}


@each_case
def test_a_case_has_an_outcome_that_can_be_told(case):
    assert any(outcome in case for outcome in ENDS)
    if just_do := case.get("just_do"):
        assert set(just_do) == {"answer", "days"}
        assert just_do["days"] > 0
    if send_on := case.get("send_on"):
        assert set(send_on) == {"unit", "reason"}
        assert send_on["unit"] in set(UNITS) - set(case["units"])
    if handling := case.get("handling"):
        assert set(handling) == {"answer", "cause", "actions", "effect"}
        assert set(handling["effect"]) == {"text", "result"}
        assert handling["actions"]
        assert all(action["days"] > 0 and len(action["title"]) <= MAX_TITLE for action in handling["actions"])
        assert all(action.get("after", -1) < place for place, action in enumerate(handling["actions"]))


@each_case
def test_a_dialogue_is_between_sender_and_handler(case):
    assert len(case["comments"]) <= 4
    assert {line["by"] for line in case["comments"]} <= {"sender", "handler"}


@each_case
def test_before_and_after_stands_only_where_it_may_end_well(case):
    if line := case.get("before_after"):
        assert re.fullmatch(r"Förut: .+ Nu: .+", line)
        assert "just_do" in case or case["handling"]["effect"]["result"] != "did_not"


def test_answers_speak_without_system_words():
    shown = [
        text
        for case in CASES
        for field in ("just_do", "handling", "not_now", "send_on", "thanks")
        if field in case
        for text in all_texts(case[field])
    ]
    shown += all_texts(load(CASES_DIR / "phrases.json"))
    assert [text for text in shown if re.search(r"\b(ärende|status|ticket)", text, re.I)] == []


def test_each_group_of_phrases_has_15_to_30_different_lines():
    phrases = load(CASES_DIR / "phrases.json")
    assert {group: len(lines) for group, lines in phrases.items() if not 15 <= len(lines) <= 30} == {}
    assert {group for group, lines in phrases.items() if len(set(lines)) != len(lines)} == set()


def test_the_units_are_a_tree_of_86():
    assert len(UNITS) == 86
    assert {unit["parent"] for unit in UNITS.values()} <= {None, *UNITS}


def test_the_names_are_enough_for_300_people_with_addresses_of_their_own():
    groups = load(PEOPLE_DIR / "names.json")["groups"]
    given = [name for group in groups for name in group["given"]]
    family = [name for group in groups for name in group["family"]]
    assert (len(set(given)), len(set(family))) == (len(given), len(family)) == (120, 160)
    assert sum(group["share"] for group in groups) == 100
    assert all(len(group["given"]) * len(group["family"]) >= 3 * group["share"] for group in groups)
    assert all(re.fullmatch(r"[a-z-]+", slug(name)) for name in given + family)
    assert len({slug(name) for name in given}) == len(given)
    assert len({slug(name) for name in family}) == len(family)


def test_every_unit_finds_its_titles_by_its_code_or_the_code_above():
    titles = load(PEOPLE_DIR / "titles.json")
    assert set(titles) <= set(UNITS)
    assert all(3 <= len(set(names)) == len(names) <= 8 for names in titles.values())
    assert [code for code in UNITS if not {code, *prefixes(code)} & set(titles)] == []


def test_the_cast_is_small_and_each_member_is_whole():
    assert 14 <= len(CAST) <= 16
    for person in CAST:
        assert set(person) == {"key", "name", "email", "title", "home", "heads", "grants", "blurb"}
        assert person["email"] == f"{slug(person['name'])}@exempelkoping.se"
        granted = {grant["unit"] for grant in person["grants"]}
        assert {person["home"], *person["heads"], *granted} <= set(UNITS)
        assert {grant["role"] for grant in person["grants"]} <= set(BY_KEY)
    assert len({person["key"] for person in CAST}) == len({person["email"] for person in CAST}) == len(CAST)


def test_the_cast_plays_every_role_and_no_unit_has_two_heads():
    assert {grant["role"] for person in CAST for grant in person["grants"]} == set(BY_KEY)
    heads = Counter(code for person in CAST for code in person["heads"])
    assert max(heads.values()) == 1


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_drawn_the_same_each_time_and_is_another_afterwards(scene):
    before, after = picture(scene, "före"), picture(scene, "efter")
    assert before.content.getvalue() != after.content.getvalue()
    assert before.type.is_image and before.thumbnail
    drawn = before.content.getvalue()
    picture.cache_clear()
    assert picture(scene, "före").content.getvalue() == drawn


def test_a_scene_is_said_in_words_before_and_afterwards():
    words = load(CASES_DIR / "scenes.json")
    assert set(words) == set(SCENES)
    said = [text for pair in words.values() for text in pair]
    assert len(set(said)) == len(said) == 2 * len(SCENES)
    assert max(map(len, said)) <= MOST_ALT


@each_elsewhere
def test_what_others_come_to_know_is_of_a_case_that_was_simply_done(told):
    (case,) = [case for case in CASES if case["key"] == told["key"]]
    assert told["unit"] in case["units"]
    assert "just_do" in case and not case.get("restricted") and "flag" not in case
    assert {"asked", "shown"} & set(told)
    shown = told.get("shown", {"was": "-", "now": "-"})
    assert max(len(shown["was"]), len(shown["now"])) <= MOST_SHOWN


@each_elsewhere
def test_between_two_and_five_other_units_are_asked_and_say_why(told):
    asked = told.get("asked")
    if asked is None:
        return
    assert 2 <= len(asked["units"]) <= 5
    assert set(asked["units"]) <= set(UNITS) - {told["unit"]}
    assert len(asked["word"]) <= MOST_WORD
    for reply in asked["units"].values():
        assert reply.get("answer", "") in ("", "adopted", "already", "not_for_us")
        assert ("answer" in reply) == ("days" in reply) == ("said" in reply)
        assert "done" not in reply or reply["answer"] == "adopted"
        assert len(reply.get("said", "")) <= MOST_WORD


def test_nothing_is_told_twice_of_others():
    assert len({(told["key"], told["unit"]) for told in ELSEWHERE}) == len(ELSEWHERE)
    assert sum("asked" in told for told in ELSEWHERE) >= 8
    assert sum("shown" in told for told in ELSEWHERE) >= 12
