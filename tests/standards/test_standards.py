"""Standards: loaded once, evidence seen by rights, unknown when nobody knows."""

import json

import pytest
from django.urls import reverse
from django.utils import translation

from improvements.services import improvement_restrict
from qms.contributions import Evidence, EvidenceSource, Met, evidence_sources
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.access import Access
from qms.records.models import Record
from qms.standards import selectors
from qms.standards.models import Edition, Requirement, RequirementLink
from qms.standards.services import DATA, evidence_mark, evidence_unmark, scope_decide, standards_load
from tests.conftest import Town
from tests.factories import improvement


@pytest.fixture
def standards(db: None) -> None:
    standards_load()


def clause(number: str, edition: str = "iso9001-2015") -> Requirement:
    return Requirement.objects.get(edition__key=edition, number=number)


def test_loading_twice_changes_nothing_and_keeps_what_was_decided(standards: None, town: Town):
    scope_decide(
        requirement_id=clause("8.3").pk,
        applies=False,
        reason="We develop no services",
        access=town.access("quality"),
    )
    rows = Requirement.history.count()
    assert standards_load() == {
        "iso9001-2026": 91,
        "iso9001-2015": 91,
        "iso14001-2015": 45,
        "iso27001-2022": 41,
    }
    assert Requirement.history.count() == rows
    assert clause("8.3").exclusion_reason == "We develop no services"


def test_the_new_edition_knows_what_it_corresponds_to_in_the_old(standards: None):
    counterparts = clause("10.1", "iso9001-2026").counterparts.order_by("number")
    assert [str(other) for other in counterparts] == ["ISO 9001:2015 10.1", "ISO 9001:2015 10.3"]


def test_every_requirement_has_words_in_every_language(standards: None):
    for row in Requirement.objects.all():
        assert row.title_en and row.label_sv and row.label_nb, row
        assert row.guidance_en and row.guidance_sv and row.guidance_nb, row


def marked(record: Record, number: str, access: Access, note: str = "") -> RequirementLink:
    """The record, marked as evidence for a clause."""
    return evidence_mark(record_id=record.pk, requirement_id=clause(number).pk, note=note, access=access)


def test_a_handler_marks_a_case_as_evidence_and_others_read_who_may(standards: None, town: Town):
    case = improvement(town.north, town.employee)
    link = evidence_mark(
        record_id=case.pk,
        requirement_id=clause("10.2").pk,
        note=" Shows the way ",
        access=town.access("handler"),
    )
    assert link.note == "Shows the way"
    with pytest.raises(NotYours):
        evidence_mark(
            record_id=case.pk, requirement_id=clause("10.3").pk, note="", access=town.access("employee")
        )
    with pytest.raises(NotYours):
        evidence_unmark(record_id=case.pk, link_id=link.pk, access=town.access("reader"))


def test_marking_twice_is_one_mark_with_the_new_note(standards: None, town: Town):
    case = improvement(town.north, town.employee)
    for note in ("first", "second"):
        evidence_mark(
            record_id=case.pk, requirement_id=clause("10.2").pk, note=note, access=town.access("handler")
        )
    assert RequirementLink.objects.get().note == "second"


def test_a_requirement_is_left_out_only_with_a_reason_and_then_takes_no_evidence(standards: None, town: Town):
    quality, case = town.access("quality"), improvement(town.north, town.employee)
    with pytest.raises(RuleViolation) as refused:
        scope_decide(requirement_id=clause("8.3").pk, applies=False, reason=" ", access=quality)
    assert refused.value.field == "exclusion_reason"
    scope_decide(requirement_id=clause("8.3").pk, applies=False, reason="No development", access=quality)
    with pytest.raises(RuleViolation, match="No development"):
        evidence_mark(record_id=case.pk, requirement_id=clause("8.3").pk, note="", access=quality)


def test_evidence_is_counted_only_from_records_one_sees(standards: None, town: Town):
    case = improvement(town.north, town.employee)
    evidence_mark(record_id=case.pk, requirement_id=clause("10.2").pk, note="", access=town.access("handler"))
    edition = Edition.objects.get(key="iso9001-2015")

    def marked(who: str) -> int:
        rows = selectors.coverage(town.access(who), edition)
        return next(row.marked for row in rows if row.requirement.number == "10.2")

    assert (marked("quality"), marked("reader"), marked("outsider")) == (1, 1, 0)


def test_a_source_that_fails_is_unknown_never_met(standards: None, town: Town, monkeypatch):
    def broken(access):
        raise ValueError("no figures today")

    source = EvidenceSource("test.broken", "Broken", frozenset({("iso9001-2015", "7.4")}), broken, budget=0)
    monkeypatch.setitem(evidence_sources._offers, source.key, source)
    found = selectors.requirement_coverage(town.access("quality"), clause("7.4"))
    assert found.met == Met.UNKNOWN


