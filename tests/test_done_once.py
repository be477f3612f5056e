"""What is sent twice, where no script holds the second press back or the answer was lost, is done once; the
second request leads to the page that the first led to, with the same words."""

from datetime import date

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from documents.models import Document, DocumentType, Remark
from documents.services import document_create, type_save, types_load, version_start
from documents.views.types import TypeForm
from improvements.models import Cause, Disclosure, Improvement
from improvements.services import cause_add
from qms.records.models import Attachment, Comment, Notification, Record
from tests.conftest import Town, build_town
from tests.documents.steps import (
    approved,
    begun,
    in_force,
    ready_to_approve,
    routine,
    sent_to_review,
    together,
    written,
)
from tests.factories import grant, improvement
from tests.improvements.steps import handled, plan, soon
from tests.records.files import PDF, picture, upload

KEY = "0ab5a0f6-9d26-4c36-8a0c-6f3a2f6dd6aa"


def pressed_twice(browser: Client, address: str, sent: dict[str, object], rows: type[models.Model]) -> None:
    """One row more, and the same answer both times."""
    before = rows.objects.count()
    answers = []
    for _press in range(2):
        files = {"attachments": upload("plan.pdf", PDF)} if "with_file" in sent else {}
        answer = browser.post(address, {**sent, **files}, follow=True)
        answers.append((answer.redirect_chain, [str(said) for said in answer.context["messages"]]))
    assert rows.objects.count() == before + 1
    assert answers[0] == answers[1] and answers[0][0]


def key_of(browser: Client, address: str, form: str = "form") -> str:
    """The key of the form on the page, which carries it."""
    page = browser.get(address)
    key = str(page.context[form]["key"].value())
    assert f'name="key" value="{key}"' in page.content.decode()
    return key


@pytest.fixture
def town(town: Town) -> Town:
    """The small town, in which the handler writes for North."""
    grant(town.handler, "author", town.north)
    return town


@pytest.fixture
def case(town: Town) -> Improvement:
    return handled(town, improvement(town.north, town.employee, "The lamp is dark"))


def test_a_document_is_begun_once(town: Town, sign_in):
    browser, address = sign_in(town.handler), reverse("documents:new")
    sent = {
        "title": "Notes",
        "type": routine().pk,
        "unit": town.north.pk,
        "owner": town.manager.email,
        "key": key_of(browser, address),
    }
    pressed_twice(browser, address, sent, Document)
    browser.post(address, sent | {"title": "Keys"})
    sign_in(town.manager).post(address, sent)
    assert Document.objects.count() == 3, "other words, or another person's, are another document"


def test_one_that_somebody_has_begun_the_next_version_of_is_found_again(town: Town, sign_in):
    """The first press may be long ago: the page was gone Back to."""
    browser, address = sign_in(town.handler), reverse("documents:new")
    sent = {"title": "Notes", "type": routine().pk, "unit": town.north.pk, "owner": town.manager.email}
    first = browser.post(address, sent | {"key": KEY})
    document = Document.objects.get()
    version = written(town, document.versions.get(), "<p>Write it down.</p>")
    approved(town, ready_to_approve(town, version))
    version_start(document_id=document.pk, access=town.access("handler"))
    assert browser.post(address, sent | {"key": KEY}).url == first.url


def test_a_remark_is_said_once(town: Town, sign_in):
    version = sent_to_review(town, begun(town), "employee")
    browser = sign_in(town.employee)
    key = key_of(browser, version.get_absolute_url(), "remark_form")
    address = reverse("documents:remark", args=[version.reference])
    pressed_twice(browser, address, {"heading": "", "text": "Which shift?", "key": key}, Remark)
    browser.post(address, {"heading": "", "text": "And which note?", "key": key})
    assert Remark.objects.count() == 2


def test_a_cause_is_added_once(town: Town, case: Improvement, sign_in):
    browser, address = sign_in(town.manager), reverse("improvements:causes", args=[case.reference])
    page = browser.get(address)
    sent = {"text": "It was old", "key": str(page.context["key"])}
    assert f'name="key" value="{sent["key"]}"' in page.content.decode()
    pressed_twice(browser, address, sent, Cause)
    pressed_twice(browser, address, sent | {"parent": Cause.objects.get().pk}, Cause)
    browser.post(address, sent | {"text": "Nobody looks"})
    assert Cause.objects.count() == 3


def test_a_masked_copy_is_made_once(town: Town, case: Improvement, sign_in):
    browser, address = sign_in(town.manager), reverse("improvements:disclose", args=[case.reference])
    page = browser.get(address)
    sent = {
        "looked_at": page.context["looked_at"],
        "ground": "OSL 26 kap. 1 §",
        "make": "1",
        "key": key_of(browser, address),
    }
    pressed_twice(browser, address, sent, Disclosure)
    browser.post(address, sent | {"for_whom": "The newspaper"})
    assert Disclosure.objects.count() == 2


