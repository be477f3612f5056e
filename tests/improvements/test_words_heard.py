"""What was said while fewer saw a case is not told elsewhere once more see it."""

import pytest

from improvements.models import Improvement
from improvements.selectors.joined import joined
from improvements.selectors.spread import what_was_done
from improvements.selectors.suggestions import suggestions
from improvements.services import improvement_restrict, improvement_unrestrict
from qms.records.services import comment_add
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import carried_out, decide

KEYS = "The keys to the bicycle store are missing"
SECRET = "Bosse on the second floor took them"


@pytest.fixture
def case(town: Town) -> Improvement:
    """Done with words for those who handle it; then its unit may see it."""
    record = improvement(town.north, town.employee, KEYS)
    manager = town.access("manager")
    improvement_restrict(record_id=record.pk, reason="OSL 26", access=manager)
    comment_add(record_id=record.pk, text=SECRET, access=manager)
    record = carried_out(town, Improvement.objects.get(pk=record.pk), SECRET)
    improvement_unrestrict(record_id=record.pk, access=manager)
    found: Improvement = Improvement.objects.select_related("unit", "owner").get(pk=record.pk)
    return found


def test_not_beside_what_somebody_writes(town: Town, case: Improvement):
    def said() -> list[str]:
        return [one.said for one in suggestions(KEYS, town.access("reader")).cases]

    assert said() == [""]
    decide(town, decide(town, case, "reopen"), "not_now", comment="There is no store any more")
    assert said() == ["There is no store any more"]


def test_not_to_a_unit_that_is_asked_nor_for_the_gallery(town: Town, case: Improvement):
    assert what_was_done(case) == ""
    carried_out(town, decide(town, case, "reopen"), "A new lock")
    assert what_was_done(case) == "A new lock"


def test_not_where_it_goes_on(town: Town, case: Improvement):
    record = decide(town, case, "reopen", comment="More of it")
    comment_add(record_id=record.pk, text="Again today", access=town.access("manager"))
    into = improvement(town.north, town.employee, "Keys are missing")
    decide(town, record, "same_as", into=into)

    def read(who: str) -> list[str]:
        (one,) = joined(into, town.access(who)).cases
        return [comment.text for comment in one.comments]

    assert read("reader") == ["Again today"]
    assert read("manager") == read("handler") == read("employee") == [SECRET, "Again today"]