def test_evidence_for_the_old_edition_counts_for_its_counterpart(standards: None, town: Town, monkeypatch):
    key = ("iso9001-2015", "7.4")
    source = EvidenceSource(
        "test.talk", "Talk", frozenset({key}), lambda access: {key: Evidence(Met.MET, 3)}, budget=0
    )
    monkeypatch.setitem(evidence_sources._offers, source.key, source)
    found = selectors.requirement_coverage(town.access("quality"), clause("7.4", "iso9001-2026"))
    assert (found.met, found.records) == (Met.MET, 3)


def test_a_record_marked_for_the_old_edition_is_evidence_for_the_new_but_not_for_another_standard(
    standards: None, town: Town, sign_in
):
    case, access = improvement(town.north, town.employee), town.access("handler")
    for old in ("10.1", "10.3"):  # the new edition asks both in one clause
        evidence_mark(record_id=case.pk, requirement_id=clause(old).pk, note="Ways in", access=access)

    def marked(number: str, edition: str) -> int:
        rows = selectors.coverage(access, Edition.objects.get(key=edition))
        counted = next(row.marked for row in rows if row.requirement.number == number)
        assert selectors.requirement_coverage(access, clause(number, edition)).marked == counted
        return counted

    assert marked("10.1", "iso9001-2026") == marked("10.1", "iso9001-2015") == 1
    assert clause("10.1", "iso14001-2015").counterparts.exists() and marked("10.1", "iso14001-2015") == 0
    address = reverse("standards:requirement", args=["iso9001-2026", "10.1"])
    page = sign_in(town.handler).get(address).content.decode()
    assert page.count(case.title) == 1 and "Marked for ISO 9001:2015 10.3" in page
    assert str(case.state_offer.label) in page


def test_with_a_clause_all_below_it_is_left_out_and_back_again(standards: None, town: Town):
    def decide(number: str, reason: str) -> None:
        scope_decide(
            requirement_id=clause(number).pk,
            applies=not reason,
            reason=reason,
            access=town.access("quality"),
        )

    def left_out() -> dict[str, str]:
        rows = Requirement.objects.filter(edition__key="iso9001-2015", applies=False)
        return dict(rows.values_list("number", "exclusion_reason"))

    decide("8.3.2", "Planned elsewhere")
    decide("8.3", "We develop no services")
    parts = [f"8.3.{part}" for part in (1, 3, 4, 5, 6)]
    assert left_out() == {"8.3.2": "Planned elsewhere"} | dict.fromkeys(
        ["8.3", *parts], "We develop no services"
    )
    with pytest.raises(RuleViolation, match=r"8\.3, which it is a part of") as refused:
        decide("8.3.4", "")
    assert refused.value.field == "applies"
    decide("8.3", "The region develops them")
    assert left_out()["8.3.6"] == "The region develops them"
    decide("8.3", "")
    assert left_out() == {"8.3.2": "Planned elsewhere"}


def test_what_was_said_of_the_scope_in_the_edition_before_stands_beside_the_new_one(
    standards: None, town: Town, sign_in
):
    scope_decide(
        requirement_id=clause("8.3").pk,
        applies=False,
        reason="We develop no services",
        access=town.access("quality"),
    )
    address = reverse("standards:requirement", args=["iso9001-2026", "8.3"])
    page = sign_in(town.employee).get(address).content.decode()
    assert "Does not apply to us: We develop no services" in page


@pytest.mark.parametrize("who", ["quality", "employee"])
def test_the_pages_answer(standards: None, town: Town, sign_in, who: str):
    browser = sign_in(getattr(town, who))
    assert "ISO 9001:2026" in browser.get(reverse("standards:index")).content.decode()
    page = browser.get(reverse("standards:edition", args=["iso9001-2026"])).content.decode()
    assert "Nonconformity and corrective action" in page
    page = browser.get(reverse("standards:requirement", args=["iso9001-2015", "10.2"])).content.decode()
    assert ("Does it apply to us?" in page) is (who == "quality")


def test_marking_by_the_page_shows_the_mark_and_removing_takes_it_back(standards: None, town: Town, sign_in):
    case = improvement(town.north, town.employee)
    browser = sign_in(town.handler)
    address = reverse("standards:mark", args=[case.reference])
    page = browser.post(address, {"requirement": "", "note": "kept"})
    assert page.status_code == 422 and "kept" in page.content.decode()
    browser.post(address, {"requirement": clause("10.2").pk, "note": "The whole way"})
    assert "The whole way" in browser.get(address).content.decode()
    browser.post(reverse("standards:unmark", args=[case.reference, RequirementLink.objects.get().pk]))
    assert not RequirementLink.objects.exists()


