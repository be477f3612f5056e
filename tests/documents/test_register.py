"""The public register: what is public and in force can be found, read and fetched; nothing else can."""

import json
import re
import uuid
from hashlib import sha256

import pytest
from defusedxml import ElementTree
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Document, Version
from documents.selectors import register
from documents.services import version_file_set, version_start
from documents.services.frozen import pdf_make
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.models import Record, Visibility
from qms.records.services import comment_add, move
from qms.records.services.attachments import attachments_save
from qms.records.services.change import edit_token, record_change
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import (
    approved,
    begun,
    day,
    in_force,
    next_version,
    ready_to_approve,
    routine,
    written,
)
from tests.records.files import picture, upload

ATOM = "{http://www.w3.org/2005/Atom}"
SECRET = "Zweihander"


@pytest.fixture
def stranger() -> Client:
    """Somebody at home, without login."""
    return Client()


def page(document: Document) -> str:
    return reverse("register:document", args=[document.reference])


def file_of(document: Document) -> str:
    return reverse("register:file", args=[document.reference])


def body(answer) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(
        errors="replace"
    )


def test_a_stranger_finds_reads_and_fetches_what_is_in_force(town, stranger):
    document = in_force(
        town, "Anteckningar i hemtjänsten", decided_by="Nämnden", text="<h2>Syfte</h2><p>Skriv genast.</p>"
    )
    pdf_make(version_id=Version.objects.get(document=document).pk)
    assert document.title in body(stranger.get(reverse("register:index")))
    assert "<mark>genast</mark>" in body(stranger.get(reverse("register:index"), {"q": "genast"}))
    shown = body(stranger.get(page(document)))
    assert "Skriv genast." in shown and "Nämnden" in shown and 'href="#s-syfte"' in shown
    fetched = stranger.get(file_of(document))
    kept = Version.objects.get(document=document).pdf
    with kept.file.open("rb") as file:
        assert b"".join(fetched.streaming_content) == file.read()
    listed = json.loads(body(stranger.get(reverse("register:json"))))["documents"]
    assert [(one["reference"], one["sha256"]) for one in listed] == [(document.reference, kept.sha256)]


def test_what_programs_read_of_a_document_is_what_their_guide_explains(town, stranger):
    in_force(town)
    [listed] = json.loads(body(stranger.get(reverse("register:json"))))["documents"]
    guide = (settings.BASE_DIR / "docs/open-data.md").read_text()
    rows = [line.split("|")[1] for line in guide.split("| field | meaning |")[1].splitlines() if "|" in line]
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == list(listed)
    for name in ("register:index", "register:feed", "register:json"):
        assert f"`{reverse(name)}`" in guide


def test_no_cookie_is_set_and_search_engines_may_come(town, stranger):
    answer = stranger.get(page(in_force(town)))
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "all" and answer["Cache-Control"] == "public, max-age=60"


def test_somebody_signed_in_is_a_stranger_here_too(town, sign_in):
    document = in_force(town)
    Document.objects.filter(pk=document.pk).update(visibility=Visibility.STAFF)
    assert sign_in(town.quality).get(page(document)).status_code == 404


def hidden(town) -> list[Record]:
    """One document of every sort that is not for everyone; the word in each of them is SECRET."""
    text = f"<p>{SECRET}</p>"
    draft = begun(town, f"{SECRET} draft", text=text).document
    waiting = ready_to_approve(town, begun(town, f"{SECRET} waiting", text=text)).document
    repealed = in_force(town, f"{SECRET} repealed", text=text)
    decision = {"decided_by": "Manager", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=repealed.pk, name="repeal", access=town.access("manager"), comment="Old", data=decision)
    kept = begun(town, f"{SECRET} restricted", text=text, restricted_why="OSL 18").document
    staff = in_force(town, f"{SECRET} staff", text=text)
    Document.objects.filter(pk=staff.pk).update(visibility=Visibility.STAFF)
    return [draft, waiting, repealed, kept, staff]


def test_nothing_else_can_be_reached_by_any_address(town, stranger):
    """Every record there is, asked for at every address of the register by a stranger."""
    open_one = in_force(town, "Open")
    closed = hidden(town)
    version_start(document_id=open_one.pk, access=town.access("handler"))
    held = Version.objects.get(document=open_one, is_in_force=True)
    for record in Record.objects.exclude(pk=open_one.pk):
        for name in ("register:document", "register:file"):
            assert stranger.get(reverse(name, args=[record.reference])).status_code == 404, record
        address = reverse("register:picture", args=[record.reference, uuid.uuid4()])
        assert stranger.get(address).status_code == 404
    for query in (
        {},
        {"q": SECRET},
        {"q": "repealed"},
        {"q": closed[0].reference},
        {"n": "9999"},
        {"type": "rutin"},
    ):
        for name in ("register:index", "register:feed", "register:json"):
            shown = body(stranger.get(reverse(name), query))
            # The question itself is echoed; nothing may answer it.
            assert f"{SECRET} " not in shown and "<mark>" not in shown, (name, query)
            assert not [one for one in closed if page(one) in shown]
    assert held.is_in_force


