"""What two people do with one document at once, and what happens when days were missed."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from documents.models import Document, Origin, ReadDuty, Version, Weight
from documents.services import documents_end, read_confirm, version_start, versions_enter_into_force
from documents.services.reading import leaders_follow
from documents.services.replaced import replaced_follow
from documents.services.taking_over import document_rows
from qms.exceptions import RuleViolation, StaleEdit
from qms.organisation.access import SystemAccess
from qms.organisation.services import unit_merge
from qms.records.models import Visibility
from qms.records.services import lock_records, move
from qms.records.services.change import record_change
from tests.conftest import Town, build_town
from tests.documents.steps import (
    approved,
    begun,
    day,
    in_force,
    next_version,
    ready_to_approve,
    together,
    written,
)
from tests.documents.test_taking_over import CELLS, done, files, line, looked_through, packed
from tests.factories import grant
from tests.records.test_locking import WAITING

SYSTEM = SystemAccess("a test")
REPEALED = {"decided_by": "M", "paragraph": "", "registry_number": "", "decided_on": None}


@pytest.fixture
def standing_town(transactional_db: None) -> Town:
    town = build_town()
    grant(town.handler, "author", town.north)
    return town


def repeal(town: Town, document: Document, name: str = "repeal", **more: object) -> Callable[[], object]:
    data = {**REPEALED, "decided_on": day(0), **more}
    access = town.access("care_head")
    return lambda: move(record_id=document.pk, name=name, access=access, comment="Old", data=data)


def restrict(town: Town, document: Document) -> Callable[[], object]:
    changes = {"visibility": Visibility.RESTRICTED, "confidential_reason": "OSL 18:8"}
    access = town.access("care_head")
    return lambda: record_change(record_id=document.pk, changes=changes, access=access)


def whole(document: Document) -> None:
    """However it went: one version at most holds, and only while its document does; all are seen as it is."""
    document.refresh_from_db()
    versions = list(Version.objects.filter(document=document))
    held = [version for version in versions if version.is_in_force]
    assert len(held) == (document.state == "in_force")
    assert document.is_open or not any(version.is_under_way for version in versions)
    if document.is_restricted:
        assert {version.visibility for version in versions} == {Visibility.RESTRICTED}
        assert not ReadDuty.objects.standing().filter(document=document).exists()
    if not document.is_open:
        assert not ReadDuty.objects.standing().filter(document=document).exists()


@pytest.mark.parametrize("other", [repeal, restrict])
def test_a_version_that_is_approved_while_its_document_is_ended_or_restricted(standing_town: Town, other):
    town = standing_town
    document = in_force(town)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, version, "<p>New.</p>")
    ready_to_approve(town, version)
    act = other(town, document)
    found = together(lambda: approved(town, version, weight=Weight.NEW_DUTY), act)
    assert not isinstance(found[1], Exception)
    whole(document)


def test_a_unit_that_merges_while_a_version_is_begun_takes_both_along(standing_town: Town):
    town = standing_town
    document = in_force(town)
    merge = lambda: unit_merge(unit_id=town.north.pk, into_id=town.south.pk, access=town.access("admin"))  # noqa: E731
    begun, merged = together(
        lambda: version_start(document_id=document.pk, access=town.access("quality")), merge
    )
    assert isinstance(begun, Version) and merged == town.north
    document.refresh_from_db()
    assert document.unit_id == town.south.pk
    assert {version.unit_id for version in Version.objects.filter(is_under_way=True)} <= {town.south.pk}


def test_reading_confirmed_while_a_new_version_comes_is_of_the_one_that_was_read(standing_town: Town):
    town = standing_town
    document = in_force(town, weight=Weight.NEW_DUTY)
    version = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, version, "<p>New.</p>")
    ready_to_approve(town, version)
    confirm = lambda: read_confirm(  # noqa: E731
        document_id=document.pk, read=f"{document.reference}-V1", access=town.access("employee")
    )
    said, _approved = together(confirm, lambda: approved(town, version))
    duty = ReadDuty.objects.get(person=town.employee)
    assert isinstance(said, StaleEdit) == (duty.confirmed_version is None)
    assert duty.confirmed_version is None or duty.confirmed_version.number == "1"


def test_a_version_waits_for_all_that_moves_with_it_before_it_keeps_anybody_waiting(standing_town: Town):
    """Whoever hands over everything of one who leaves locks both at once, the older first: two who each hold
    one and want the other would wait for ever."""
    town = standing_town
    document = in_force(town)
    small = version_start(document_id=document.pk, access=town.access("handler"), small=True)
    later = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, later, "<p>New.</p>")
    ready_to_approve(town, later)
    faults: list[Exception] = []

    def approve() -> None:
        try:
            with translation.override("en"):
                approved(town, later)
        except (DatabaseError, RuleViolation) as fault:
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=approve)
    with transaction.atomic(), connection.cursor() as cursor:
        lock_records(small.pk)
        thread.start()
        patience, waits = time.monotonic() + 10, 0
        while not waits and time.monotonic() < patience:
            cursor.execute(WAITING)
            waits = cursor.fetchone()[1]
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        lock_records(later.pk)
    thread.join(20)
    assert waits and not faults
    small.refresh_from_db()
    assert small.state == "abandoned"


def test_what_was_decided_here_while_a_list_was_looked_at_is_not_undone_by_it(town: Town):
    done(town, looked_through(town, line()))
    document = Document.objects.get()
    again = looked_through(town, line(), zipped=packed(hand_docx=files.word("Another text")))
    refused = pytest.raises(RuleViolation, match="decided here since")
    with document_rows(again) as rows:
        plan = rows.plan(again.rows.get().cells)
        assert plan.outcome == "version"
        next_version(town, document, text="<p>Decided here.</p>")
        with rows.prepared(plan) as prepared, refused, transaction.atomic():
            rows.take(plan, prepared, town.access("quality"))
    assert Version.objects.get(is_in_force=True).text == "<p>Decided here.</p>"
    assert Origin.objects.get().version.number == "1"


def test_a_list_brings_nothing_that_would_hold_after_the_day_on_which_the_document_ends(town: Town):
    done(town, looked_through(town, line()))
    document = Document.objects.get()
    Document.objects.filter(pk=document.pk).update(ends_on=day(0))  # and no worker has ended it yet
    anew = line(decided_on=timezone.localdate())
    again = looked_through(town, anew, zipped=packed(hand_docx=files.word("Another text")))
    assert "Let it hold after all first" in again.rows.get().why_not
    assert again.rows.get().outcome == "refused"


def test_a_row_without_any_day_says_what_will_be_said_of_it(town: Town):
    undated = line(decided_on=None, valid_from=None) if "valid_from" in CELLS else line(decided_on=None)
    why = looked_through(town, undated, line(id="P-2", title="Other")).rows.order_by("number")
    said = [row.why_not for row in why]
    assert "said to be in force from today" in said[0] and "from today" not in said[1]


def test_who_is_asked_to_read_after_days_without_a_worker_is_not_late_from_the_first_moment(town: Town):
    version = ready_to_approve(town, begun(town))
    approved(town, version, valid_from=day(1), weight=Weight.NEW_DUTY, read_by=day(2))
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        versions_enter_into_force(access=SYSTEM)
        dues = set(ReadDuty.objects.values_list("due", flat=True))
        assert dues == {timezone.localdate() + timedelta(days=settings.READ_DAYS)}


def test_after_days_without_a_worker_each_day_comes_in_its_order_and_once(town: Town):
    document = in_force(town, weight=Weight.NEW_DUTY)
    small = version_start(document_id=document.pk, access=town.access("handler"), small=True)
    written(town, small, "<p>Put right.</p>")
    approved(town, ready_to_approve(town, small), valid_from=day(2), weight=Weight.EDITORIAL)
    later = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, later, "<p>New.</p>")
    approved(town, ready_to_approve(town, later), valid_from=day(4))
    repeal(town, document, "repeal_later", ends_on=day(6))()
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        for _again in range(2):
            versions_enter_into_force(access=SYSTEM)
            documents_end(access=SYSTEM)
            leaders_follow(access=SYSTEM)
            replaced_follow(access=SYSTEM)
    held = Version.objects.filter(document=document).order_by("major", "minor")
    today = timezone.localdate()
    spans = [((one.valid_from - today).days, (one.valid_until - today).days) for one in held]
    assert spans == [(0, 2), (2, 4), (4, 6)]
    assert [one.state for one in held] == ["superseded", "superseded", "repealed"]
    whole(document)
    assert document.decisions.filter(name="run_out").count() == 1