def test_clauses_are_hidden_on_records_by_setting_and_can_be_marked_all_the_same(
    standards: None, town: Town, sign_in, settings
):
    case = improvement(town.north, town.employee)
    evidence_mark(record_id=case.pk, requirement_id=clause("10.2").pk, note="", access=town.access("manager"))
    browser, mark = sign_in(town.manager), reverse("standards:mark", args=[case.reference])
    page = browser.get(case.get_absolute_url()).content.decode()
    assert "10.2 Nonconformity" in page and "ISO 9001:2015" in page
    settings.SHOW_CLAUSES = False
    page = browser.get(case.get_absolute_url()).content.decode()
    assert "Nonconformity" in page and mark in page
    assert ">10.2" not in page and "ISO 9001" not in page


def test_taking_a_mark_back_twice_is_taking_it_back_once(standards: None, town: Town, sign_in):
    """And leaves the mark of another record alone, whatever the address says."""
    case, other = improvement(town.north, town.employee), improvement(town.north, town.employee)
    for record in (case, other):
        marked(record, "10.2", town.access("manager"))
    browser, link = sign_in(town.handler), case.requirement_links.get()
    for _press in range(2):
        answer = browser.post(reverse("standards:unmark", args=[case.reference, link.pk]))
        assert answer.url == reverse("standards:mark", args=[case.reference])
    browser.post(reverse("standards:unmark", args=[case.reference, other.requirement_links.get().pk]))
    assert RequirementLink.objects.get().record_id == other.pk
    assert (
        sign_in(town.employee)
        .post(reverse("standards:unmark", args=[other.reference, other.requirement_links.get().pk]))
        .status_code
        == 403
    )


def test_marking_without_words_leaves_those_of_another_as_they_are(standards: None, town: Town):
    case = improvement(town.north, town.employee)
    marked(case, "10.2", town.access("manager"), note="The whole way")
    assert marked(case, "10.2", town.access("handler")).note == "The whole way"
    assert RequirementLink.objects.get().created_by == town.manager


def test_a_record_closed_to_somebody_is_marked_and_unmarked_by_them_no_longer(standards: None, town: Town):
    """The auditor sees the open case, and may mark it; of the restricted one there is nothing to mark."""
    case = improvement(town.north, town.employee)
    link = marked(case, "10.2", town.access("auditor"))
    improvement_restrict(record_id=case.pk, reason="OSL 26", access=town.access("manager"))
    with pytest.raises(Record.DoesNotExist):
        marked(case, "10.1", town.access("auditor"))
    with pytest.raises(Record.DoesNotExist):
        evidence_unmark(record_id=case.pk, link_id=link.pk, access=town.access("auditor"))
    assert RequirementLink.objects.get() == link


def test_a_case_is_found_however_its_reference_is_typed(standards: None, town: Town, sign_in):
    case = improvement(town.north, town.employee)
    address = reverse("standards:mark", args=[case.reference.lower()])
    assert sign_in(town.handler).get(address).status_code == 200


def test_a_hidden_record_cannot_be_marked(standards: None, town: Town, sign_in):
    case = improvement(town.north, town.employee)
    address = reverse("standards:mark", args=[case.reference])
    assert sign_in(town.outsider).get(address).status_code == 404
    assert sign_in(town.employee).get(address).status_code == 403


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Merges the 2015 clauses 10.1 and 10.3."),
        ("sv", "Slår ihop 10.1 och 10.3 från 2015 års utgåva."),
        ("nb", "Slår sammen 10.1 og 10.3 fra 2015-utgaven."),
    ],
)
def test_what_is_new_in_an_edition_is_said_in_each_language(standards: None, language: str, said: str):
    changed = [r for r in Requirement.objects.filter(edition__key="iso9001-2026") if r.change_en]
    assert changed and all(r.change_sv and r.change_nb for r in changed)
    with translation.override(language):
        assert said in {r.change for r in changed}
    assert not Requirement.objects.filter(change_en="none reported").exists()


def test_every_change_that_the_data_tells_has_its_words_in_each_language():
    told = {
        row.get("change", "none reported")
        for source in DATA.glob("iso*.json")
        for row in json.loads(source.read_text(encoding="utf-8"))
    }
    words = json.loads((DATA / "changes.json").read_text(encoding="utf-8"))
    assert told - {"none reported"} == set(words)
    assert all(set(said) == {"sv", "nb"} and all(said.values()) for said in words.values())
