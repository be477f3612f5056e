"""The pages of documents: what a form answers, and that nothing typed is lost."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from documents.models import Document, DocumentType, Version, Weight
from documents.services import version_file_set, version_start
from documents.services.file_text import text_read
from documents.workflow import names
from improvements.models import Improvement
from qms.organisation.models import Person
from qms.records.attachments.receiving import receive
from qms.records.attachments.storing import stored
from qms.records.services import link_add, move
from qms.records.services.change import edit_token
from qms.records.services.moves import read_token
from tests.conftest import Town
from tests.documents import files
from tests.documents.steps import (
    answered,
    approved,
    begun,
    day,
    guideline,
    in_force,
    next_version,
    ready_to_approve,
    routine,
    sent_to_review,
    written,
)
from tests.records.files import upload

SignIn = Callable[[Person], Client]


def confirm(browser: Client, document: Document) -> HttpResponse:
    """Press the button beneath the first version."""
    sent = {"read": f"{document.reference}-V1"}
    return browser.post(reverse("documents:confirm_read", args=[document.reference]), sent)


def test_a_document_is_begun_and_one_lands_where_it_is_written(town: Town, sign_in: SignIn):
    sent = {
        "title": "Notes",
        "type": routine().pk,
        "unit": town.north.pk,
        "owner": town.manager.email,
    }
    answer = sign_in(town.handler).post(reverse("documents:new"), sent)
    version = Version.objects.get()
    assert answer.url == reverse("documents:write", args=[version.reference])
    assert [row.unit for row in version.document.applies.all()] == [town.north]


def test_a_unit_where_one_does_not_write_is_refused_beside_the_field(town: Town, sign_in: SignIn):
    sent = {"title": "Notes", "type": routine().pk, "unit": town.school.pk, "owner": town.manager.email}
    answer = sign_in(town.handler).post(reverse("documents:new"), sent)
    assert answer.status_code == 422
    assert "School" in str(answer.context["form"].errors["unit"])


def test_what_somebody_else_saved_is_not_lost_and_nor_is_what_one_typed(town: Town, sign_in: SignIn):
    version = begun(town)
    old = edit_token(version)
    written(town, version, "<p>Theirs</p>", by="manager")
    browser, address = sign_in(town.handler), reverse("documents:write", args=[version.reference])
    sent = {"title": "Mine", "text": "<p>My own words</p>", "token": old}
    answer = browser.post(address, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "My own words" in page and "changed this a moment ago" in page
    again = {**sent, "token": answer.context["form"].data["token"]}
    assert browser.post(address, again).status_code == 302
    version.refresh_from_db()
    assert version.text == "<p>My own words</p>"


def test_a_file_takes_the_place_of_the_text_and_its_words_are_found(town: Town, sign_in: SignIn):
    version = begun(town, text="")
    browser, address = sign_in(town.handler), reverse("documents:file", args=[version.reference])
    token = edit_token(version)
    sent = {"attachments": upload("rutin.txt", "Ring jouren först".encode()), "token": token}
    assert browser.post(address, sent).status_code == 302
    page = browser.get(version.get_absolute_url()).content.decode()
    assert "is being read" in page and "jouren" not in page
    assert text_read(version_id=version.pk)
    version.refresh_from_db()
    document = Document.objects.get(pk=version.document_id)
    assert version.is_file and "jouren" in document.text
    page = browser.get(version.get_absolute_url()).content.decode()
    assert "Ring jouren först" in page and "is being read" not in page
    browser.post(address, {"remove": "1", "token": edit_token(version)})
    version.refresh_from_db()
    assert not version.is_file


def test_a_file_can_be_sent_again_after_somebody_else_has_saved(town: Town, sign_in: SignIn):
    version = begun(town)
    browser, address = sign_in(town.handler), reverse("documents:file", args=[version.reference])
    old = edit_token(version)
    written(town, version, "<p>Theirs</p>", by="manager")
    page = browser.post(address, {"attachments": upload("rutin.txt", b"Ring"), "token": old})
    assert page.status_code == 422 and "Theirs" in page.content.decode()
    assert "Manager changed this a moment ago" in page.content.decode()
    for name in ("file_form", "form", "picture_form"):  # what is sent from this page is no double
        token = str(page.context[name]["token"].value())
        version.refresh_from_db()
        assert token == edit_token(version), name
    token = str(page.context["file_form"]["token"].value())
    again = browser.post(address, {"attachments": upload("rutin.txt", b"Ring"), "token": token})
    assert again.status_code == 302
    version.refresh_from_db()
    assert version.is_file


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(town: Town, sign_in: SignIn):
    version = begun(town)
    address = reverse("documents:file", args=[version.reference])
    sent = {"attachments": upload("rutin.docx", b"PK not really"), "token": edit_token(version)}
    answer = sign_in(town.handler).post(address, sent)
    assert answer.status_code == 422 and answer.context["file_form"].errors["attachments"]
    version.refresh_from_db()
    assert not version.is_file and version.text


def test_a_reviewer_answers_on_a_page_that_begins_with_what_is_new(town: Town, sign_in: SignIn):
    document = in_force(town)
    version = next_version_draft(town, document, "<h2>When</h2><p>Write the note at once.</p>")
    version = sent_to_review(town, version, "employee")
    browser, address = sign_in(town.employee), reverse("documents:answer", args=[version.reference])
    page = browser.get(address).content.decode()
    assert "Changed since version 1" in page and "<ins>" in page
    refused = browser.post(address, {"answer": "change", "comment": " "})
    assert refused.status_code == 422 and "what you wish changed" in refused.content.decode()
    assert browser.post(address, {"answer": "agree", "read": read_token(version)}).status_code == 302
    assert version.reviews.get().answer == "agree"


def test_what_waits_for_a_reviewer_or_writer_is_the_first_that_can_be_pressed(town: Town, sign_in: SignIn):
    version = begun(town)

    def offered(who: str) -> str:
        return detail_now(sign_in(getattr(town, who)).get(version.get_absolute_url()).content.decode())

    assert "Write on it" in offered("handler")
    version = sent_to_review(town, version, "employee")
    shown = offered("employee")
    assert shown.index("Review and answer") < shown.index("Hand over")
    assert reverse("documents:answer", args=[version.reference]) in shown
    assert "Review and answer" not in offered("handler")


def detail_now(page: str) -> str:
    """The part of a record's page that says what waits and what can be done."""
    return page.split('aria-labelledby="now"')[1].split("</section>")[0]


