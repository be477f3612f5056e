"""Fills an empty, migrated database: `python -m tests.load.fill --records 100000 --documents 20000`."""

import argparse
import os
import sys
import time
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.settings")

import django

django.setup()

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery

from documents.models import Applies, Document, FrozenPdf, ReadDuty, Version
from improvements import workflow
from improvements.models import Action, Improvement
from qms.records.models import Comment, Counter, Decision, Follow, Notification, Record, Task
from qms.records.search_index import search_vector
from qms.standards.services import standards_load
from tests.load import cases, papers, town
from tests.load.copying import after_ids, copy_rows

SEED = 9001


def main() -> int:
    """Fill it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.fill", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000, help="improvements and actions")
    parser.add_argument("--documents", type=int, default=20_000, help="governing documents, 3 versions each")
    options = parser.parse_args()
    if Record.objects.exists():
        print("The database has records already: give an empty one as DATABASE_URL.")
        return 1
    began = time.perf_counter()
    fill(options.records, options.documents)
    print(f"{Record.objects.count()} records in {time.perf_counter() - began:.0f} s")
    return 0


@transaction.atomic
def _write(number: int, documents: int) -> None:
    random = Random(SEED)
    standards_load()
    people = town.build(random)
    _write_cases(people, random, number)
    _write_papers(people, random, documents, number + 1)
    after_ids(Record)


def _write_cases(people: town.LoadTown, random: Random, number: int) -> None:
    made = cases.Cases(people, random, number)
    rows = list(made.rows())
    actions = [row for row in rows if row.is_action]
    improvements = [row for row in rows if not row.is_action]
    copy_rows(Record, (row.record for row in rows))
    copy_rows(Improvement, (row.child for row in improvements))
    copy_rows(Action, (row.child for row in actions))
    copy_rows(Improvement.history.model, (cases.history(row) for row in improvements))
    copy_rows(Action.history.model, (cases.history(row) for row in actions))
    copy_rows(Decision, (decision for row in rows for decision in cases.decisions(row)))
    flows = {True: workflow.ACTION, False: workflow.IMPROVEMENT}
    copy_rows(Task, (task for row in rows for task in cases.tasks(row, flows[row.is_action])))
    copy_rows(Comment, (comment for row in rows for comment in cases.comments(row, made)))
    copy_rows(Follow, (cases.follow(row) for row in rows))
    copy_rows(Notification, (cases.notification(row) for row in rows[-number // 5 :]))
    copy_rows(Counter, ({"series": s, "year": y, "last": last} for (s, y), last in made.last.items()))


def _write_papers(people: town.LoadTown, random: Random, number: int, first: int) -> None:
    made = papers.Papers(people, random, number, first)
    rows = list(made.rows())
    copy_rows(Record, (face for row in rows for face in row.records))
    with connection.cursor() as cursor:  # a document may name a version, and a version its document
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    copy_rows(Document, (row.own for row in rows))
    copy_rows(Version, (own for row in rows for _face, own in row.versions))
    copy_rows(Document.history.model, (papers.history(row.document, row.own) for row in rows))
    copy_rows(Version.history.model, (papers.history(*pair) for row in rows for pair in row.versions))
    copy_rows(Applies, (papers.applies(row) for row in rows))
    copy_rows(FrozenPdf, (pdf for row in rows for pdf in papers.pdfs(row)))
    copy_rows(ReadDuty, (duty for row in rows for duty in papers.duties(row)))
    copy_rows(Decision, (decision for row in rows for decision in papers.decisions(row)))
    copy_rows(Task, (task for row in rows for task in papers.tasks(row)))
    counted = ({"series": "document", "year": year, "last": last} for year, last in made.last.items())
    copy_rows(Counter, counted)


def fill(number: int, documents: int) -> None:
    """Write `number` records, `documents` governing documents and what hangs on them.

    Then what search finds of them is computed, and the tables are tidied up.
    """
    _write(number, documents)
    for model, body in ((Improvement, "text"), (Action, "description"), (Document, "text")):
        text = Subquery(model.objects.filter(pk=OuterRef("pk")).values(body))
        vector = search_vector(F("reference"), F("title"), text)
        Record.objects.filter(kind=model.KIND).update(search=vector)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL")
        cursor.execute("VACUUM ANALYZE")  # only this tells an index that the rows themselves need not be read


if __name__ == "__main__":
    sys.exit(main())
