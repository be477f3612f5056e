"""A masked copy for a request to see a case: what is masked is nowhere in it."""

import re
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from improvements.models import Disclosure, Improvement
from improvements.redaction.masking import BLOCK
from improvements.selectors.disclosure import Choice, fingerprint, found_in_case, masked_copy, material
from improvements.services import cause_add, cause_change, improvement_correct
from improvements.services.disclosure import disclosure_make
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Person
from qms.records.services import comment_add, note_add
from qms.records.services.handover import task_hand_over
from tests.conftest import Town
from tests.factories import improvement, person
from tests.improvements.steps import decide, handled, plan, soon

SignIn = Callable[[Person], Client]
SECRETS = ("Greta", "Larsson", "greta.l@exempel.se", "070-123 45 67", "520312-1234", "sockerdricka", "Kajsa")


@pytest.fixture
def case(town: Town) -> Improvement:
    town.north.name = "Björkgården"
    town.north.save()
    kajsa = person("kajsa", town.north)
    case = improvement(
        town.north,
        kajsa,
        "Greta Larsson föll i natt. Hon drack sockerdricka. Ring 070-123 45 67 eller greta.l@exempel.se.\n"
        "Personnummer 520312-1234. På Björkgården saknas grindar.",
    )
    decide(town, case, "just_do", comment="Vi hjälper Greta med en grind", due=soon())
    comment_add(record_id=case.pk, text="Tack, säger Kajsa", access=town.access("quality"))
    note_add(record_id=case.pk, text="Greta var arg", access=town.access("manager"))
    return case


def all_found(case: Improvement) -> tuple[str, ...]:
    return tuple(one.words for one in found_in_case(case, material(case, internal=False)))


def test_causes_the_correction_and_effect_checks_are_in_it_and_are_masked(town: Town):
    case = handled(town, improvement(town.north, town.employee, "Greta föll"))
    manager = town.access("manager")
    improvement_correct(record_id=case.pk, text="Greta fick en grind", access=manager)
    why = cause_add(record_id=case.pk, text="Ingen frågade Greta", access=manager)
    cause_change(cause_id=why.pk, text="Ingen frågade Greta", is_root=True, access=manager)
    action = plan(town, case, town.handler)
    decide(town, action, "done", by="handler", comment="Greta visade hur")
    judge = {"judge": town.quality, "due": soon(20), "sign": "Greta faller inte"}
    decide(town, case, "test", comment="Grinden sitter", **judge)
    case = Improvement.objects.get(pk=case.pk)
    parts = material(case, internal=False)
    texts = {part.label: (part.text, part.who) for part in parts}
    assert texts["What was done at once"] == ("Greta fick en grind", "")
    assert texts["Root cause"] == ("Ingen frågade Greta", "Manager")
    assert texts["What would show that it helped"] == ("Greta faller inte", "Quality")
    assert "Greta visade hur" in texts["Action"][0]
    copy, _count = masked_copy(parts, Choice(words=("Greta",)))
    assert not any("Greta" in part["text"] for part in copy)


def make(town: Town, case: Improvement, **more: object) -> Disclosure:
    given = {
        "record_id": case.pk,
        "choice": Choice(words=all_found(case), passages=("drack sockerdricka",)),
        "looked_at": fingerprint(material(case, internal=False)),
        "access": town.access("manager"),
        "ground": "OSL 26 kap. 1 §",
        **more,
    }
    return disclosure_make(**given)


def unpacked(pdf: bytes) -> bytes:
    """All there is in the file, streams unpacked."""
    streams = []
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            streams.append(zlib.decompressobj().decompress(found.group(1)))
        except zlib.error:
            streams.append(found.group(1))
    return pdf + b"\n".join(streams)


