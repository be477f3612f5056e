"""Files in S3-compatible storage: a real server on this machine, and the very settings a town writes."""

import hashlib
import runpy
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer

from documents.models import FrozenPdf, Version
from documents.services.frozen import pdf_make
from improvements.models import Improvement
from qms.organisation.models import Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored, sweep
from qms.records.models import Attachment
from tests.conftest import Town
from tests.documents.steps import in_force
from tests.factories import grant, improvement
from tests.records.files import PDF, picture, upload

SignIn = Callable[[Person], Client]
BUCKET, REGION = "kvalitet", "eu-north-1"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that speaks S3."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(scope="module")
def storage(server: str) -> dict[str, object]:
    """What the settings make of the environment that their documentation names."""
    given = {
        "STORAGE_S3_BUCKET": BUCKET,
        "STORAGE_S3_ENDPOINT": server,
        "STORAGE_S3_REGION": REGION,
        "STORAGE_S3_ACCESS_KEY": "key",
        "STORAGE_S3_SECRET_KEY": "secret",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        found: dict[str, object] = runpy.run_path("qms/settings.py")["STORAGES"]["default"]
    return found


@pytest.fixture
def bucket(storage, server: str, settings) -> Iterator[Any]:
    """An empty bucket in which all files of the program lie."""
    known = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": REGION}
    made = boto3.resource("s3", endpoint_url=server, **known).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    settings.STORAGES = settings.STORAGES | {"default": storage}
    yield made
    made.objects.all().delete()
    made.delete()


def keys(bucket) -> set[str]:
    return {one.key for one in bucket.objects.all()}


def test_a_picture_is_sent_and_fetched_by_those_who_see_the_record(bucket, town: Town, sign_in: SignIn):
    record = improvement(town.north, town.employee)
    client = sign_in(town.employee)
    files = {"attachments": [upload("skylt.jpg", picture())]}
    assert client.post(f"/r/{record.reference}/attachments/", files).status_code == 302
    attachment = Attachment.objects.get()
    assert keys(bucket) == {attachment.file.name, attachment.thumbnail.name}
    content = b"".join(client.get(attachment.get_absolute_url()).streaming_content)
    assert (content[:2], len(content)) == (b"\xff\xd8", attachment.size)
    small = client.get(f"{attachment.get_absolute_url()}thumbnail/")
    assert b"".join(small.streaming_content)[8:12] == b"WEBP"
    assert sign_in(town.outsider).get(attachment.get_absolute_url()).status_code == 404


def test_what_got_no_row_is_taken_away_at_once_and_by_the_sweeper(bucket, town: Town):
    with pytest.raises(ZeroDivisionError), stored([receive(upload("plan.pdf", PDF))]):
        raise ZeroDivisionError
    assert keys(bucket) == set()
    today = timezone.now().date()
    default_storage.save(f"attachments/{today - timedelta(days=3):%Y/%m/%d}/orphan", ContentFile(b"x"))
    young = default_storage.save(f"attachments/{today:%Y/%m/%d}/young", ContentFile(b"x"))
    assert sweep(today) == 1
    assert keys(bucket) == {young}


def test_the_official_pdf_lies_there_too(bucket, town: Town):
    grant(town.handler, "author", town.north)
    version = Version.objects.get(document=in_force(town, "Anteckningar i hemtjänsten"))
    assert pdf_make(version_id=version.pk)
    pdf = FrozenPdf.objects.get(version=version)
    assert keys(bucket) == {pdf.file.name}
    with pdf.file.open("rb") as kept:
        assert hashlib.sha256(kept.read()).hexdigest() == pdf.sha256


def test_a_store_that_does_not_answer_is_said_beside_the_field_and_the_text_is_kept(
    bucket, storage, settings, town: Town, sign_in: SignIn
):
    options = storage["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:1"}
    settings.STORAGES = settings.STORAGES | {"default": storage | {"OPTIONS": options}}
    form = {"text": "Lampan är trasig", "unit": town.north.pk, "attachments": upload("plan.pdf", PDF)}
    answer = sign_in(town.employee).post(reverse("improvements:send"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Files cannot be stored just now." in page
    assert "Lampan är trasig" in page
    assert not Improvement.objects.exists()
