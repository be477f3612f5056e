"""The demo's governing documents: lived through the real services, loaded once, in every state."""

import io
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from pypdf import PdfReader

from documents.content.words import words_of
from documents.demo.loader import all_confirmed, documents_load
from documents.demo.plan import FOLDER, planned
from documents.models import Document, ReadDuty, Version
from documents.selectors.order import twin_pairs
from documents.selectors.paper import of_the_moment, official_context
from documents.services import read_confirm
from documents.services.twins import twins_find
from qms.organisation.access import SystemAccess, access_for
from qms.organisation.models import Unit, UnitUserGrant
from qms.organisation.services import unit_close
from qms.organisation.services.demonstration import municipality_load
from qms.records.models import Decision, Notification, Record, Task
from qms.ui.pdf import render_pdf

pytestmark = pytest.mark.xdist_group("documents-demo")  # what they share is made once

SECONDS = 30  # of this process's own time, since other tests run beside; some 10 on a quiet machine
WRITTEN = 420  # words of a text that was written for the demo: more than a page


@pytest.fixture(scope="module")
def took(django_db_setup: None, django_db_blocker) -> Iterator[float]:
    """The demo, loaded once for these tests and rolled back after them; seconds that its documents cost."""
    with django_db_blocker.unblock(), transaction.atomic():
        municipality_load()
        began = time.process_time()
        documents_load()
        yield time.process_time() - began
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(took: float, db: None) -> None:
    pass


def test_it_is_loaded_quickly(took: float):
    assert took < SECONDS


def test_a_second_run_changes_nothing():
    def all_there_is() -> list[object]:
        models = (Record, Decision, Task, Notification, ReadDuty, Version.history.model)
        return [list(model.objects.order_by("pk").values_list()) for model in models]

    before = all_there_is()
    assert documents_load() == f"{len(planned())} documents, 0 of them new"
    assert all_there_is() == before


def test_a_document_that_got_another_title_or_unit_is_not_made_again():
    first, second = Document.objects.order_by("pk")[:2]
    Document.objects.filter(pk=first.pk).update(title="Något annat")
    Document.objects.filter(pk=second.pk).update(unit=Unit.objects.exclude(pk=second.unit_id).earliest("pk"))
    assert documents_load() == f"{len(planned())} documents, 0 of them new"


def test_what_an_update_adds_to_a_unit_that_was_closed_or_has_lost_its_writers_is_passed_over():
    """As if the documents of two units had not been there before."""
    closed, bare = (Unit.objects.get(code=code) for code in ("BUF-FSK-1", "KFF-BIB"))
    came = Document.history.filter(history_type="+")
    new = came.filter(unit__in=[closed.pk, bare.pk])
    assert set(new.values_list("unit", flat=True)) == {closed.pk, bare.pk}
    new.delete()
    unit_close(unit_id=closed.pk, access=SystemAccess("a test"))
    UnitUserGrant.objects.all().delete()
    assert documents_load() == f"{len(planned())} documents, 0 of them new"


def test_there_are_150_documents_of_most_types_in_every_state():
    assert Document.objects.count() >= 150
    assert len(set(Document.objects.values_list("type__key", flat=True))) >= 20
    states = Counter(Document.objects.values_list("state", flat=True))
    assert states["in_force"] > 100 and states["preparing"] >= 3 and states["repealed"] >= 2
    versions = set(Version.objects.values_list("state", flat=True))
    assert versions >= {"draft", "review", "approval", "scheduled", "in_force", "superseded", "repealed"}
    assert Version.objects.filter(minor=1, state="in_force").exists()


def test_25_texts_and_more_were_written_for_it():
    written = [path.stem for path in (FOLDER / "bodies").glob("*.txt")]
    assert len(written) >= 25
    titles = [plan.title for plan in planned() if plan.key in written]
    texts = Document.objects.filter(title__in=titles).values_list("text", flat=True)
    assert len(texts) == len(written) and min(len(text.split()) for text in texts) > WRITTEN


def test_the_shortest_and_the_longest_of_them_are_more_than_one_page_and_at_most_four():
    written = {path.stem for path in (FOLDER / "bodies").glob("*.txt")}
    titles = [plan.title for plan in planned() if plan.key in written]
    versions = Version.objects.filter(document__title__in=titles).order_by("major", "minor")
    by_length = sorted(versions, key=lambda version: len(words_of(version.text)))
    for version in (by_length[0], by_length[-1]):
        paper = official_context(version, of_the_moment(version.document))
        pdf = render_pdf("documents/pdf.html", paper, title=version.title, lang="sv")
        assert 1 < len(PdfReader(io.BytesIO(pdf)).pages) <= 4, version


def test_some_texts_lead_to_others_and_no_mark_of_a_title_is_left():
    policy = Document.objects.get(title="Lex Sarah")
    citing = Document.objects.filter(state="in_force", cites=policy)
    assert set(citing.values_list("title", flat=True)) >= {"Förbättringsdagar"}
    assert not Version.objects.filter(text__contains="[[").exists()


def test_every_text_has_headings_and_says_something():
    for version in Version.objects.filter(is_in_force=True):
        assert "<h2" in version.text and len(words_of(version.text).split()) > 60, version


def test_some_are_past_their_review_and_some_readings_are_missing():
    today = timezone.localdate()
    assert Document.objects.filter(state="in_force", due__lt=today).count() >= 10
    assert Task.objects.open().filter(kind="look_over").count() >= 10
    asked = ReadDuty.objects.standing()
    assert asked.filter(confirmed_at__isnull=False).count() > asked.missing().count() > 0


def test_readings_are_confirmed_at_once_as_if_each_had_confirmed():
    def written() -> list[object]:
        models = (Record, Decision, Task, Notification, ReadDuty, Document.history.model)
        return [list(model.objects.order_by("pk").values_list()) for model in models]

    missing = ReadDuty.objects.missing().select_related("person__home_unit")
    document_id = Counter(missing.values_list("document_id", flat=True)).most_common(1)[0][0]
    duties = list(missing.filter(document=document_id))
    assert len(duties) > 1
    moments = {duty: duty.asked_at + timedelta(days=2, hours=place) for place, duty in enumerate(duties)}
    before, point = written(), transaction.savepoint()
    all_confirmed(moments)
    at_once = written()
    transaction.savepoint_rollback(point)
    assert written() == before
    for duty, moment in moments.items():
        with time_machine.travel(moment, tick=False):
            held = Version.objects.get(document=document_id, is_in_force=True)
            read_confirm(document_id=document_id, read=held.reference, access=access_for(duty.person))
    assert at_once == written() != before


def test_what_two_units_have_each_on_their_own_is_found_and_nothing_else():
    assert twins_find() == 2
    assert {pair.first.title for pair in twin_pairs(SystemAccess("test"))} == {
        "Basala hygienrutiner",
        "Introduktion av nya medarbetare",
    }


def test_nobody_approved_what_they_wrote_and_no_date_contradicts_another():
    for decision in Decision.objects.filter(name="approve").select_related("record"):
        version = Version.objects.get(pk=decision.record_id)
        assert not version.writers.filter(pk=decision.actor_id).exists()
    wrong = Q(valid_from__lt=F("decided_on")) | Q(valid_until__lt=F("valid_from"))
    assert not Version.objects.filter(wrong).exists()
    assert not Decision.objects.filter(at__gt=timezone.now()).exists()
