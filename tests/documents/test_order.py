"""Order in the house: every figure leads to exactly its documents, and counts only what one sees."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, FileText, FrozenPdf, ReadDuty, Twin, Version, Weight
from documents.selectors.order import order_of, twin_pairs
from documents.selectors.selections import ORDER
from documents.selectors.versions import version_in_force
from documents.services.twins import twins_find
from documents.services.types import DocumentType
from qms.contributions import cards
from qms.exceptions import NotYours
from qms.organisation.models import Unit
from qms.organisation.services import unit_close
from qms.records.models import Link, LinkType
from tests.documents.steps import begun, in_force

LONG = "<p>" + " ".join(f"steg{number} tvätta och sprita händerna noga" for number in range(30)) + "</p>"


def today():
    return timezone.localdate()


def figure(town, who: str, key: str, unit: Unit | None = None) -> int:
    labels = {str(one.label): one.key for one in ORDER}
    found = order_of(town.access(who), str(unit.pk) if unit else "", today())
    return {labels[label]: one.value for label, one in found.figures}[key]


def listed(browser, key: str, unit: Unit) -> set[str]:
    """The references on the list that a figure leads to."""
    page = browser.get(reverse("documents:list"), {"only": key, "state": "all", "unit": unit.pk, "n": 100})
    return set(re.findall(r"D-\d{4}-\d{4}", page.content.decode()))


def moved(document: Document, unit: Unit) -> None:
    Document.objects.filter(pk=document.pk).update(unit=unit)


def broken(town) -> dict[str, Document]:
    """A document for each thing that can be out of order, and one in order."""
    late, left, undecided, paperless, wordless = (
        in_force(town, title) for title in ("Late", "Left", "Undecided", "Paperless", "Wordless")
    )
    FileText.objects.create(version=version_in_force(wordless), state=FileText.State.UNREADABLE)
    unread = in_force(town, "Unread", weight=Weight.NEW_DUTY)
    Document.objects.filter(pk=late.pk).update(due=today() - timedelta(days=1))
    Document.objects.filter(pk=left.pk).update(owner=None)
    FrozenPdf.objects.filter(version__document=paperless).update(state=FrozenPdf.State.FAILED)
    DocumentType.objects.filter(pk=undecided.type_id).update(needs_decision=True)
    for version in Version.objects.exclude(document=undecided):
        version.paragraph, version.registry_number = "§ 1", "KS 2026/1"
        version.save()
    return {
        "past_review": late,
        "without_owner": left,
        "without_decision": undecided,
        "without_pdf": paperless,
        "without_words": wordless,
        "never_read": unread,
    }


def test_each_fault_is_counted_once_and_its_figure_leads_to_exactly_it(town, sign_in):
    found, browser = broken(town), sign_in(town.quality)
    for key, document in found.items():
        assert figure(town, "quality", key) == 1, key
        assert listed(browser, key, town.kf) == {document.reference}, key
    assert figure(town, "quality", "in_force") == 6


def test_what_another_replaces_and_nobody_repealed_is_to_be_put_in_order(town, sign_in):
    old, new, draft = in_force(town, "Old"), in_force(town, "New"), begun(town, "Draft").document
    Link.objects.create(source=draft, target=new, type=LinkType.REPLACES)  # it does not hold yet
    assert figure(town, "quality", "replaced") == 0
    link = Link.objects.create(source=new, target=old, type=LinkType.REPLACES)
    assert listed(sign_in(town.quality), "replaced", town.kf) == {old.reference}
    link.removed_at = timezone.now()
    link.save()
    assert figure(town, "quality", "replaced") == 0


def test_what_holds_only_where_a_unit_was_closed_is_to_be_put_in_order(town, sign_in):
    alone = in_force(town, "Alone", applies_to=(town.south,))
    in_force(town, "Both", applies_to=(town.south, town.north))
    begun(town, "Draft", applies_to=(town.south,))
    assert figure(town, "quality", "holds_nowhere") == 0
    unit_close(unit_id=town.south.pk, access=town.access("admin"))
    assert figure(town, "quality", "holds_nowhere") == 1
    assert listed(sign_in(town.quality), "holds_nowhere", town.kf) == {alone.reference}


def test_one_who_has_left_answers_for_nothing(town):
    in_force(town)
    town.manager.is_active = False
    town.manager.save()
    assert figure(town, "quality", "without_owner") == 1


def test_read_by_one_is_not_read_by_nobody(town):
    document = in_force(town, weight=Weight.NEW_DUTY)
    duty = ReadDuty.objects.filter(document=document).first()
    duty.confirmed_at, duty.confirmed_version = timezone.now(), Version.objects.get(document=document)
    duty.save()
    assert figure(town, "quality", "never_read") == 0


def test_a_pdf_on_its_way_is_not_missing_until_it_is_late(town):
    document = in_force(town)
    assert figure(town, "quality", "without_pdf") == 0
    Version.objects.filter(document=document).update(state_since=timezone.now() - timedelta(hours=2))
    assert figure(town, "quality", "without_pdf") == 1


def test_a_manager_sees_the_own_part_and_nobody_else_gets_the_page(town, sign_in):
    in_force(town)
    moved(in_force(town, "School's"), town.school)
    assert figure(town, "manager", "in_force") == 1
    assert figure(town, "care_head", "in_force", town.north) == 1
    assert sign_in(town.manager).get(reverse("documents:order"), {"unit": town.school.pk}).status_code == 404
    with pytest.raises(NotYours):
        order_of(town.access("employee"), "", today())
    assert sign_in(town.employee).get(reverse("documents:order")).status_code == 403


def test_what_one_may_not_see_is_not_counted(town):
    begun(town, "Secret", by="manager", restricted_why="OSL 18")
    Document.objects.update(owner=None, created_by=None)
    assert figure(town, "exec", "without_owner") == 0
    assert figure(town, "quality", "without_owner") == 1


def test_fewer_documents_than_a_year_ago_is_said_and_no_alarm(town):
    document = in_force(town)
    Version.objects.filter(document=document).update(valid_from=today() - timedelta(days=400))
    gone = in_force(town, "Gone")
    held = Version.objects.get(document=gone)
    held.state, held.valid_from = "repealed", today() - timedelta(days=500)
    held.valid_until = today() - timedelta(days=10)
    held.save()
    Document.objects.filter(pk=gone.pk).update(state="repealed")
    [(_label, shown), *_others] = order_of(town.access("quality"), "", today()).figures
    assert (shown.value, shown.trend, shown.tone) == (1, "fall", "")


def test_the_same_text_in_two_units_is_found_and_in_one_unit_is_not(town, sign_in):
    first, second, third = (in_force(town, title, text=LONG) for title in ("A", "B", "C"))
    moved(second, town.school)
    moved(third, town.school)
    assert twins_find() == 2
    assert {(pair.first_id, pair.second_id) for pair in Twin.objects.all()} == {
        (first.pk, second.pk),
        (first.pk, third.pk),
    }
    assert figure(town, "quality", "twins") == 3
    assert [pair.percent for pair in twin_pairs(town.access("quality"))] == [100, 100]
    page = sign_in(town.quality).get(reverse("documents:twin", args=[first.reference, second.reference]))
    assert "word for word" in page.content.decode()
    Document.objects.filter(pk=first.pk).update(text="Något helt annat " * 20)
    assert twins_find() == 0


def test_a_pair_of_which_one_sees_only_one_is_not_shown(town):
    _first, second = (in_force(town, title, text=LONG) for title in ("A", "B"))
    moved(second, town.school)
    twins_find()
    assert figure(town, "care_head", "twins") == 1
    Document.objects.filter(pk=second.pk).update(visibility="restricted")
    assert twin_pairs(town.access("care_head")) == []
    # Nor does the figure tell that somebody has a text like theirs.
    assert figure(town, "care_head", "twins") == 0
    assert figure(town, "quality", "twins") == 2


def test_what_was_repealed_today_is_no_twin_until_the_night(town):
    _first, second = (in_force(town, title, text=LONG) for title in ("A", "B"))
    moved(second, town.school)
    twins_find()
    Document.objects.filter(pk=second.pk).update(state="repealed")
    assert (twin_pairs(town.access("quality")), figure(town, "quality", "twins")) == ([], 0)


def test_many_units_and_documents_cost_as_many_queries(town, django_assert_max_num_queries):
    for number in range(4):
        in_force(town, f"Rutin {number}")
    access = town.access("quality")
    assert access.paths(frozenset({"quality_manager"}))
    with django_assert_max_num_queries(10):
        order_of(access, "", today())


def test_the_figure_on_the_start_page_counts_what_one_leads_and_leads_to_it(town, sign_in):
    late, elsewhere = in_force(town, "Late"), in_force(town, "Late elsewhere")
    moved(elsewhere, town.south)
    Document.objects.update(due=today() - timedelta(days=1))
    load = cards["documents.past_review"].load
    assert load(town.access("quality")).value == 2
    mine = load(town.access("manager"))
    assert (mine.value, mine.of) == (1, 1)
    page = sign_in(town.manager).get(mine.url).content.decode()
    assert late.reference in page and elsewhere.reference not in page


def test_missing_papers_are_a_figure_for_who_watches_over_all_of_them(town):
    visible = cards["documents.pdf"].visible
    assert visible(town.access("quality")) and not visible(town.access("manager"))


def test_the_table_of_units_has_columns_for_what_is_there_and_none_for_noughts(town):
    access = town.access("quality")

    assert order_of(access, str(town.kf.pk), today()).labels == []
    Document.objects.filter(pk=in_force(town, "Late").pk).update(due=today() - timedelta(days=1))
    FrozenPdf.objects.update(state=FrozenPdf.State.READY, file="x", sha256="x", made_at=timezone.now())
    in_force(town, "In order")
    found = order_of(access, str(town.kf.pk), today())
    assert found.labels == ["In force", "Past the review date"]
    assert [[(cell.label, cell.value) for cell in line.cells] for line in found.lines] == [
        [("In force", 2), ("Past the review date", 1)]
    ]
    assert len(found.figures) == len(ORDER), "above it each stands, also what is in order"