def test_what_is_being_written_on_an_open_document_is_not_shown(town, stranger):
    document = in_force(town, text="<p>Old words</p>")
    draft = version_start(document_id=document.pk, access=town.access("handler"))
    written(town, draft, f"<p>{SECRET}</p>", title=f"{SECRET} title")
    for address in (
        page(document),
        reverse("register:index"),
        reverse("register:json"),
        reverse("register:feed"),
    ):
        assert SECRET not in body(stranger.get(address))
    assert document.reference not in body(stranger.get(reverse("register:index"), {"q": SECRET}))


def test_what_people_said_about_a_document_does_not_find_it(town, stranger):
    document = in_force(town, "Nycklar")
    comment_add(record_id=document.pk, text=f"Have you seen {SECRET}?", access=town.access("manager"))
    assert document.reference not in body(stranger.get(reverse("register:index"), {"q": SECRET}))
    assert document.reference in body(stranger.get(reverse("register:index"), {"q": "nycklarna"}))


def test_a_misspelt_word_leads_to_the_titles_that_are_spelt_much_like_it(town, stranger):
    held = in_force(town, "Fee for building permits")
    begun(town, "Building permits for staff")  # not in force
    answer = stranger.get(reverse("register:index"), {"q": "bilding permts"}).content.decode()
    assert "0 documents in force" in answer and "Perhaps you meant one of these" in answer
    assert page(held) in answer and "for staff" not in answer


def test_a_common_word_is_counted_as_far_as_hits_are_ranked(town, stranger, monkeypatch):
    monkeypatch.setattr(register, "RANKED", 2)
    for title in ("Ett", "Två", "Tre"):
        in_force(town, title, text="<p>Nycklar räknas.</p>")
    assert "More than 2 documents in force" in body(stranger.get(reverse("register:index"), {"q": "nycklar"}))


def test_what_only_people_said_of_newer_documents_hides_no_older_one(town, stranger, monkeypatch):
    monkeypatch.setattr(register, "RANKED", 2)
    older = in_force(town, "Nycklar", text="<p>Nycklar räknas.</p>")
    for title in ("Ett", "Två", "Tre"):
        newer = in_force(town, title, text="<p>Något annat.</p>")
        comment_add(record_id=newer.pk, text="Och nycklar då?", access=town.access("quality"))
    found = body(stranger.get(reverse("register:index"), {"q": "nycklar"}))
    assert older.reference in found and "1 document in force" in found


def test_an_unwanted_word_does_not_tell_what_people_said(town, stranger):
    document = in_force(town, "Nycklar", text="<p>Nycklar räknas.</p>")
    comment_add(record_id=document.pk, text="Grannens hund", access=town.access("quality"))
    for unwanted in ("-hund", '-"grannens hund"'):
        asked = {"q": f"nycklar {unwanted}"}
        assert document.reference in body(stranger.get(reverse("register:index"), asked)), unwanted


def test_a_new_version_is_what_is_read_and_a_repealed_document_is_gone(town, stranger):
    document = in_force(town, text="<p>Old words</p>")
    next_version(town, document, text="<p>New words</p>")
    shown = body(stranger.get(page(document)))
    assert "New words" in shown and "Old words" not in shown


def test_only_pictures_of_the_text_that_is_in_force_are_open(town, stranger):
    document = in_force(town)
    version = Version.objects.get(document=document)
    uploads = [SimpleUploadedFile(name, picture()) for name in ("in.jpg", "beside.jpg")]
    with stored([receive(upload) for upload in uploads]) as received:
        shown, beside = attachments_save(record=document, files=received, access=town.access("handler"))
    version.text = f'<p><img src="{shown.get_absolute_url()}" alt="Karta"></p>'
    version.save()
    here = reverse("register:picture", args=[document.reference, shown.public_id])
    assert here in body(stranger.get(page(document)))
    assert stranger.get(here)["Content-Type"].startswith("image/")
    assert (
        stranger.get(reverse("register:picture", args=[document.reference, beside.public_id])).status_code
        == 404
    )