def test_a_file_is_sent_once_and_told_once(town: Town, case: Improvement, sign_in):
    browser, address = sign_in(town.manager), reverse("records:attachments", args=[case.reference])
    sent = {"key": key_of(browser, address), "with_file": "1"}
    Notification.objects.all().delete()
    pressed_twice(browser, address, sent, Attachment)
    assert Notification.objects.filter(person=town.employee).count() == 1
    files = {"attachments": [upload("plan.pdf", PDF), upload("other.pdf", PDF)]}
    browser.post(address, {**sent, **files})
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["other.pdf", "plan.pdf"]
    browser.post(address, {"attachments": upload("plan.pdf", PDF), "key": key_of(browser, address)})
    assert Attachment.objects.count() == 3, "what is chosen anew is sent anew"


def test_the_same_file_chosen_twice_in_one_form_hangs_there_twice(town: Town, case: Improvement, sign_in):
    files = [upload("plan.pdf", PDF), upload("plan.pdf", PDF)]
    address = reverse("records:attachments", args=[case.reference])
    assert sign_in(town.manager).post(address, {"attachments": files, "key": KEY}).status_code == 302
    assert Attachment.objects.count() == 2


def test_photos_that_go_along_with_a_me_too_go_along_once(town: Town, sign_in):
    case = improvement(town.north, town.employee)
    browser, address = sign_in(town.handler), reverse("improvements:me_too", args=[case.reference])
    for _press in range(2):
        files = {"attachments": upload("lamp.jpg", picture())}
        assert browser.post(address, {"text": "Here too", "submission": KEY, **files}).status_code == 302
    assert (Comment.objects.count(), Attachment.objects.count()) == (1, 1)


TYPE = {
    "name_sv": "Lathund", "name_en": "Crib", "name_nb": "Lathund", "category": "executive",
    "level": "manager", "review_months": "24", "order": "900", "is_active": "on",
}  # fmt: skip


def test_a_type_of_documents_is_added_once(town: Town, sign_in):
    browser, address = sign_in(town.quality), reverse("documents:type_new")
    pressed_twice(browser, address, TYPE, DocumentType)
    browser.post(address, TYPE | {"review_months": "12"})
    assert DocumentType.objects.filter(name_sv="Lathund").count() == 2


@pytest.mark.django_db(transaction=True)
def test_both_presses_at_the_same_moment_are_one():
    town = build_town()
    types_load()
    case = handled(town, improvement(town.north, town.employee))
    kind, access = routine(), town.access("manager")

    def begin() -> Record:
        return document_create(
            title="Notes", type=kind, unit=town.north, owner=town.manager, applies_to=[town.north],
            access=access, key=KEY,
        )  # fmt: skip

    def find() -> Cause:
        return cause_add(record_id=case.pk, text="It was old", access=access, key=KEY)

    form = TypeForm(TYPE)
    assert form.is_valid(), form.errors
    values, quality = form.cleaned_data, town.access("quality")

    def add() -> DocumentType:
        return type_save(key="", values=values, access=quality)

    for act in (begin, find, add):
        first, second = together(act, act)
        assert isinstance(first, models.Model) and first == second
    assert Document.objects.get().versions.count() == 1
    assert Document.objects.get().reference.endswith(f"{date.today().year}-0001")


def test_a_new_date_that_is_set_twice_is_decided_once(town: Town, case: Improvement, sign_in):
    """Of a case, and of an action of it; each date is told to those who follow."""
    action = plan(town, case, town.employee)
    for record in (case, action):
        address = reverse("records:move", args=[record.reference, "postpone"])
        sent = {"due": soon(25).isoformat(), "comment": "The paint is late"}
        browser = sign_in(town.manager)
        assert [browser.post(address, sent).status_code for _press in range(2)] == [302, 422]
        assert record.decisions.filter(name="postpone").count() == 1


def test_a_document_that_is_still_right_is_looked_over_once(town: Town, sign_in):
    document = in_force(town)
    browser, address = sign_in(town.manager), reverse("records:move", args=[document.reference, "confirm"])
    sent = {"due": soon(300).isoformat(), "comment": ""}
    assert [browser.post(address, sent).status_code for _press in range(2)] == [302, 422]
    assert document.decisions.filter(name="confirm").count() == 1
    assert browser.post(address, {"due": soon(200).isoformat()}).status_code == 302, "another day is news"