def test_what_was_said_and_decided_about_its_actions_is_in_it_and_is_masked(town: Town):
    case = handled(town, improvement(town.north, town.employee, "Greta föll"))
    action = plan(town, case, town.handler)
    decide(town, action, "postpone", comment="Greta är på sjukhus", due=soon(20))
    comment_add(record_id=action.pk, text="Gretas dotter vill vara med", access=town.access("handler"))
    note_add(record_id=action.pk, text="Greta får vänta", access=town.access("manager"))
    decide(town, action, "done", by="handler", comment="Greta har fått sin grind")
    copy, _masked = masked_copy(material(case, internal=False), Choice(words=("Greta",)))
    text = "\n".join(part["text"] for part in copy)
    for said in ("är på sjukhus", "dotter vill vara med", "har fått sin grind"):
        assert text.count(f"{BLOCK} {said}") == 1, said
    assert "Greta" not in text and "får vänta" not in text
    copy, _masked = masked_copy(material(case, internal=True), Choice())
    assert "Greta får vänta" in "\n".join(part["text"] for part in copy)


def test_the_page_says_which_cases_are_handed_out_by_themselves(town: Town, sign_in: SignIn):
    other, case = (improvement(town.north, town.employee) for _number in range(2))
    decide(town, other, "same_as", by="quality", into=case)
    page = sign_in(town.manager).get(reverse("improvements:disclose", args=[case.reference])).content.decode()
    assert reverse("improvements:disclose", args=[other.reference]) in page


def test_nothing_masked_is_in_the_pdf_its_text_its_metadata_or_its_attachments(
    town: Town, case: Improvement, sign_in: SignIn
):
    made = make(town, case)
    address = reverse("improvements:disclosure_pdf", args=[case.reference, made.pk])
    answer = sign_in(town.manager).get(address)
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    pdf = PdfReader(BytesIO(answer.content))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "saknas grindar" in text.replace("\n", " ") and "█" in text
    assert not pdf.attachments
    everything = text + str(pdf.metadata) + str(pdf.xmp_metadata and pdf.xmp_metadata.stream.get_data())
    raw = unpacked(answer.content)
    for secret in SECRETS:
        assert secret.lower() not in everything.lower()
        assert secret.encode() not in raw and secret.encode("utf-16-be") not in raw
    assert all(secret not in answer["Content-Disposition"] for secret in SECRETS)


def test_nothing_masked_is_in_the_text_or_in_what_is_kept_of_the_copy(
    town: Town, case: Improvement, sign_in: SignIn
):
    made = make(town, case)
    address = reverse("improvements:disclosure_text", args=[case.reference, made.pk])
    text = sign_in(town.manager).get(address).content.decode()
    assert BLOCK in text and "Björkgården saknas grindar" in text and "OSL 26 kap. 1 §" in text
    for secret in SECRETS:
        assert secret.lower() not in (text + str(made.content)).lower()
    assert "Greta var arg" not in text and "var arg" not in text, "notes stay inside"


def test_who_made_it_for_whom_and_how_much_was_masked_is_kept_and_told_to_those_who_handle_it(
    town: Town, case: Improvement, sign_in: SignIn
):
    made = make(town, case, for_whom="The newspaper")
    assert (made.by_name, made.for_whom) == ("Manager", "The newspaper")
    assert made.masked == sum(str(part).count(BLOCK) for part in made.content)
    words = "made a masked copy for The newspaper"
    assert words in sign_in(town.manager).get(case.get_absolute_url()).content.decode()
    for who in (town.reader, Person.objects.get(email="kajsa@town.test")):
        assert words not in sign_in(who).get(case.get_absolute_url()).content.decode()


def test_sentences_and_whole_parts_are_masked_too_and_notes_only_given_on_purpose(
    town: Town, case: Improvement
):
    parts = material(case, internal=True)
    note = next(part for part in parts if part.text == "Greta var arg")
    choice = Choice(sentences=frozenset({"text:1"}), whole=frozenset({note.key}))
    made = make(town, case, choice=choice, internal=True, looked_at=fingerprint(parts))
    texts = [part["text"] for part in made.content]
    assert BLOCK in texts and "Greta var arg" not in texts
    assert f"Greta Larsson föll i natt. {BLOCK} Ring" in made.content[1]["text"]
    assert made.masked == 2


