"""What was done, and what shows it: asked for when an action is done."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from improvements.models import Action
from improvements.services import action_add
from qms.exceptions import RuleViolation
from qms.organisation.models import Deputy
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Attachment
from qms.records.services import attachments_add, move
from qms.records.services.attachments import attachment_remove
from tests.conftest import Town
from tests.factories import improvement
from tests.improvements.steps import decide, handled, plan, soon
from tests.records.files import picture, upload


@pytest.fixture
def case(town: Town):
    return handled(town, improvement(town.north, town.employee))


@pytest.fixture
def asked(town: Town, case) -> Action:
    """An action of the handler's that must be shown."""
    return action_add(
        source_id=case.pk,
        title="Paint the sign",
        owner=town.handler,
        due=soon(5),
        evidence_required=True,
        access=town.access("manager"),
    )


def done_url(action: Action) -> str:
    return f"/r/{action.reference}/move/done/"


def test_it_is_not_done_without_a_line_that_says_what_was_done(town: Town, case, client):
    action = plan(town, case, town.handler)
    client.force_login(town.handler)
    page = client.post(done_url(action), {"comment": "  "})
    assert page.status_code == 422
    assert "Write in a line what was done." in page.content.decode()
    assert client.post(done_url(action), {"comment": "Painted it green"}).status_code == 302
    assert Action.objects.get(pk=action.pk).outcome == "Painted it green"


def test_where_something_must_show_it_nothing_is_said_beside_the_field_and_what_was_typed_is_kept(
    town: Town, asked, client
):
    client.force_login(town.handler)
    page = client.post(done_url(asked), {"comment": "Painted it green"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Add a file, a photo or a link that shows it" in text
    assert "Painted it green" in text
    assert page.context["form"].errors.keys() == {"attachments"}
    assert Action.objects.get(pk=asked.pk).is_open


def test_a_photo_sent_along_shows_it_and_hangs_on_the_action(town: Town, asked, client):
    client.force_login(town.handler)
    photo = SimpleUploadedFile("sign.jpg", picture(), content_type="image/jpeg")
    answer = client.post(done_url(asked), {"comment": "Painted it", "attachments": photo})
    assert answer.status_code == 302
    assert Action.objects.get(pk=asked.pk).state == "done"
    assert Attachment.objects.get(record=asked).uploaded_by == town.handler


def test_a_photo_of_a_refused_move_is_kept_nowhere(town: Town, asked, client):
    client.force_login(town.handler)
    photo = SimpleUploadedFile("sign.jpg", picture(), content_type="image/jpeg")
    assert client.post(done_url(asked), {"comment": "", "attachments": photo}).status_code == 422
    assert not Attachment.objects.filter(record=asked).exists()


def test_a_link_shows_it_too_but_only_a_whole_one(town: Town, asked, client):
    client.force_login(town.handler)
    sent = {"comment": "Painted it", "link": "javascript:alert(1)"}
    page = client.post(done_url(asked), sent)
    assert page.status_code == 422
    assert "Copy it whole" in page.content.decode()
    client.post(done_url(asked), {"comment": "Painted it", "link": "https://exempel.se/sign"})
    assert Action.objects.get(pk=asked.pk).outcome_link == "https://exempel.se/sign"
    assert "https://exempel.se/sign" in client.get(asked.get_absolute_url()).content.decode()


def hang(town: Town, action: Action, by: str) -> None:
    with stored([receive(upload("lamp.jpg", picture()))]) as files:
        attachments_add(record_id=action.pk, files=files, access=town.access(by))


def test_a_file_that_its_owner_hung_on_it_before_counts_that_of_the_planner_does_not(town: Town, asked):
    hang(town, asked, "manager")
    with pytest.raises(RuleViolation, match="Add a file"):
        decide(town, asked, "done", by="handler")
    hang(town, asked, "handler")
    assert decide(town, asked, "done", by="handler").state == "done"


def test_what_showed_it_the_first_time_does_not_show_it_again(town: Town, asked):
    hang(town, asked, "handler")
    decide(town, asked, "done", by="handler")
    again = decide(town, asked, "reopen", by="handler", due=soon(4))
    assert (again.outcome, again.outcome_link) == ("", "")
    with pytest.raises(RuleViolation, match="Add a file") as refused:
        move(record_id=asked.pk, name="done", comment="Once more", access=town.access("handler"))
    assert refused.value.field == "attachments"


def test_what_shows_that_it_is_done_is_not_taken_away_afterwards(town: Town, asked):
    """Not by whoever did it, nor by who planned it, until something else shows it or it is open again."""
    hang(town, asked, "handler")
    [shows] = asked.attachments.all()
    decide(town, asked, "done", by="handler")
    for who in ("handler", "manager"):
        with pytest.raises(RuleViolation, match="shows that it is done"):
            attachment_remove(attachment_id=shows.pk, access=town.access(who))
    hang(town, asked, "handler")
    attachment_remove(attachment_id=shows.pk, access=town.access("handler"))
    other = asked.attachments.present().get()
    with pytest.raises(RuleViolation, match="shows that it is done"):
        attachment_remove(attachment_id=other.pk, access=town.access("handler"))
    decide(town, asked, "reopen", by="handler", due=soon(4))
    attachment_remove(attachment_id=other.pk, access=town.access("handler"))
    assert not asked.attachments.present()


def test_a_file_that_shows_nothing_may_be_taken_away(town: Town, case, asked):
    """Where a link shows it, where nothing had to, and what its planner hung on it."""
    hang(town, asked, "manager")
    plans = asked.attachments.get()
    hang(town, asked, "handler")
    decide(town, asked, "done", by="handler")
    attachment_remove(attachment_id=plans.pk, access=town.access("manager"))
    free = plan(town, case, town.handler)
    linked = action_add(
        source_id=case.pk,
        title="Paint the door",
        owner=town.handler,
        due=soon(5),
        evidence_required=True,
        access=town.access("manager"),
    )
    for action, link in ((free, ""), (linked, "https://exempel.se/door")):
        hang(town, action, "handler")
        decide(town, action, "done", by="handler", link=link)
        attachment_remove(attachment_id=action.attachments.get().pk, access=town.access("handler"))


def test_the_page_of_a_done_action_offers_no_removal_of_what_shows_it(town: Town, asked, client):
    hang(town, asked, "handler")
    client.force_login(town.handler)
    removal = f"/{asked.attachments.get().public_id}/remove"
    assert removal in client.get(asked.get_absolute_url()).content.decode()
    decide(town, asked, "done", by="handler")
    assert removal not in client.get(asked.get_absolute_url()).content.decode()


def test_whoever_stands_in_for_its_owner_shows_it_as_they_would(town: Town, asked):
    today = timezone.localdate()
    Deputy.objects.create(person=town.handler, deputy=town.reader, starts=today, ends=today)
    hang(town, asked, "reader")
    assert decide(town, asked, "done", by="reader").state == "done"
