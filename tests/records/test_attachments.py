"""Files on records: sent, stored, fetched and removed, each through the rights of the record."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from improvements.models import Improvement
from qms.exceptions import NotYours, RuleViolation
from qms.organisation.models import Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored, sweep
from qms.records.models import Attachment, Notification, Record, Visibility
from qms.records.selectors.timeline import timeline
from qms.records.services import attachment_remove, attachments_add, follow_set, record_change
from tests.conftest import Town
from tests.factories import improvement
from tests.records.files import EXE, PDF, picture, upload

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def attached(town: Town, record: Record, name: str = "plan.pdf", content: bytes = PDF) -> Attachment:
    with stored([receive(upload(name, content))]) as files:
        return attachments_add(record_id=record.pk, files=files, access=town.access("employee"))[0]


def send(client: Client, record: Record, *uploads: tuple[str, bytes]):
    files = [upload(name, content) for name, content in uploads]
    return client.post(f"/r/{record.reference}/attachments/", {"attachments": files})


def test_several_files_are_sent_at_once_and_stand_on_the_record(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.employee)
    response = send(client, record, ("plan.pdf", PDF), ("skylt på väg.jpg", picture()))
    assert response.status_code == 302
    html = client.get(record.get_absolute_url()).content.decode()
    assert "2 files are with the record." in html
    assert "plan.pdf" in html
    assert "skylt på väg.jpg" in html
    assert "place removed from the picture" in html
    assert "not scanned for viruses" in html


def test_a_refused_file_is_a_sentence_beside_the_field_and_nothing_is_kept(
    town: Town, sign_in: SignIn, tmp_path: Path
):
    record = improvement(town.north, town.employee)
    response = send(sign_in(town.employee), record, ("plan.pdf", PDF), ("holiday.jpg", EXE))
    assert response.status_code == 422
    assert "holiday.jpg: This sort of file cannot be received." in response.content.decode()
    assert not on_disk(tmp_path)
    assert not record.attachments.exists()


def test_no_file_chosen_is_said(town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    response = send(sign_in(town.employee), record)
    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_followers_are_told_of_a_file(town: Town):
    record = improvement(town.north, town.employee)
    follow_set(record_id=record.pk, access=town.access("reader"), on=True)
    attached(town, record)
    told = Notification.objects.get(person=town.reader)
    assert (told.event, told.data) == ("changed", {"files": ["plan.pdf"]})


def test_the_stored_name_says_nothing(town: Town, tmp_path: Path):
    attachment = attached(town, improvement(town.north, town.employee), "Läkarintyg Anna.pdf")
    path = on_disk(tmp_path)[0]
    assert "Anna" not in str(path)
    assert path.suffix == ""
    assert attachment.file.name.startswith("attachments/")


def test_a_document_is_downloaded_and_cannot_run_anything(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee), "Åtgärdsplan.pdf")
    response = sign_in(town.reader).get(attachment.get_absolute_url())
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%85tg%C3%A4rdsplan.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-cache"


def test_a_picture_is_shown_and_has_a_small_one(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee), "skylt.jpg", picture())
    client = sign_in(town.reader)
    assert client.get(attachment.get_absolute_url())["Content-Disposition"].startswith("inline")
    small = client.get(f"{attachment.get_absolute_url()}thumbnail/")
    assert (small.status_code, small["Content-Type"]) == (200, "image/webp")


def test_a_document_has_no_small_picture(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee))
    response = sign_in(town.reader).get(f"{attachment.get_absolute_url()}thumbnail/")
    assert response.status_code == 404


def test_a_file_the_browser_has_is_not_sent_again_but_the_right_is_asked(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee))
    client = sign_in(town.reader)
    etag = client.get(attachment.get_absolute_url())["ETag"]
    assert client.get(attachment.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 304
    Record.objects.filter(pk=attachment.record_id).update(visibility=Visibility.RESTRICTED)
    assert client.get(attachment.get_absolute_url(), headers={"If-None-Match": etag}).status_code == 404


def test_files_are_only_for_those_who_see_the_record(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee))
    assert sign_in(town.outsider).get(attachment.get_absolute_url()).status_code == 404
    assert sign_in(town.outsider).get(f"{attachment.get_absolute_url()}thumbnail/").status_code == 404
    assert Client().get(attachment.get_absolute_url()).status_code == 302


def test_files_lie_under_no_address_of_their_own(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee))
    client = sign_in(town.employee)
    for prefix in ("/", "/media/", "/static/"):
        assert client.get(prefix + attachment.file.name).status_code == 404


def test_one_cannot_send_to_what_one_does_not_see(town: Town, sign_in: SignIn, tmp_path: Path):
    record = improvement(town.north, town.employee)
    assert send(sign_in(town.outsider), record, ("plan.pdf", PDF)).status_code == 404
    assert not on_disk(tmp_path)


def test_a_record_has_room_for_so_many_files(town: Town, settings, tmp_path: Path):
    settings.ATTACHMENT_MAX_COUNT = 1
    record = improvement(town.north, town.employee)
    attached(town, record)
    with pytest.raises(RuleViolation, match="can have 1 files"):
        attached(town, record)
    assert len(on_disk(tmp_path)) == 1


def test_whoever_sent_a_file_may_remove_it_and_the_events_keep_it(
    town: Town, sign_in: SignIn, tmp_path: Path
):
    record = improvement(town.north, town.employee)
    attachment = attached(town, record)
    client = sign_in(town.employee)
    address = f"{attachment.get_absolute_url()}remove/"
    assert "Remove plan.pdf?" in client.get(address).content.decode()
    response = client.post(address, {"why": "Names a person"}, follow=True)
    html = response.content.decode()
    assert "removed plan.pdf" in html
    assert "Names a person" in html
    assert client.get(attachment.get_absolute_url()).status_code == 404
    assert len(on_disk(tmp_path)) == 1  # kept until retention
    assert attachment.history.count() == 2


def test_others_may_not_remove_it_and_read_who_may(town: Town, sign_in: SignIn):
    attachment = attached(town, improvement(town.north, town.employee))
    client = sign_in(town.reader)
    for response in (
        client.get(f"{attachment.get_absolute_url()}remove/"),
        client.post(f"{attachment.get_absolute_url()}remove/"),
    ):
        assert response.status_code == 403
        assert "Only whoever sent the file" in response.content.decode()
    with pytest.raises(NotYours):
        attachment_remove(attachment_id=attachment.pk, access=town.access("reader"))


def test_a_file_is_removed_once(town: Town):
    attachment = attached(town, improvement(town.north, town.employee))
    attachment_remove(attachment_id=attachment.pk, access=town.access("handler"))
    with pytest.raises(RuleViolation, match="already been removed"):
        attachment_remove(attachment_id=attachment.pk, access=town.access("handler"))


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_file_behind(town: Town, tmp_path: Path):
    record = improvement(town.north, town.employee)
    with (
        pytest.raises(ZeroDivisionError),
        stored([receive(upload("photo.jpg", picture()))]) as files,
        transaction.atomic(),
    ):
        attachments_add(record_id=record.pk, files=files, access=town.access("employee"))
        assert len(on_disk(tmp_path)) == 2
        raise ZeroDivisionError
    assert not on_disk(tmp_path)
    assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_never_taken_away(town: Town, tmp_path: Path):
    record = improvement(town.north, town.employee)
    with pytest.raises(ZeroDivisionError), stored([receive(upload("photo.jpg", picture()))]) as files:
        attachments_add(record_id=record.pk, files=files, access=town.access("employee"))
        raise ZeroDivisionError  # after the commit: the row is there, so the file stays
    assert len(on_disk(tmp_path)) == 2
    assert Attachment.objects.get().file.read()


def test_the_sweeper_takes_old_files_without_a_row_and_nothing_else(town: Town, tmp_path: Path):
    attachment = attached(town, improvement(town.north, town.employee))
    today = timezone.now().date()
    old = f"attachments/{today - timedelta(days=3):%Y/%m/%d}"
    for path in (f"{old}/orphan", f"attachments/{today:%Y/%m/%d}/young"):
        default_storage.save(path, ContentFile(b"x"))
    moved = default_storage.save(f"{old}/kept", ContentFile(b"x"))
    Attachment.objects.filter(pk=attachment.pk).update(file=moved)
    assert sweep(today) == 1
    left = {path.name for path in on_disk(tmp_path)}
    assert {"kept", "young"} <= left
    assert "orphan" not in left


def test_a_file_removed_from_a_restricted_record_is_not_named_afterwards(town: Town):
    record = improvement(town.north, town.employee)
    access = town.access("manager")
    sent = attached(town, record, "greta.pdf"), attached(town, record, "lamp.pdf")
    restrict = {"visibility": "restricted", "confidential_reason": "OSL 26"}
    record_change(record_id=record.pk, changes=restrict, access=access)
    attachment_remove(attachment_id=sent[0].pk, access=access, why="Greta asked")
    record_change(record_id=record.pk, changes={"visibility": "internal"}, access=access)
    attachment_remove(attachment_id=sent[1].pk, access=access)
    record = Improvement.objects.select_related("unit").get(pk=record.pk)
    entries = timeline(record, town.access("reader")).entries
    assert not any("reta" in f"{entry.text} {entry.speech}" for entry in entries)
    assert [entry.text for entry in entries][:4] == [
        "removed lamp.pdf", "removed a file", "added lamp.pdf", "added a file"
    ]  # fmt: skip
    assert "removed greta.pdf" in [entry.text for entry in timeline(record, town.access("handler")).entries]