def test_the_feed_is_atom_with_the_latest_first(town, stranger):
    in_force(town, "First")
    in_force(town, "Second")
    feed = ElementTree.fromstring(body(stranger.get(reverse("register:feed"))))
    assert feed.tag == f"{ATOM}feed" and feed.find(f"{ATOM}updated") is not None
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert titles == ["Routine: Second", "Routine: First"]
    assert len({entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")}) == 2


def test_the_list_for_programs_goes_on_page_by_page(town, stranger, monkeypatch):
    monkeypatch.setattr("documents.views.register.JSON_STEP", 2)
    made = {in_force(town, f"Routine {number}").reference for number in range(3)}
    first = json.loads(body(stranger.get(reverse("register:json"))))
    second = json.loads(body(stranger.get(first["next"])))
    assert {one["reference"] for one in first["documents"] + second["documents"]} == made
    assert second["next"] is None


def test_odd_questions_get_an_answer(town, stranger):
    in_force(town)
    for query in ({"q": "'\"\x00!&|:*"}, {"n": "٣"}, {"n": "-1"}, {"type": "no"}, {"q": "x" * 3000}):
        assert stranger.get(reverse("register:index"), query).status_code == 200
    assert stranger.get(reverse("register:json"), {"after": "x"}).status_code == 200


def test_a_new_register_costs_as_much_with_many_documents(town, stranger, django_assert_max_num_queries):
    for number in range(6):
        in_force(town, f"Rutin {number}", type=routine())
    with django_assert_max_num_queries(8):
        stranger.get(reverse("register:index"), {"q": "rutin"})


def test_the_sign_in_page_leads_to_what_is_for_everyone(db, stranger):
    shown = body(stranger.get(reverse("account_login")))
    assert reverse("register:index") in shown and reverse("voices:say") in shown


def test_the_address_on_paper_leads_a_visitor_to_the_register_and_to_nothing_else(town, stranger):
    document = in_force(town)
    draft, hidden = begun(town, "Draft").document, in_force(town, "Hidden")
    record_change(
        record_id=hidden.pk, changes={"visibility": Visibility.STAFF}, access=town.access("manager")
    )
    assert stranger.get(document.get_absolute_url()).url == page(document)
    for address in (draft.get_absolute_url(), hidden.get_absolute_url(), "/r/D-2026-9999/"):
        assert stranger.get(address).url.startswith(reverse("account_login"))


def test_a_file_that_is_not_ready_is_said_to_come_and_nobody_is_sent_looking_for_it(town, stranger):
    version = begun(town, text="")
    with stored([receive(SimpleUploadedFile("taxa.docx", files.word("Taxa")))]) as [file]:
        version_file_set(
            version_id=version.pk, file=file, token=edit_token(version), access=town.access("handler")
        )
    ready_to_approve(town, version)
    approved(town, version)
    said = body(stranger.get(page(version.document)))
    assert "The file is being made ready." in said
    assert "The text below" not in said and "Open it above" not in said


def test_a_character_that_xml_does_not_know_takes_the_feed_from_nobody(town: Town, client: Client):
    version = begun(town)
    written(town, version, "<p>Count them.</p>", title="Keys\x0bin care")
    ready_to_approve(town, version)
    approved(town, version, decided_by="The\x1f manager")
    answer = client.get(reverse("register:feed"))
    assert answer.status_code == 200 and "Keys in care" in answer.content.decode()


def test_the_list_for_programs_says_the_sum_of_a_file_that_itself_holds(town: Town, client: Client):
    version = begun(town)
    with stored([receive(upload("the rules.xlsx", files.sheet(["The rules"])))]) as received:
        version_file_set(
            version_id=version.pk, file=received[0], token=edit_token(version), access=town.access("handler")
        )
    version.refresh_from_db()
    approved(town, ready_to_approve(town, version))
    pdf_make(version_id=version.pk)
    [listed] = client.get(reverse("register:json")).json()["documents"]
    answer = client.get(listed["file"])
    assert sha256(b"".join(answer.streaming_content)).hexdigest() == listed["sha256"]


@pytest.mark.parametrize("name", ["index", "document", "feed", "json"])
def test_what_has_not_changed_is_not_sent_again(town, stranger, name):
    document = in_force(town)
    address = reverse(f"register:{name}", args=[document.reference] if name == "document" else [])
    first = stranger.get(address)
    known = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    again = stranger.get(address, **known)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"] and not again.cookies
    next_version(town, document)
    in_force(town, "One more")
    changed = stranger.get(address, **known)
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"]
