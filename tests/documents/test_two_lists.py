"""Two different lists that name the same documents, taken over at the same moment: nothing doubles, and
neither forgets what the other brought."""

import pytest
from django.db import transaction

from documents.models import Document, Origin, Version
from documents.services.taking_over import document_rows
from qms.exceptions import RuleViolation
from qms.records.imports.runs import import_go, import_work
from qms.records.models import Attachment, ImportRun
from tests.conftest import Town, build_town
from tests.documents import files
from tests.documents.steps import together
from tests.documents.test_taking_over import done, line, looked_through, packed

OTHER = files.word("En annan text.")


def worked(town: Town, run: ImportRun) -> list[tuple[str, str]]:
    import_work(run_id=run.pk)
    return [(row.outcome, row.why_not) for row in run.rows.all()]


@pytest.mark.django_db(transaction=True)
def test_a_document_that_both_bring_is_one_and_the_other_row_says_so():
    town = build_town()
    texts = (files.word(f"Text {number}.") for number in range(2))
    runs = [looked_through(town, line(), zipped=packed(hand_docx=text)) for text in texts]
    for run in runs:
        import_go(run_id=run.pk, access=town.access("quality"))
    found = together(*[lambda run=run: worked(town, run) for run in runs])
    assert Document.objects.count() == Version.objects.count() == Origin.objects.count() == 1
    outcomes = sorted(outcome for rows in found for outcome, _why in rows)
    assert outcomes in (["new", "refused"], ["new", "version"], ["new", "new"])
    assert Attachment.objects.filter(record=Version.objects.get()).count() == 1


def test_what_one_brought_meanwhile_is_not_forgotten_by_the_other(town: Town):
    done(town, looked_through(town, line()))
    other = looked_through(town, line(owner="handler@town.test"))
    anew = looked_through(town, line(), zipped=packed(hand_docx=OTHER))
    with document_rows(other) as rows:
        plan = rows.plan(other.rows.get().cells)
        assert plan.outcome == "data"
        done(town, anew)
        with (
            rows.prepared(plan) as prepared,
            pytest.raises(RuleViolation, match="by another list"),
            transaction.atomic(),
        ):
            rows.take(plan, prepared, town.access("quality"))
    origin = Origin.objects.get()
    assert origin.version == Version.objects.get(is_in_force=True) and origin.version.number == "2"
    once_more = looked_through(town, line(), zipped=packed(hand_docx=OTHER))
    assert [row.outcome for row in once_more.rows.all()] == ["same"]
