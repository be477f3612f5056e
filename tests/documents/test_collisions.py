"""What the database guarantees, and what happens when two people do the same at once."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from documents.models import FrozenPdf, Version
from documents.services import version_start, version_write
from documents.workflow import names
from qms.exceptions import RuleViolation, StaleEdit
from qms.records.services.change import edit_token
from tests.conftest import Town, build_town
from tests.documents.steps import approved, begun, in_force, next_version, ready_to_approve, together
from tests.factories import grant


@pytest.fixture
def standing_town(transactional_db: None) -> Town:
    town = build_town()
    grant(town.handler, "author", town.north)
    return town


def test_two_approvals_at_once_are_one(standing_town: Town):
    town = standing_town
    version = ready_to_approve(town, begun(town))
    found = together(lambda: approved(town, version), lambda: approved(town, version, by="care_head"))
    refused = [one for one in found if isinstance(one, RuleViolation)]
    assert len(refused) == 1 and "no longer possible" in str(refused[0])
    assert version.decisions.filter(name="approve").count() == 1
    assert FrozenPdf.objects.filter(version=version).count() == 1
    assert Version.objects.filter(document=version.document_id, is_in_force=True).count() == 1


def test_two_who_begin_the_next_version_at_once_begin_one(standing_town: Town):
    town = standing_town
    document = in_force(town)
    begin = [
        lambda who=who: version_start(document_id=document.pk, access=town.access(who))
        for who in ("handler", "manager")
    ]
    found = together(*begin)
    assert sum(isinstance(one, Version) for one in found) == 1
    assert Version.objects.filter(document=document, is_under_way=True).count() == 1


def test_two_who_save_the_same_draft_at_once_lose_nothing(standing_town: Town):
    town = standing_town
    version = begun(town)
    token = edit_token(version)

    def save(who: str) -> Callable[[], object]:
        return lambda: version_write(
            version_id=version.pk, title="T", text=f"<p>{who}</p>", token=token, access=town.access(who)
        )

    found = together(save("handler"), save("manager"))
    assert sum(isinstance(one, StaleEdit) for one in found) == 1
    version.refresh_from_db()
    kept = next(one for one in found if isinstance(one, Version))
    assert version.text == kept.text


def test_the_database_knows_one_version_in_force_and_one_under_way(town: Town):
    document = in_force(town)
    later = next_version(town, document)
    first = Version.objects.get(document=document, major=1)
    for state in (names.IN_FORCE, names.DRAFT):
        version_start(
            document_id=document.pk, access=town.access("handler")
        ) if state == names.DRAFT else None
        with pytest.raises(IntegrityError), transaction.atomic():
            first.state = state
            first.save()
    assert later.is_in_force


def test_the_database_knows_that_what_is_in_force_was_decided(town: Town):
    version = begun(town)
    version.state = names.IN_FORCE
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()
