"""The whole way of a proposal, with four people: sent, answered, done by a colleague, closed, seen."""

from dataclasses import dataclass

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from improvements.models import Action, Improvement
from improvements.workflow import ACTION
from improvements.workflow import IMPROVEMENT as CASE
from qms.organisation.models import Person, Unit
from qms.records.workflow import Transition
from tests.browser.fixtures import PHONE, OpenAs
from tests.browser.language import speaks
from tests.browser.looks import overflow
from tests.browser.steps import Say, photo, sent_reference, words, write_proposal
from tests.conftest import Town
from tests.factories import person

pytestmark = pytest.mark.browser

TEXT = "Lampan vid entrén är trasig och jag snubblade i morse."
TO_DO = "Byt lampan och sätt upp en till"
DONE = "Två nya lampor sitter uppe."
THANKS = "Tack för att du sa till, nu ser alla var de går."


@dataclass
class Walk:
    """A journey in one language; each page on the way is looked at as it is passed."""

    language: str
    names: set[str]

    @property
    def say(self) -> Say:
        """The product's texts in the language of the journey."""
        return words(self.language)

    def passing(self, page: Page) -> None:
        """What holds on every page of the way: its language, and that it fits the screen."""
        speaks(page, self.language, self.names)
        assert overflow(page) == [], page.url

    def go(self, page: Page, path: str) -> None:
        """Open an address."""
        page.goto(path)
        self.passing(page)

    def press(self, page: Page, name: str) -> None:
        """Press the button or link in the content that is called that."""
        wanted = self.say(name)
        content = page.locator("main")
        link = content.get_by_role("link", name=wanted, exact=True)
        content.get_by_role("button", name=wanted, exact=True).or_(link).first.click()

    def decide(self, page: Page, transition: Transition, comment: str = "") -> None:
        """Make a decision on what is open: its button, what it asks, and the same button again."""
        with translation.override(self.language):
            label, asked = str(transition.label), str(transition.comment_label)
        acts = page.locator("section[aria-labelledby=now]")
        act = acts.get_by_role("link", name=label, exact=True)
        act.click()
        form = page.locator("form[data-draft^=move]").first
        if comment:
            form.get_by_label(asked).fill(comment)
        form.get_by_role("button", name=label, exact=True).click()
        expect(act).to_have_count(0)
        expect(page.locator(".toasts")).to_be_visible()
        self.passing(page)


@pytest.mark.parametrize(
    ("language", "script"), [("sv", True), ("en", True), ("nb", True), ("sv", False)], ids=str
)
def test_four_people_take_a_proposal_the_whole_way(
    town_live: Town, open_as: OpenAs, language: str, script: bool
):
    colleague = person("colleague", town_live.north)
    names = {*Person.objects.values_list("name", flat=True), *Unit.objects.values_list("name", flat=True)}
    walk = Walk(language, names | {name.split()[0] for name in names})

    def window(who: Person, width: int = 1280) -> Page:
        return open_as(who, width=width, language=language, java_script_enabled=script)

    employee = window(town_live.employee, PHONE)
    reference = _sends(walk, employee)
    manager = window(town_live.manager)
    _answers(walk, manager, colleague)
    _does(walk, window(colleague, PHONE))
    _closes(walk, manager, reference)
    _sees(walk, employee, reference)


def _sends(walk: Walk, page: Page) -> str:
    walk.go(page, "/")
    button = write_proposal(page, TEXT, walk.say)
    walk.passing(page)
    page.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    button.click()
    reference = sent_reference(page, walk.say)
    walk.passing(page)
    return reference


def _answers(walk: Walk, page: Page, colleague: Person) -> None:
    """The manager finds it on the start page, answers, and gives a colleague something to do."""
    walk.go(page, "/")
    page.get_by_role("link", name="Lampan vid entrén").first.click()
    walk.passing(page)
    walk.decide(page, CASE.transition("just_do"), TO_DO)
    walk.press(page, "Add an action")
    page.get_by_label(walk.say("What is to be done?")).fill(TO_DO)
    page.get_by_label(walk.say("Who does it?")).fill(colleague.email)
    page.get_by_role("button", name=walk.say("Add the action")).click()
    expect(page.get_by_role("link", name=TO_DO).first).to_be_visible()
    assert Action.objects.get().owner == colleague


def _does(walk: Walk, page: Page) -> None:
    """The colleague, who has no role at all, finds it in the own work and does it, on a phone."""
    walk.go(page, reverse("home:work"))
    page.get_by_role("link", name=TO_DO).first.click()
    walk.passing(page)
    walk.decide(page, ACTION.transition("done"), DONE)
    assert Action.objects.get().state == "done"


def _closes(walk: Walk, page: Page, reference: str) -> None:
    walk.go(page, reverse("records:detail", args=[reference]))
    walk.decide(page, CASE.transition("done"), DONE)
    walk.decide(page, CASE.transition("close"), THANKS)
    assert Improvement.objects.get().state == "closed"


def _sees(walk: Walk, page: Page, reference: str) -> None:
    """The employee is told, reads all of it, and may stop following."""
    walk.go(page, reverse("records:notifications"))
    expect(page.locator("main")).to_contain_text(reference)
    walk.go(page, reverse("records:detail", args=[reference]))
    for text in (TEXT, DONE, THANKS, TO_DO):
        expect(page.locator("main")).to_contain_text(text)
    walk.press(page, "You follow")
    expect(page.get_by_role("button", name=walk.say("Follow"), exact=True)).to_be_visible()
    walk.passing(page)
