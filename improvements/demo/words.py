"""Texts that can have the same life: what is said in the one where the other says something else. Pure."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from improvements.demo.script import Script
from improvements.wording import title_of

Text = Mapping[str, Any]


def shape(text: Text, outcome: str) -> tuple[object, ...]:
    """What two texts must have in common, that with this outcome the same may become of both."""
    ended = text[outcome] if isinstance(text[outcome], Mapping) else {}
    return (
        outcome,
        text["category"],
        text.get("severity"),
        text.get("from"),
        tuple(line["by"] for line in text["comments"]),
        "before_after" in text,
        tuple(ended.get("means", ())),
        ended.get("effect", {}).get("result"),
        title_of(text["text"]) == text["title"],
    )


def instead(life: Script, text: Text) -> dict[str, str] | None:
    """What would be said in the life if it were the text's, by what is; None where that cannot be told.

    Both have the same `shape`.
    """
    if text is life.text:
        return {}
    spoken = [line["text"] for line in life.text["comments"]]
    if spoken[: len(life.said)] != [what for _when, _who, what in life.said]:
        return None  # somebody is called on by name
    words: dict[str, str] = {}
    actions = len(life.actions)
    pairs = zip_longest(_said(life.text, life.outcome, actions), _said(text, life.outcome, actions))
    for one, other in pairs:
        if one is None or other is None or words.setdefault(one, other) != other:
            return None
    return words


def _said(text: Text, outcome: str, actions: int) -> Iterator[str]:
    """All that is written in a life, in order; of the actions so many as were decided."""
    yield text["text"]
    yield title_of(text["text"])
    yield text["title"]
    answer = text[outcome]
    yield answer if isinstance(answer, str) else answer["answer"]
    if outcome == "handling":
        yield answer["cause"]
        yield answer["effect"]["text"]
        yield from (action["title"] for action in answer["actions"][:actions])
    yield from (line["text"] for line in text["comments"])
    yield text["thanks"]
    if "before_after" in text:
        yield text["before_after"]
