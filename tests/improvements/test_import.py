"""Cases from an older system are taken over: looked through first, as they stood there, never twice."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone

from improvements.models import Channel, Improvement
from improvements.selectors import tally
from improvements.selectors.clock import clock
from improvements.selectors.part import Part
from improvements.selectors.tally import Span
from improvements.services import improvement_submit
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.services import unit_close
from qms.records.imports.runs import LEASE, import_go, import_start, import_stop, import_work, imports_sweep
from qms.records.models import Counter, Decision, ImportRun, Notification, Record, Task
from qms.records.selectors.timeline import timeline
from tests.conftest import build_town
from tests.documents.files import sheet
from tests.factories import grant

HEADS = [
    "Nummer", "Rubrik", "Text", "Enhet", "Slag", "Läge", "Inkom", "Besvarad", "Avslutad", "Vad som gjordes",
    "Sekretess",
]  # fmt: skip
CELLS = {
    "number": "2021-17", "title": "Mörkt vid entrén", "text": "Lampan är trasig.\nDet är halt.",
    "unit": "NORTH", "category": "Avvikelse", "state": "Avslutad", "sent_on": date(2021, 3, 1),
    "answered_on": date(2021, 3, 3), "closed_on": date(2021, 4, 1), "outcome": "Ny armatur sattes upp.",
    "secrecy": "",
}  # fmt: skip


def line(**changed: object) -> list[object]:
    """A row that can be taken over, with some of it changed."""
    return [*(CELLS | changed).values()]


def many(count: int) -> list[list[object]]:
    return [line(number=f"N-{number}", title=f"Lampa {number}") for number in range(count)]


def begun(town, *rows: list[object], who: str = "quality", source: str = "Platina") -> ImportRun:
    content = io.BytesIO(sheet(HEADS, *rows))
    return import_start(
        importer="cases", sheet=content, name="lista.xlsx", source=source, access=town.access(who)
    )


def looked_through(town, *rows: list[object], **options: str) -> ImportRun:
    run = begun(town, *rows, **options)
    import_work(run_id=run.pk)
    run.refresh_from_db()
    return run


def done(town, *rows: list[object], **options: str) -> ImportRun:
    run = looked_through(town, *rows, **options)
    import_go(run_id=run.pk, access=town.access("quality"))
    import_work(run_id=run.pk)
    run.refresh_from_db()
    return run


def outcomes(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(row.number, row.outcome, row.why_not) for row in run.rows.all()]


def test_looking_through_writes_nothing_and_says_of_each_row_what_would_come_of_it_or_why_not(town):
    ahead = timezone.localdate() + timedelta(days=2)
    refused = [
        (line(number="", title="x"), "no number"),
        (line(number="2", unit="Nowhere"), "“Nowhere”"),
        (line(number="3", unit=""), "no unit"),
        (line(number="4", text=""), "no text"),
        (line(number="5", text="x" * 10_001), "longer than 10000"),
        (line(number="6", title="x" * 201), "longer than 200"),
        (line(number="7", state="Någonstans"), "“Någonstans”"),
        (line(number="8", category="Fika"), "“Fika”"),
        (line(number="9", sent_on=None), "no day on which it was sent in"),
        (line(number="10", closed_on=ahead), "lies ahead"),
        (line(number="11", answered_on=date(2021, 2, 1)), "out of order"),
        (line(number="12", closed_on=date(2021, 3, 2)), "out of order"),
        (line(number="13", closed_on=None), "no day on which it was closed"),
        (line(number="14", state="Öppen"), "open, and has a day"),
        (line(number="15", sent_on="i våras"), "“i våras” is no date"),
        (line(number="16", sent_on="0201-03-01"), "too far back: 0201-03-01"),
        (line(number="17", sent_on="0001-01-01"), "too far back: 0001-01-01"),
        (line(number="2021-17", title="Igen"), "row 2"),
    ]
    run = looked_through(town, line(), *(row for row, _why in refused))
    assert run.state == ImportRun.State.CHECKED
    first, *others = outcomes(run)
    assert first == (2, "new", "")
    assert [outcome for _number, outcome, _why in others] == ["refused"] * len(refused)
    for (_number, _outcome, why), (_row, said) in zip(others, refused, strict=True):
        assert said in why
    assert (Record.objects.count(), Counter.objects.count(), Decision.objects.count()) == (0, 0, 0)


def test_all_that_is_wrong_with_a_row_is_said_at_once(town):
    run = looked_through(town, line(title="", unit="Nowhere", closed_on=None, category="Fika"))
    [(_number, outcome, why)] = outcomes(run)
    assert outcome == "refused"
    assert run.rows.get().title == CELLS["text"], "a row without a title is known by its text"
    for said in ("“Fika”", "“Nowhere”", "no day on which it was closed"):
        assert said in why


def test_a_row_with_neither_title_nor_text_is_told_what_it_lacks(town):
    run = looked_through(town, line(title="", text="", unit="Nowhere"))
    [(_number, outcome, why)] = outcomes(run)
    assert outcome == "refused"
    assert "no text" in why and "“Nowhere”" in why


def test_the_worst_row_has_all_its_sentences_whole_however_long_its_cells_are(town):
    long = "Lampan är trasig " * 29
    row = line(number="9" * 300, title="x" * 201, text="", unit=long, category=long, state=long)
    [(_number, outcome, why)] = outcomes(looked_through(town, row))
    assert outcome == "refused"
    for said in ("longer than 200", "no text", "no unit called", "no state called", "no sort called"):
        assert said in why
    assert why.endswith(".") and why.count("…”") == 3
    assert len(why) < 700, "of a cell no more is quoted than is needed to find it"


def test_what_is_taken_over_stands_as_it_stood_there_with_its_own_days(town):
    assert outcomes(done(town, line())) == [(2, "new", "")]
    case = Improvement.objects.get()
    assert (case.title, case.text) == ("Mörkt vid entrén", "Lampan är trasig.\nDet är halt.")
    assert (case.unit, case.category, case.state) == (town.north, "deviation", "closed")
    assert (case.channel, case.came_from, case.old_number) == (Channel.IMPORT, "Platina", "2021-17")
    moments = [case.created_at, case.answered_at, case.closed_at, case.state_since]
    assert [timezone.localdate(moment) for moment in moments] == [
        date(2021, 3, 1), date(2021, 3, 3), date(2021, 4, 1), date(2021, 4, 1),
    ]  # fmt: skip
    assert (case.created_by, case.owner, case.due, case.promised_by) == (None, None, None, None)
    assert timezone.localdate(case.changed_at) == date(2021, 4, 1), "it is no news of today"


def test_it_gets_a_number_of_this_year_and_leaves_the_series_of_earlier_years_alone(town):
    Counter.objects.create(series="improvement", year=2021, last=40)
    own = improvement_submit(text="Ny lampa", unit=town.north, access=town.access("employee"))
    done(town, *many(3))
    year = timezone.localdate().year
    numbers = Improvement.objects.order_by("pk").values_list("reference", flat=True)
    assert list(numbers) == [f"F-{year}-{number:04d}" for number in range(1, 5)]
    assert own.reference == f"F-{year}-0001"
    assert Counter.objects.get(series="improvement", year=2021).last == 40


def test_nobody_is_told(town):
    done(town, line(), line(number="2", state="Öppen", answered_on=None, closed_on=None))
    assert (Notification.objects.count(), len(mail.outbox)) == (0, 0)
    assert not Record.objects.filter(follows__isnull=False).exists()


def test_the_timeline_says_where_it_comes_from_and_what_was_done_there(town):
    done(town, line())
    case = Improvement.objects.get()
    told = [(entry.text, entry.speech, entry.who) for entry in timeline(case, town.access("quality")).entries]
    taken, ended, answered, registered = told
    assert taken[0] == "took it over from Platina, where it had the number 2021-17" and "Quality" in taken[2]
    assert ended == ("Ended in Platina as “Avslutad”", "Ny armatur sattes upp.", "")
    assert answered[0] == "Answered in Platina" and answered[2] == ""
    assert registered[0] == "Registered in North" and registered[2] == ""


@pytest.mark.parametrize(
    ("said", "answered", "closed", "state", "waits"),
    [
        ("Öppen", None, None, "received", "answer"),
        ("Pågår", date(2021, 3, 3), None, "doing", "carry_out"),
        ("Klar", date(2021, 3, 3), None, "done", "close"),
        ("Klar", None, date(2021, 4, 1), "closed", ""),
        ("Stängd", None, date(2021, 4, 1), "closed", ""),
        ("Inte nu", date(2021, 3, 3), None, "not_now", ""),
        ("Återkallad", None, date(2021, 3, 2), "withdrawn", ""),
    ],
)
def test_each_state_has_its_own_here_and_what_is_open_waits_with_whoever_leads_the_unit(
    town, said, answered, closed, state, waits
):
    done(town, line(state=said, answered_on=answered, closed_on=closed))
    case = Improvement.objects.get()
    assert case.state == state and case.is_open == bool(waits)
    assert bool(case.answered_at) == bool(answered), "no day is made up"
    tasks = Task.objects.filter(record=case).values_list("kind", "assignee", "due")
    assert list(tasks) == ([(waits, town.manager.pk, None)] if waits else [])


def test_it_is_found_by_its_words_and_by_its_old_number(town, sign_in):
    done(town, line())
    browser = sign_in(town.quality)
    for words in ("trasiga", "2021-17"):
        found = browser.get(reverse("records:search"), {"q": words}).content.decode()
        assert "Mörkt vid entrén" in found


def test_figures_count_it_on_its_own_days_and_say_nothing_of_a_promise_nobody_gave(town):
    done(town, line())
    part = Part(town.kf)
    then = tally.counted(town.access("quality"), part, Span(date(2021, 1, 1), date(2021, 12, 31))).now
    assert (then.sent, then.done, then.answered, then.judged, then.kept) == (1, 1, 0, 0, 0)
    assert then.waiting_days == 2, "Monday to Wednesday"
    now = tally.counted(town.access("quality"), part, Span.last(365, timezone.localdate())).now
    assert now.sent == 0
    assert not tally.quarters(town.access("quality"), part, timezone.localdate()).known
    assert clock(Improvement.objects.get()) is None


def test_the_same_list_again_takes_nothing_over_twice_however_the_names_are_spelled(town):
    done(town, *many(2))
    run = done(town, *many(2), line(number="n-1"), line(number="N-7"), source="PLATINA")
    assert [outcome for _number, outcome, _why in outcomes(run)] == ["same", "same", "refused", "new"]
    assert re.search(r"taken over before, as F-\d+-0001", outcomes(run)[0][2])
    assert Improvement.objects.count() == 3
    done(town, line(number="N-1"), source="LISA")
    assert Improvement.objects.count() == 4, "the same number elsewhere is another case"


class PowerCut(BaseException):
    """What no service catches."""


def test_a_worker_killed_midway_is_followed_by_another_that_goes_on_where_it_stopped(town):
    run = looked_through(town, *many(6))
    import_go(run_id=run.pk, access=town.access("quality"))

    def cut(sender, instance, created, **kwargs: object):
        if created and instance.old_number == "N-3":
            raise PowerCut

    post_save.connect(cut, sender=Improvement)
    try:
        with pytest.raises(PowerCut):
            import_work(run_id=run.pk)
    finally:
        post_save.disconnect(cut, sender=Improvement)
    assert Improvement.objects.count() == 3
    import_work(run_id=run.pk)
    assert Improvement.objects.count() == 3, "until its lease has run out nobody else goes on"
    ImportRun.objects.update(claimable_at=timezone.now() - LEASE)
    assert imports_sweep().startswith("1")
    import_work(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE
    assert {outcome for _number, outcome, _why in outcomes(run)} == {"new"}
    numbers = Improvement.objects.order_by("pk").values_list("reference", flat=True)
    assert [int(number.rsplit("-")[-1]) for number in numbers] == [1, 2, 3, 4, 5, 6], "no gap, none twice"


def test_stopped_it_keeps_what_is_done_and_goes_on_with_the_rest(town):
    run = looked_through(town, *many(4))
    access = town.access("quality")
    import_go(run_id=run.pk, access=access)

    def stop(sender, instance, created, **kwargs: object):
        if created and instance.old_number == "N-1":
            import_stop(run_id=run.pk, access=access)

    post_save.connect(stop, sender=Improvement)
    try:
        import_work(run_id=run.pk)
    finally:
        post_save.disconnect(stop, sender=Improvement)
    run.refresh_from_db()
    assert (run.state, Improvement.objects.count()) == (ImportRun.State.STOPPED, 2)
    import_go(run_id=run.pk, access=access)
    import_work(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, Improvement.objects.count()) == (ImportRun.State.DONE, 4)


@pytest.mark.django_db(transaction=True)
def test_two_who_start_the_same_list_at_once_start_one():
    town = build_town()
    content = sheet(HEADS, *many(3))  # the same bytes for both

    def same(_number: int) -> int:
        try:
            access = town.access("quality")
            run = import_start(
                importer="cases", sheet=io.BytesIO(content), name="x.xlsx", source="Platina", access=access
            )
            return run.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        runs = set(pool.map(same, range(2)))
    assert len(runs) == ImportRun.objects.count() == 1

    import_work(run_id=min(runs))

    def go(_number: int) -> str:
        try:
            import_go(run_id=min(runs), access=town.access("quality"))
        except RuleViolation as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(go, range(2)))
    assert said[0] == "" and "Being taken over" in said[1]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _n: (import_work(run_id=min(runs)), connection.close()), range(2)))
    assert Improvement.objects.count() == 3


def test_a_unit_that_closes_while_the_list_is_worked_through_gets_no_case_more(town):
    run = looked_through(town, line(number="N-0", unit="SOUTH"), line(number="N-1"))
    access = town.access("quality")
    import_go(run_id=run.pk, access=access)

    def close(sender, instance, created, **kwargs: object):
        if created and instance.old_number == "N-0":
            unit_close(unit_id=town.north.pk, access=town.access("admin"))

    post_save.connect(close, sender=Improvement)
    try:
        import_work(run_id=run.pk)
    finally:
        post_save.disconnect(close, sender=Improvement)
    [(_two, taken, _said), (_three, refused, why)] = outcomes(run)
    assert (taken, refused) == ("new", "refused") and why.startswith("North has closed.")
    assert Improvement.objects.get().unit == town.south


def test_only_quality_managers_take_over_and_only_for_their_own_units(town):
    for who in ("manager", "handler", "employee", "admin"):
        with pytest.raises(NotYours):
            begun(town, line(), who=who)
    grant(town.outsider, "quality_manager", town.school)
    run = looked_through(town, line(), line(number="2", unit="SCHOOL"), who="outsider")
    assert [outcome for _number, outcome, _why in outcomes(run)] == ["refused", "new"]
    assert "not quality manager for North" in outcomes(run)[0][2]
