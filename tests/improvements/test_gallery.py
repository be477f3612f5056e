"""What is shown in the gallery, to whom, and how a unit asks for it itself."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from improvements.models import GalleryEntry, Improvement, SpreadQuestion
from improvements.selectors.gallery import adopted_in_unit, gallery, others_have_solved
from improvements.selectors.periods import adopted_by_others
from improvements.selectors.spread import spread_of
from improvements.services import gallery_show, gallery_take_out, improvement_restrict, spread_wish
from improvements.services.flags import flag_set
from improvements.services.gallery import Picture
from qms.exceptions import NotYours, RuleViolation
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Attachment
from qms.records.services import attachment_remove, attachments_add
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.moments import at
from tests.improvements.steps import answer, ask, carried_out, decide
from tests.improvements.test_merge import sees
from tests.records.files import picture, upload


@pytest.fixture
def lamp(town: Town) -> Improvement:
    """A case in North, sent in by the employee, done by the manager."""
    return carried_out(town, improvement(town.north, town.employee, "The lamp by the gate is dark"))


def hang(town: Town, record: Improvement, name: str = "gate.jpg", by: str = "manager") -> Attachment:
    """A picture on the case."""
    with stored([receive(upload(name, picture()))]) as files:
        return attachments_add(record_id=record.pk, files=files, access=town.access(by))[0]


def show(
    town: Town,
    record: Improvement,
    *,
    by: str = "manager",
    for_all: bool = False,
    was: str = "Dark at the gate",
    before: Picture | None = None,
    after: Picture | None = None,
) -> GalleryEntry:
    return gallery_show(
        record_id=record.pk,
        was=was,
        now="A lamp that lights itself",
        before=before,
        after=after,
        for_all=for_all,
        access=town.access(by),
    )


def shown_to(town: Town, who: str, **asked: object) -> list[str]:
    found = gallery(town.access(who), **{"unit": None, "text": "", "shown": 12, **asked})
    return [card.entry.record.title for card in found.cards]


def test_it_is_seen_by_those_who_see_the_case_and_no_others(town: Town, lamp: Improvement):
    show(town, lamp)
    seen = {
        who: bool(shown_to(town, who))
        for who in ("employee", "reader", "south_head", "quality", "outsider", "admin")
    }
    assert seen == {
        "employee": True, "reader": True, "south_head": True, "quality": True,
        "outsider": False, "admin": False,
    }  # fmt: skip
    assert others_have_solved(town.access("south_head")) and not others_have_solved(town.access("outsider"))


def test_what_is_for_everyone_shows_the_card_and_not_the_case(town: Town, lamp: Improvement, sign_in):
    entry = show(town, lamp, for_all=True)
    (card,) = gallery(town.access("outsider"), unit=None, text="", shown=12).cards
    assert (card.entry, card.url, card.may_wish) == (entry, "", True)
    page = sign_in(town.outsider).get(reverse("improvements:gallery")).content.decode()
    assert "A lamp that lights itself" in page and lamp.reference not in page
    assert sign_in(town.outsider).get(lamp.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("kept", ["restricted", "sealed", "again", "taken out"])
def test_what_is_kept_back_or_opened_again_is_shown_to_nobody(town: Town, lamp: Improvement, kept: str):
    entry = show(town, lamp, for_all=True)
    access = town.access("manager")
    if kept == "restricted":
        improvement_restrict(record_id=lamp.pk, reason="OSL 26", access=access)
    elif kept == "sealed":
        known = at("2026-01-10 10:00")
        flag_set(record_id=lamp.pk, kind="lex_maria", why="A fall", known_at=known, access=access)
    elif kept == "again":
        decide(town, lamp, "reopen", comment="Dark again")
    else:
        gallery_take_out(record_id=lamp.pk, access=access)
    for who in ("manager", "quality", "employee", "outsider"):
        assert shown_to(town, who) == [], who
        with pytest.raises(GalleryEntry.DoesNotExist):
            spread_wish(entry_id=entry.pk, unit=town.school, access=town.access(who))


def test_opened_again_and_done_otherwise_old_words_come_back_only_when_somebody_shows_it_anew(
    town: Town, lamp: Improvement
):
    entry = show(town, lamp, for_all=True)
    decide(town, lamp, "reopen", comment="Dark again")
    carried_out(town, lamp, "The path was closed")
    assert shown_to(town, "quality") == []
    entry.refresh_from_db()
    assert (entry.now, entry.removed_by_name) == ("A lamp that lights itself", "Manager")
    show(town, lamp, was="Dark at the gate, twice")
    assert shown_to(town, "quality") == [lamp.title]


def test_only_whoever_handles_the_case_puts_it_there_and_takes_it_out(town: Town, lamp: Improvement):
    for who in ("employee", "reader", "auditor"):
        with pytest.raises(NotYours):
            show(town, lamp, by=who)
    show(town, lamp)
    with pytest.raises(NotYours):
        gallery_take_out(record_id=lamp.pk, access=town.access("employee"))
    gallery_take_out(record_id=lamp.pk, access=town.access("handler"))
    with pytest.raises(RuleViolation, match="not in the gallery"):
        gallery_take_out(record_id=lamp.pk, access=town.access("handler"))
    show(town, lamp)
    names = [one.name for one in lamp.decisions.order_by("pk") if one.before == one.after]
    assert names == ["shown", "taken_out", "shown"]


def test_what_is_not_done_or_kept_back_cannot_be_put_there(town: Town, lamp: Improvement):
    with pytest.raises(RuleViolation, match="when it is done"):
        show(town, improvement(town.north, town.employee))
    improvement_restrict(record_id=lamp.pk, reason="OSL 26", access=town.access("manager"))
    with pytest.raises(RuleViolation, match="only for those who handle it"):
        show(town, lamp)
    assert not GalleryEntry.objects.exists()


@pytest.mark.parametrize("wrong", ["words", "long", "alt", "another"])
def test_what_is_missing_is_said_beside_the_field(town: Town, lamp: Improvement, wrong: str):
    was, after, field = "Dark", None, "was"
    if wrong in ("words", "long"):
        was = " " if wrong == "words" else "x" * 301
    elif wrong == "alt":
        after, field = Picture(hang(town, lamp).pk, " "), "after_alt"
    else:
        other = improvement(town.north, town.employee)
        after, field = Picture(hang(town, other).pk, "A gate"), "after"
    with pytest.raises(RuleViolation) as refused:
        show(town, lamp, was=was, after=after)
    assert refused.value.field == field


def picture_codes(browser: Client, entry: GalleryEntry) -> tuple[int, int]:
    """What is answered for the picture of before and that of now."""
    address = [
        reverse("improvements:gallery_picture", args=[entry.pk, which]) for which in ("before", "after")
    ]
    before, after = (browser.get(one).status_code for one in address)
    return before, after


def test_a_picture_is_given_to_those_whom_the_gallery_shows_it_and_to_no_others(
    town: Town, lamp: Improvement, sign_in
):
    file = hang(town, lamp)
    entry = show(town, lamp, after=Picture(file.pk, "The gate, lit"))
    assert picture_codes(sign_in(town.employee), entry) == (404, 200)
    assert picture_codes(sign_in(town.outsider), entry) == (404, 404)
    assert Client().get(reverse("improvements:gallery_picture", args=[entry.pk, "after"])).status_code == 302
    show(town, lamp, after=Picture(file.pk, "The gate, lit"), for_all=True)
    assert picture_codes(sign_in(town.outsider), entry) == (404, 200)
    assert sign_in(town.outsider).get(reverse("records:thumbnail", args=[file.public_id])).status_code == 404
    improvement_restrict(record_id=lamp.pk, reason="OSL 26", access=town.access("manager"))
    assert picture_codes(sign_in(town.outsider), entry) == (404, 404)
    assert picture_codes(sign_in(town.manager), entry) == (404, 404)


def test_the_picture_is_small_and_comes_late_and_a_removed_one_is_gone(
    town: Town, lamp: Improvement, sign_in
):
    before, after = hang(town, lamp), hang(town, lamp, "lit.jpg")
    entry = show(
        town, lamp, before=Picture(before.pk, "A dark gate"), after=Picture(after.pk, "The gate, lit")
    )
    browser = sign_in(town.employee)
    page = browser.get(reverse("improvements:gallery")).content.decode()
    assert 'alt="A dark gate"' in page and page.count('loading="lazy"') == 2
    got = browser.get(reverse("improvements:gallery_picture", args=[entry.pk, "before"]))
    assert got["Content-Type"] == "image/webp" and "no-cache" in got["Cache-Control"]
    attachment_remove(attachment_id=before.pk, access=town.access("manager"))
    assert picture_codes(browser, entry) == (404, 200)
    assert "A dark gate" not in browser.get(reverse("improvements:gallery")).content.decode()


def test_it_is_found_by_unit_and_by_words(town: Town, lamp: Improvement):
    show(town, lamp)
    door = carried_out(town, improvement(town.south, town.employee, "The door is heavy"), by="quality")
    show(town, door, by="quality", was="Nobody could open it")
    found = {
        "care": shown_to(town, "quality", unit=town.care),
        "south": shown_to(town, "quality", unit=town.south),
        "school": shown_to(town, "quality", unit=town.school),
        "words": shown_to(town, "quality", text="open nobody"),
        "first": shown_to(town, "quality", shown=1),
    }
    assert found == {
        "care": [door.title, lamp.title],
        "south": [door.title],
        "school": [],
        "words": [door.title],
        "first": [door.title],
    }


def test_a_manager_elsewhere_asks_for_it_and_answers_as_one_who_was_asked(
    town: Town, lamp: Improvement, sign_in
):
    entry = show(town, lamp, for_all=True)
    browser = sign_in(town.outsider)
    asked = browser.post(reverse("improvements:gallery_wish", args=[entry.pk]), {"unit": town.school.pk})
    question = SpreadQuestion.objects.get()
    assert asked["Location"] == reverse("improvements:spread_answer", args=[lamp.reference, question.pk])
    assert (question.wished, question.unit, question.asked_by_name) == (True, town.school, "Outsider")
    assert sees(town, "outsider", lamp), "who wants to do the same sees how it was done"
    assert browser.get(asked["Location"]).status_code == 200
    answer(town, question, by="outsider")
    (card,) = gallery(town.access("employee"), unit=None, text="", shown=12).cards
    assert card.used == "Used in 1 more unit"
    panel = adopted_in_unit(town.access("outsider"), town.school)
    assert (panel.total, panel.lines[0].meta) == (1, "Taken over from North")
    assert adopted_in_unit(town.access("employee"), town.school).total == 0


def test_a_unit_whose_own_case_was_given_up_no_longer_counts_as_doing_it(
    town: Town, lamp: Improvement, sign_in
):
    show(town, lamp)
    (question,) = ask(town, lamp, town.south)
    own = answer(town, question).own_case
    assert own is not None
    manager = town.access("manager")
    used = Improvement.objects.filter(adopted_by_others(timezone.localdate()))

    def told() -> tuple[int, str, list[Improvement], int, str]:
        found, (card,) = spread_of(lamp, manager), gallery(manager, unit=None, text="", shown=12).cards
        rows = adopted_in_unit(town.access("south_head"), town.south)
        return found.adopted, str(found.asked[0].question.stands), list(used.all()), rows.total, card.used

    assert told() == (1, "Yes, we do it", [lamp], 1, "Used in 1 more unit")
    decide(town, own, "lack_means", by="south_head", means=["time"])
    assert told() == (0, "Said yes, but nothing came of it there", [], 0, "")
    page = sign_in(town.manager).get(lamp.get_absolute_url()).content.decode()
    assert "Said yes, but nothing came of it there" in page and "One more unit does it" not in page
    decide(town, own, "reopen", by="south_head", comment="Now there is time")
    assert told()[0] == 1


def test_nobody_asks_for_a_unit_whose_cases_they_do_not_handle(town: Town, lamp: Improvement):
    entry = show(town, lamp, for_all=True)
    for who, unit in (("outsider", town.south), ("reader", town.school), ("employee", town.north)):
        with pytest.raises(NotYours):
            spread_wish(entry_id=entry.pk, unit=unit, access=town.access(who))
    with pytest.raises(RuleViolation, match="done in North itself"):
        spread_wish(entry_id=entry.pk, unit=town.north, access=town.access("manager"))
    assert not sees(town, "outsider", lamp)


def test_a_unit_that_was_asked_already_gets_the_same_question(town: Town, lamp: Improvement):
    entry = show(town, lamp)
    (question,) = ask(town, lamp, town.south)
    again = spread_wish(entry_id=entry.pk, unit=town.south, access=town.access("south_head"))
    assert again == question and not again.wished
