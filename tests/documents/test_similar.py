"""Texts that say nearly the same are found, also among thousands, and phrases of the house are not enough."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.content.similar import likeness, near_duplicates, sketch

STOCK = [f"ord{number}" for number in range(4_000)]


def text(seed: int, words: int = 400) -> str:
    return " ".join(random.Random(seed).choices(STOCK, k=words))


def changed(said: str, share: float) -> str:
    """The same text with about that share of its words others."""
    chance = random.Random(1)
    return " ".join(chance.choice(STOCK) if chance.random() < share else word for word in said.split())


def test_a_copy_with_another_head_is_found_and_another_text_is_not():
    own = text(1)
    pairs = list(
        near_duplicates(
            {7: sketch(own), 9: sketch("Socialförvaltningen " + changed(own, 0.02)), 8: sketch(text(2))}
        )
    )
    assert [(pair.first, pair.second) for pair in pairs] == [(7, 9)]
    assert pairs[0].likeness > 0.7


@pytest.mark.parametrize("share", [0.0, 0.02, 0.05, 0.1, 0.3])
def test_the_likeness_is_near_the_share_of_runs_in_common(share):
    first, second = text(3, 2_000), changed(text(3, 2_000), share)
    runs = [
        {tuple(words[at : at + 4]) for at in range(len(words) - 3)}
        for words in (first.split(), second.split())
    ]
    true = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    assert likeness(sketch(first), sketch(second)) == pytest.approx(true, abs=0.12)


@given(st.text(max_size=400))
def test_every_text_is_like_itself_or_too_short_to_be_judged(said):
    marks = sketch(said)
    assert likeness(marks, marks) == (1.0 if marks else 0.0)
    assert all(0 <= mark < 2**63 for mark in marks) and marks == sorted(set(marks))


def test_short_texts_are_not_judged():
    assert sketch("Taxa för bygglov 2026") == []
    assert list(near_duplicates({1: [], 2: []})) == []


def test_thousands_are_held_against_each_other_in_seconds():
    letterhead = text(0, 60)
    sketches = {number: sketch(letterhead + " " + text(number, 200)) for number in range(1, 3_001)}
    sketches[9_999] = sketch(changed(letterhead + " " + text(77, 200), 0.01))
    started = time.process_time()
    found = list(near_duplicates(sketches))
    assert [(pair.first, pair.second) for pair in found] == [(77, 9_999)]
    assert time.process_time() - started < 10


def test_texts_made_from_one_template_are_not_alike_by_that():
    template = [text(seed, 60) for seed in range(12)]

    def made(number: int) -> str:
        return " ".join([*random.Random(number).sample(template, 6), text(100 + number, 60)])

    sketches = {number: sketch(made(number)) for number in range(140)}
    assert list(near_duplicates(sketches)) == []
    sketches[999] = sketch("Skolan " + made(7))  # two that say the same beside it are
    assert [(pair.first, pair.second) for pair in near_duplicates(sketches)] == [(7, 999)]
