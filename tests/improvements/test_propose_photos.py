"""Photos that come with a proposal: kept with the case, looked through first, said when lost."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from improvements.models import Improvement
from qms.records.models import Attachment
from tests.conftest import Town
from tests.records.files import EXE, picture, upload, wide_png

SEND = reverse("improvements:send")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def form(town: Town, *files: tuple[str, bytes], **fields: object) -> dict[str, object]:
    uploads = [upload(name, content) for name, content in files]
    own = {"text": "The key is lost", "unit": town.north.pk, "submission": str(uuid4())}
    return {**own, "attachments": uploads, **fields}


def on_disk(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_photos_hang_on_the_case_and_the_receipt_counts_them(town: Town, sign_in):
    photos = ("a.jpg", picture()), ("b.png", picture("PNG"))
    page = sign_in(town.employee).post(SEND, form(town, *photos), follow=True)
    assert "With 2 files." in page.content.decode()
    assert sorted(Improvement.objects.get().attachments.values_list("name", flat=True)) == ["a.jpg", "b.png"]


def test_a_photo_stands_with_the_text_that_it_was_sent_with(town: Town, sign_in):
    sign_in(town.employee).post(SEND, form(town, ("lamp.jpg", picture())))
    record = Improvement.objects.get()
    page = sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    assert page.index("The key is lost</p>") < page.index('alt="The picture lamp.jpg"') < page.index("Events")
    Attachment.objects.update(removed_at=timezone.now())
    assert (
        'alt="The picture lamp.jpg"'
        not in sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    )


def test_a_photo_that_its_handler_adds_does_not_stand_as_the_senders(town: Town, sign_in):
    sign_in(town.employee).post(SEND, form(town))
    record = Improvement.objects.get()
    address = reverse("records:attachments", args=[record.reference])
    sign_in(town.manager).post(address, {"attachments": [upload("after.jpg", picture())]})
    page = sign_in(town.manager).get(record.get_absolute_url()).content.decode()
    assert record.attachments.get().name == "after.jpg"
    assert 'alt="The picture after.jpg"' not in page.partition("The promise")[0]


@pytest.mark.parametrize("content", [EXE, wide_png(60_000, 60_000), b""], ids=["program", "bomb", "empty"])
def test_what_only_calls_itself_a_photo_is_refused_beside_the_field(
    town: Town, sign_in, content: bytes, tmp_path: Path
):
    page = sign_in(town.employee).post(SEND, form(town, ("photo.jpg", content)))
    assert page.status_code == 422
    assert "photo.jpg" in str(page.context["form"].errors["attachments"])
    assert page.context["form"]["text"].value() == "The key is lost"
    assert (Improvement.objects.count(), on_disk(tmp_path)) == (0, 0)


def test_a_page_shown_again_says_that_photos_must_be_chosen_again(town: Town, sign_in, tmp_path: Path):
    sent = form(town, ("a.jpg", picture()), text="")
    page = sign_in(town.employee).post(SEND, sent).content.decode()
    assert "Photos have to be chosen again" in page
    assert on_disk(tmp_path) == 0


def test_sent_twice_the_photo_is_there_once(town: Town, sign_in, tmp_path: Path):
    browser, key = sign_in(town.employee), str(uuid4())
    for _again in range(2):
        browser.post(SEND, form(town, ("a.jpg", picture()), submission=key))
    assert Attachment.objects.count() == 1
    assert on_disk(tmp_path) == 2  # the photo and its small picture