def next_version_draft(town: Town, document: Document, text: str) -> Version:
    version = version_start(document_id=document.pk, access=town.access("handler"))
    return written(town, version, text)


def test_whoever_goes_on_reads_first_that_a_reviewer_wishes_it_changed(town: Town, sign_in: SignIn):
    version = sent_to_review(town, begun(town), "employee", "manager")
    answered(town, version, "employee", "change", "Say how long")
    said = "Employee wishes it changed. Take it back and write on"
    address = version.get_absolute_url()
    assert said in sign_in(town.handler).get(address).content.decode()
    assert said not in sign_in(town.reader).get(address).content.decode(), "it is theirs who write it"
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    assert said not in sign_in(town.handler).get(address).content.decode()


def test_the_next_time_the_same_reviewers_are_proposed(town: Town, sign_in: SignIn):
    version = begun(town)
    form = reverse("records:move", args=[version.reference, "to_review"])
    assert town.employee.email not in sign_in(town.handler).get(form).content.decode()
    version = sent_to_review(town, version, "employee", "manager")
    move(record_id=version.pk, name="take_back", access=town.access("handler"))
    page = sign_in(town.handler).get(form).content.decode()
    assert town.employee.email in page and town.manager.email in page


def test_from_a_heading_one_suggests_a_change_and_it_is_tied_to_the_place(town: Town, sign_in: SignIn):
    document = in_force(town)
    browser = sign_in(town.outsider)
    page = browser.get(document.get_absolute_url()).content.decode()
    address = reverse("improvements:propose", query={"about": document.reference, "place": "When"})
    assert address.replace("&", "&amp;") in page
    form = browser.get(address)
    assert document.title in form.content.decode()
    sent = {
        "text": "Say it shorter",
        "unit": town.north.pk,
        "about": document.reference,
        "place": "When",
        "submission": form.context["form"].initial["submission"],
    }
    assert browser.post(reverse("improvements:send"), sent).status_code == 302
    link = Improvement.objects.get().links_out.get()
    assert (link.target_id, link.type, link.place) == (document.pk, "found_in", "When")
    assert "Say it shorter" in sign_in(town.manager).get(document.get_absolute_url()).content.decode()


def test_what_one_does_not_see_is_nothing_one_can_suggest_a_change_of(town: Town, sign_in: SignIn):
    hidden = begun(town, "A secret matter", restricted_why="OSL").document
    address = reverse("improvements:propose", query={"about": hidden.reference, "place": "When"})
    assert "A secret matter" not in sign_in(town.outsider).get(address).content.decode()


