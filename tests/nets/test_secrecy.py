"""A restricted or sealed record: nothing of it, anywhere, for those who have no part in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from improvements.models import Improvement
from qms.mail.models import Mail
from qms.organisation.access import LinkAccess, SystemAccess, VisitorAccess
from qms.records.mailing import digests, urgent_mails
from qms.records.models import Named, Notification, Record, Share, Task
from qms.records.services.change import edit_token
from qms.records.visibility import surely_sees
from tests.nets.conftest import asked_for, browser_of, bytes_of, text_of
from tests.nets.page import CAST
from tests.nets.pages import PAGES
from tests.nets.world import SEALED, SEALED_WORD, SECRET, SECRET_WORD, World


@dataclass(frozen=True)
class Secret:
    """A record kept from view: its words, who must find nothing of it, who sees it."""

    name: str
    title: str
    word: str
    kept_out: tuple[str, ...]
    sees: tuple[str, ...]

    def record(self, world: World) -> Improvement:
        """The record in this world."""
        found: Improvement = getattr(world, self.name)
        return found


OUTSIDE = ("visitor", "outsider", "reader", "exec", "admin", "south_head")
SECRETS = (
    Secret(
        "restricted",
        SECRET,
        SECRET_WORD,
        (*OUTSIDE, "auditor"),
        ("employee", "manager", "handler", "care_head", "quality"),
    ),
    # No role opens it: neither the handler's of its own unit nor the quality manager's of everything.
    Secret(
        "sealed",
        SEALED,
        SEALED_WORD,
        (*OUTSIDE, "handler", "care_head", "quality"),
        ("employee", "manager", "auditor"),
    ),
)
GETS = [page for page in PAGES if not page.posts]
KEPT_OUT = [
    pytest.param(secret, who, id=f"{secret.name}-{who}") for secret in SECRETS for who in secret.kept_out
]
SEES = [pytest.param(secret, who, id=f"{secret.name}-{who}") for secret in SECRETS for who in secret.sees]


@pytest.mark.parametrize("who", dict.fromkeys(who for secret in SECRETS for who in secret.kept_out))
def test_no_page_shows_a_word_of_it(who: str, world: World):
    """Every page as it is, asked for the secret words, and asked for the records themselves."""
    browser, secrets = browser_of(world, who), [secret for secret in SECRETS if who in secret.kept_out]
    seen = [
        (secret.name, address)
        for address in dict.fromkeys(_addresses(world, secrets))
        for text in asked_for(browser, address, [secret.word for secret in secrets])
        for secret in secrets
        if _is_told_in(text.replace(address.partition("?")[0], ""), secret, world)
    ]
    assert not seen


def _addresses(world: World, secrets: list[Secret]) -> Iterator[str]:
    for entry in GETS:
        yield reverse(entry.name, args=entry.args(world)) + entry.query
        if entry.args(world) == (world.case.reference,):
            for secret in secrets:
                yield reverse(entry.name, args=(secret.record(world).reference,))


def _is_told_in(text: str, secret: Secret, world: World) -> bool:
    return secret.title in text or secret.record(world).reference in text


@pytest.mark.parametrize(("secret", "who"), SEES)
def test_those_who_have_a_part_in_it_see_it(secret: Secret, who: str, world: World):
    page = browser_of(world, who).get(secret.record(world).get_absolute_url())
    assert secret.title in page.content.decode()


@pytest.mark.parametrize(("secret", "who"), KEPT_OUT)
def test_it_is_not_there_for_the_others(secret: Secret, who: str, world: World):
    answer = browser_of(world, who).get(secret.record(world).get_absolute_url())
    assert answer.status_code == (302 if who == "visitor" else 404)


@pytest.mark.parametrize(("secret", "who"), [one for one in KEPT_OUT if one.values[1] != "visitor"])
def test_its_words_count_as_little_as_words_that_nothing_has(secret: Secret, who: str, world: World):
    access = world.town.access(who)
    assert Record.objects.filter(title=secret.title).count_visible_to(access, 10) == 0
    browser = browser_of(world, who)
    exported = browser.get(reverse("records:export"), {"q": secret.word, "state": "all"})
    sheet = load_workbook(BytesIO(bytes_of(exported))).worksheets[0]
    assert sheet.max_row == 1  # the headings


@pytest.mark.parametrize(("secret", "who"), [one for one in KEPT_OUT if one.values[1] != "visitor"])
def test_nothing_of_it_is_offered_while_one_writes_or_when_many_are_changed(
    secret: Secret, who: str, world: World
):
    """Neither as similar, nor as something to tie to or to call on somebody in, nor for a row guessed."""
    browser, record = browser_of(world, who), secret.record(world)
    asked = {"act": "improvement.classify", "category": "praise"}
    rows = {"row": [record.reference], "all": "1", "query": f"q={secret.word}"}
    bulk = reverse("records:bulk", args=("improvement",))
    answers = [
        browser.post(reverse("improvements:similar"), {"text": f"{secret.title}. {secret.title}"}),
        browser.post(reverse("improvements:send"), {"text": secret.title, "look": "1"}),
        *(browser.get(reverse(name), {"q": secret.title}) for name in ("records:options",)),
        *(browser.post(bulk, {**asked, **rows, "step": step}, follow=True) for step in ("", "preview")),
        browser.post(bulk, {**asked, "step": "do", "token": [f"{record.reference} {edit_token(record)}"]}),
    ]
    said = "".join(text_of(answer) for answer in answers).replace(f"\n{secret.title}</textarea>", "")
    assert secret.title not in said and record.get_absolute_url() not in said


@pytest.mark.parametrize(("secret", "who"), [one for one in KEPT_OUT if one.values[1] != "visitor"])
def test_no_mail_tells_of_it(secret: Secret, who: str, world: World):
    """What they followed, were called on in or were asked about before, and was not mailed yet."""
    Notification.objects.filter(person=getattr(world.town, who)).update(mail_owed=True)
    urgent_mails()
    digests()
    mails = Mail.objects.filter(person=getattr(world.town, who))
    assert not [mail.subject for mail in mails if secret.word in f"{mail.subject}{mail.text}{mail.html}"]


@pytest.mark.parametrize("who", [*CAST, "system"])
def test_what_is_seen_without_asking_the_database_is_seen(who: str, world: World):
    access = {"visitor": VisitorAccess(), "system": SystemAccess("a test")}.get(who) or world.town.access(who)
    everything = Record.objects.select_related("unit")
    seen = set(Record.objects.visible_to(access).values_list("pk", flat=True))
    surely = {record.pk for record in everything if surely_sees(record, access)}
    assert surely <= seen
    # What is left to be asked is given to them by a row of its own.
    people = list(access.acts_for)
    given = (
        Task.objects.open().filter(assignee__in=people),
        Named.objects.in_force().filter(person__in=people),
        Share.objects.all(),
    )
    assert seen - surely <= {pk for rows in given for pk in rows.values_list("record_id", flat=True)}


def test_who_holds_a_link_surely_sees_that_record_alone(world: World):
    others = Record.objects.exclude(pk=world.case.pk).exclude(visibility="public").select_related("unit")
    access = LinkAccess(world.case.pk, "Somebody")
    assert surely_sees(world.case, access)
    assert not any(surely_sees(record, access) for record in others)