def test_what_is_found_only_in_the_notes_is_ticked_when_they_are_taken_along(
    town: Town, case, sign_in: SignIn
):
    note_add(record_id=case.pk, text="Dottern Bodil ringde", access=town.access("manager"))
    browser, address = sign_in(town.manager), reverse("improvements:disclose", args=[case.reference])
    page = browser.get(address)
    offered = [one.words for words in page.context["found"].values() for one in words]
    assert "Bodil" not in offered
    sent = {
        "looked_at": page.context["looked_at"],
        "ground": "OSL 26",
        "offered": offered,
        "words": offered[:-1],
    }
    preview = browser.post(address, {**sent, "internal": "on", "preview": "1"})
    assert "Bodil" in preview.context["chosen"] and offered[-1] not in preview.context["chosen"]
    assert "Bodil" not in str(preview.context["preview"])


def test_what_has_changed_since_it_was_looked_through_is_not_handed_out_unseen(town: Town, case: Improvement):
    looked_at = fingerprint(material(case, internal=False))
    comment_add(record_id=case.pk, text="Greta Larsson igen", access=town.access("quality"))
    with pytest.raises(RuleViolation, match="changed since"):
        make(town, case, looked_at=looked_at)


def test_a_passage_that_stands_nowhere_and_a_missing_ground_are_said(town: Town, case: Improvement):
    with pytest.raises(RuleViolation, match="stands nowhere"):
        make(town, case, choice=Choice(passages=("läskedryck",)))
    with pytest.raises(RuleViolation, match="legal ground"):
        make(town, case, ground=" ")
    assert make(town, case, choice=Choice(), ground="").masked == 0


def test_a_handover_is_told_without_whom_it_went_to(town: Town, case: Improvement):
    task = case.tasks.open().get()
    to = person("Sigbrit_Zakrisdotter", town.north)
    task_hand_over(task_id=task.pk, to=to, note="Hinner inte", access=town.access("manager"))
    made = make(town, case)
    assert "Hinner inte" in str(made.content) and "Sigbrit" not in str(made.content)


def test_only_those_who_handle_a_case_hand_it_out(town: Town, case: Improvement):
    with pytest.raises(NotYours):
        make(town, case, access=town.access("reader"))


def test_the_page_ticks_what_is_found_previews_without_script_and_makes_the_copy(
    town: Town, case: Improvement, sign_in: SignIn
):
    browser = sign_in(town.manager)
    address = reverse("improvements:disclose", args=[case.reference])
    page = browser.get(address).content.decode()
    assert "<mark>Greta Larsson</mark>" in page and 'value="greta.l@exempel.se"' in page
    looked_at = re.search(r'name="looked_at" value="(\w+)"', page).group(1)
    sent = {
        "looked_at": looked_at, "words": list(all_found(case)), "passages": "läskedryck", "preview": "1",
        "ground": "OSL 26 kap. 1 §",
    }  # fmt: skip
    refused = browser.post(address, sent)
    assert refused.status_code == 422 and "stands nowhere" in refused.content.decode()
    sent["passages"] = "drack sockerdricka"
    preview = browser.post(address, sent).content.decode()
    shown = preview[preview.index('id="preview"') : preview.index('name="make"')]
    assert BLOCK in shown and not any(secret in shown for secret in SECRETS)
    assert not Disclosure.objects.exists(), "a preview hands nothing out"
    answer = browser.post(address, {**sent, "make": "1"})
    made = Disclosure.objects.get()
    assert answer.url == reverse("improvements:disclosure", args=[case.reference, made.pk])
    kept = browser.get(answer.url).content.decode()
    assert not any(secret in kept[kept.index("<h1>") : kept.index("</main>")] for secret in SECRETS)