def test_what_is_to_be_read_leads_to_the_next_document(town: Town, sign_in: SignIn):
    first, second = (in_force(town, title, weight=Weight.NEW_DUTY) for title in ("First", "Second"))
    browser = sign_in(town.employee)
    page = browser.get(first.get_absolute_url()).content.decode()
    assert "Next document to read:" in page and f'href="{second.get_absolute_url()}"' in page
    confirm(browser, first)
    for document in (first, second):
        assert "Next document to read:" not in browser.get(document.get_absolute_url()).content.decode()


def test_whoever_confirms_goes_on_to_the_next_document(town: Town, sign_in: SignIn):
    first = in_force(town, "First", weight=Weight.NEW_DUTY)
    second = in_force(town, "Second", weight=Weight.NEW_DUTY)
    browser = sign_in(town.employee)
    assert "Read and confirm" in browser.get(first.get_absolute_url()).content.decode()
    answer = confirm(browser, first)
    assert answer.url == second.get_absolute_url()
    answer = confirm(browser, second)
    assert answer.url == reverse("documents:to_read")


def test_what_is_only_being_written_is_not_said_to_have_replaced_anything(town: Town, sign_in: SignIn):
    old, second = in_force(town, "Keys"), in_force(town, "Locks")
    version, access = begun(town, "Keys and locks"), town.access("manager")
    for replaced in (old, second):
        link_add(source_id=version.document_id, target_id=replaced.pk, type="replaces", access=access)
    browser = sign_in(town.manager)
    for replaced in (old, second):
        assert "To be replaced by" in browser.get(replaced.get_absolute_url()).content.decode()
    ready_to_approve(town, version)
    approved(town, version)
    for replaced in (old, second):
        page = browser.get(replaced.get_absolute_url()).content.decode()
        assert "Replaced by" in page and "To be replaced by" not in page


def test_any_two_versions_are_held_against_each_other_files_too(town: Town, sign_in: SignIn):
    document = in_force(town)
    first = Version.objects.get(document=document)
    second = version_start(document_id=document.pk, access=town.access("handler"))
    with stored([receive(SimpleUploadedFile("note.docx", files.word("Write it at once.")))]) as [file]:
        version_file_set(
            version_id=second.pk, file=file, token=edit_token(second), access=town.access("handler")
        )
    ready_to_approve(town, second)
    approved(town, second)
    third = next_version(town, document)
    browser = sign_in(town.employee)
    page = browser.get(document.get_absolute_url()).content.decode()
    address = reverse("documents:compare", args=[second.reference, third.reference])
    assert f'href="{address}"' in page
    page = browser.get(address).content.decode()
    for before, after in ((second, first), (first, third)):
        assert reverse("documents:compare", args=[before.reference, after.reference]) in page


def test_two_versions_are_compared_word_by_word(town: Town, sign_in: SignIn):
    document = in_force(town)
    later = next_version(town, document, text="<h2>When</h2><p>Write the note at once.</p>")
    first = Version.objects.get(document=document, major=1)
    page = sign_in(town.outsider).get(reverse("documents:compare", args=[first.reference, later.reference]))
    assert "<del>" in page.content.decode() and "<ins>" in page.content.decode()


def test_a_draft_is_not_compared_for_those_who_do_not_see_it(town: Town, sign_in: SignIn):
    document = in_force(town)
    draft = next_version_draft(town, document, "<p>Secret</p>")
    first = Version.objects.get(document=document, major=1)
    browser = sign_in(town.outsider)
    for pair in ((first, draft), (draft, first)):
        address = reverse("documents:compare", args=[one.reference for one in pair])
        assert browser.get(address).status_code == 404


def test_a_type_is_changed_and_lists_call_it_so_at_once(town: Town, sign_in: SignIn):
    in_force(town)
    browser = sign_in(town.quality)
    address = reverse("documents:type", args=["rutin"])
    sent = {
        name: value
        for name, value in browser.get(address).context["form"].initial.items()
        if value is not None
    }
    assert browser.post(address, {**sent, "name_en": "Way of working"}).status_code == 302
    page = browser.get(reverse("documents:list"), {"category": "rutin"}, headers={"Accept-Language": "en"})
    assert DocumentType.objects.get(key="rutin").name_en == "Way of working"
    assert "way of working" in page.content.decode().lower()
    refused = browser.post(address, {**sent, "review_months": "0"})
    assert refused.status_code == 422


