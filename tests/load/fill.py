"""Fills an empty, migrated database: `python -m tests.load.fill --records 100000`."""

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

from improvements import workflow
from improvements.models import Action, Improvement
from qms.records.models import Comment, Counter, Decision, Follow, Notification, Record, Task
from qms.records.search_index import search_vector
from qms.standards.services import standards_load
from tests.load import cases, town
from tests.load.copying import after_ids, copy_rows

SEED = 9001


def main() -> int:
    """Fill it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.fill", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    if Record.objects.exists():
        print("The database has records already: give an empty one as DATABASE_URL.")
        return 1
    began = time.perf_counter()
    fill(options.records)
    print(f"{options.records} records in {time.perf_counter() - began:.0f} s")
    return 0


@transaction.atomic
def _write(number: int) -> None:
    random = Random(SEED)
    standards_load()
    people = town.build(random)
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
    after_ids(Record)


def fill(number: int) -> None:
    """Write `number` records and what hangs on them, compute what search finds, tidy up."""
    _write(number)
    for model, body in ((Improvement, "text"), (Action, "description")):
        text = Subquery(model.objects.filter(pk=OuterRef("pk")).values(body))
        vector = search_vector(F("reference"), F("title"), text)
        Record.objects.filter(kind=model.KIND).update(search=vector)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL, ANALYZE)")


if __name__ == "__main__":
    sys.exit(main())