def test_a_type_that_needs_a_decision_asks_for_it_in_the_form(town: Town, sign_in: SignIn):
    version = begun(town, type=guideline())
    assert version.document.type.needs_decision and version.state == names.DRAFT
    page = sign_in(town.manager).get(version.document.get_absolute_url()).content.decode()
    assert "Nothing is in force yet" in page


def test_on_paper_each_page_says_whether_it_held_when_it_was_printed(town: Town, sign_in: SignIn):
    document = in_force(town)
    first = Version.objects.get(document=document)
    register = reverse("register:document", args=[document.reference])
    browser = sign_in(town.employee)
    for address in (document.get_absolute_url(), first.get_absolute_url(), register):
        page = browser.get(address).content.decode()
        assert "Valid at printing." in page and "Not in force." not in page, address
        assert f"Printed {date_format(day(0), 'DATE_FORMAT')}." in page, "paper lies about for years"
    next_version(town, document)
    page = browser.get(first.get_absolute_url()).content.decode()
    assert "holds no longer" in page and "Read what is in force" in page
    assert "Not in force." in page and "Valid at printing." not in page
    begun(town, "Not decided yet")
    draft = Document.objects.get(title="Not decided yet")
    page = sign_in(town.manager).get(draft.get_absolute_url()).content.decode()
    assert "Not in force." in page and "Valid at printing." not in page


def test_without_script_the_page_says_what_to_write_and_plain_words_become_paragraphs(town, sign_in):
    version, browser = begun(town), sign_in(town.handler)
    address = reverse("documents:write", args=[version.reference])
    page = browser.get(address).content.decode()
    noscript = page[page.index('<noscript><p class="note">') :]
    assert "an empty line begins a new paragraph" in noscript[: noscript.index("</noscript>")]
    typed = {"title": version.title, "text": "Ring jouren.\r\n\r\nVänta.", "token": edit_token(version)}
    assert browser.post(address, typed).status_code == 302
    version.refresh_from_db()
    assert version.text == "<p>Ring jouren.</p><p>Vänta.</p>"


def test_units_lie_folded_by_department_and_what_is_ticked_lies_open(town, sign_in):
    document = in_force(town)
    page = sign_in(town.manager).get(reverse("documents:applies", args=[document.reference])).content.decode()
    care = page[page.index("units in Care") - 80 :]
    assert '<details class="ds-details" open>' in care[:90] and "1 ticked" in care[:300]
    assert page.count('<details class="ds-details" open>') == 1


def test_the_steps_of_a_document_do_not_pose_as_the_confirmation_of_its_reader(town, sign_in):
    document = in_force(town, weight=Weight.NEW_DUTY)
    page = sign_in(town.manager).get(document.get_absolute_url()).content.decode()
    assert "I have read this" in page and "Still right, no change" in page
    steps = page[page.index('aria-labelledby="now"') :]
    assert "Read it and confirm" not in steps[: steps.index("Still right, no change")]


def test_an_address_that_only_takes_what_is_sent_leads_to_the_version_it_belongs_to(town: Town, sign_in):
    version = begun(town)
    browser = sign_in(town.handler)
    page = browser.get(reverse("documents:file", args=[version.reference]))
    above = f"/documents/{version.reference}/"
    assert page.status_code == 405 and f'href="{above}"' in page.content.decode()
    assert browser.get(above, follow=True).redirect_chain[-1][0] == version.get_absolute_url()


def test_what_is_in_force_is_shown_however_many_drafts_came_to_nothing_after_it(town: Town, sign_in):
    document = in_force(town)
    for _time in range(10):
        version = version_start(document_id=document.pk, access=town.access("handler"))
        move(record_id=version.pk, name="abandon", access=town.access("handler"), comment="No.")
    small = version_start(document_id=document.pk, access=town.access("handler"), small=True)
    page = sign_in(town.handler).get(document.get_absolute_url()).content.decode()
    assert "Nothing is in force" not in page and "Write the note before the shift ends." in page
    assert small.name in page and "Make a small correction" not in page
    data = {"decided_by": "M", "paragraph": "", "registry_number": "", "decided_on": day(0)}
    move(record_id=document.pk, name="repeal", access=town.access("manager"), comment="Old", data=data)
    page = sign_in(town.handler).get(document.get_absolute_url()).content.decode()
    assert "never in force" not in page and "This held until" in page
