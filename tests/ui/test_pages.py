"""The pages of the interface itself: what everyone may read, how it looks, what goes wrong."""

import logging
import re
from collections.abc import Iterator

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from improvements.models import Channel
from improvements.services import improvement_submit_unnamed
from qms import errors
from qms.organisation.access import VisitorAccess
from qms.request_id import RequestIdFilter
from tests.conftest import Town

OPEN = ["ui:help", "ui:accessibility", "ui:personal_data"]


@pytest.mark.parametrize("name", OPEN)
def test_everyone_may_read_help_accessibility_and_personal_data(db, name):
    response = Client().get(reverse(name))
    assert response.status_code == 200
    assert b'class="rail"' not in response.content
    assert b'class="prose"' in response.content


@pytest.mark.parametrize("name", OPEN)
def test_they_stand_in_the_rail_for_those_who_are_signed_in(town, sign_in, name):
    response = sign_in(town.employee).get(reverse(name))
    assert b'class="rail"' in response.content
    assert response.context["crumbs"]


def test_no_page_has_inline_script_or_style(town, sign_in):
    client = sign_in(town.admin)
    for name in OPEN:
        html = client.get(reverse(name)).content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert "onclick" not in html
        assert "<script>" not in html


def test_a_persons_language_and_colours_are_kept(town, sign_in):
    client = sign_in(town.employee)
    response = client.post(
        reverse("ui:appearance"), {"language": "nb", "colour_scheme": "dark", "next": reverse("ui:help")}
    )
    assert response.url == reverse("ui:help")
    town.employee.refresh_from_db()
    assert (town.employee.language, town.employee.colour_scheme) == ("nb", "dark")
    html = client.get(reverse("ui:help")).content.decode()
    assert '<html lang="nb" data-color-scheme="dark">' in html


def test_changing_the_language_leaves_the_colours_alone(town, sign_in):
    town.employee.colour_scheme = "dark"
    town.employee.save()
    sign_in(town.employee).post(reverse("ui:appearance"), {"language": "en"})
    town.employee.refresh_from_db()
    assert (town.employee.language, town.employee.colour_scheme) == ("en", "dark")


def test_a_visitors_language_stands_in_a_cookie(db):
    client = Client()
    client.post(reverse("ui:appearance"), {"language": "nb"})
    assert '<html lang="nb"' in client.get(reverse("ui:help")).content.decode()


@pytest.mark.parametrize("data", [{"language": "xx"}, {"colour_scheme": "plaid"}])
def test_a_language_or_colour_that_does_not_exist_is_refused(town, sign_in, data):
    response = sign_in(town.employee).post(reverse("ui:appearance"), data)
    assert response.status_code == 400
    before = (town.employee.language, town.employee.colour_scheme)
    town.employee.refresh_from_db()
    assert (town.employee.language, town.employee.colour_scheme) == before


def test_the_way_back_never_leads_to_another_site(db):
    response = Client().post(reverse("ui:appearance"), {"language": "en", "next": "https://evil.example/"})
    assert response.url == "/"


def test_the_appearance_is_not_changed_by_a_link(db):
    assert Client().get(reverse("ui:appearance"), {"language": "en"}).status_code == 405


@pytest.mark.parametrize("name", ["ui:components", "ui:components_pdf"])
def test_the_development_page_is_hidden_in_production(town, sign_in, name):
    assert sign_in(town.employee).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", ["ui:components", "ui:components_pdf"])
def test_the_development_page_is_open_in_the_demonstration_and_to_technical_administrators(
    town, sign_in, settings, name
):
    town.admin.is_staff = True
    town.admin.save()
    assert sign_in(town.admin).get(reverse(name)).status_code == 200
    settings.DEMO = True
    assert sign_in(town.employee).get(reverse(name)).status_code == 200


def asked(**headers: str):
    request = RequestFactory().get("/somewhere/", **headers)
    request.request_id = "abc123"
    request.user = type("Visitor", (), {"is_authenticated": False})()
    return request


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda request: errors.bad_request(request, ValueError()), 400),
        (lambda request: errors.forbidden(request, PermissionError("Only Johan Ek may close it.")), 403),
        (errors.csrf_failure, 403),
        (lambda request: errors.not_found(request, Http404()), 404),
        (errors.server_error, 500),
    ],
)
def test_every_error_page_is_calm_and_carries_the_id_of_the_log(answer, code):
    response = answer(asked())
    html = response.content.decode()
    assert response.status_code == code
    assert "<h1>" in html
    assert "abc123" in html
    assert 'href="/"' in html


@pytest.fixture
def log() -> Iterator[list[str]]:
    """The lines of the log as they are written, with their ids."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(logging.Formatter("[%(request_id)s] %(message)s"))
    handler.addFilter(RequestIdFilter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


def test_the_id_of_an_error_page_stands_in_the_log(town, sign_in, log: list[str], monkeypatch):
    browser = sign_in(town.employee)
    browser.raise_request_exception = False
    missing = browser.get("/nowhere/")
    refused = browser.get(reverse("organisation:unit_edit", args=[town.north.pk]))

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("qms.home.views.start._greeting", broken)
    crashed = browser.get("/")
    assert [missing.status_code, refused.status_code, crashed.status_code] == [404, 403, 500]
    for answer in (missing, refused, crashed):
        error_id = answer.headers["X-Request-ID"]
        assert error_id in answer.content.decode()
        assert any(line.startswith(f"[{error_id}]") for line in log)


def test_a_refusal_says_its_reason():
    html = errors.forbidden(asked(), PermissionError("Only Johan Ek may close it.")).content.decode()
    assert "Only Johan Ek may close it." in html


def test_a_form_that_was_too_old_leads_back_to_itself():
    html = errors.csrf_failure(asked(HTTP_REFERER="http://testserver/form/")).content.decode()
    assert 'href="http://testserver/form/"' in html


def test_a_form_that_was_too_old_shows_what_was_written_and_promises_no_more(town: Town):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(town.admin)
    address = reverse("organisation:admin_group_add")  # a form of which the browser keeps no draft
    with_words = browser.post(address, {"name": "Friends of the house"}).content.decode()
    without = browser.post(address, {"name": "Friends"}).content.decode()
    assert ">Friends of the house</textarea>" in with_words and "copy the text from here" in with_words
    assert "copy the text from here" not in without
    assert "kept in this browser" not in with_words + without


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_the_last_pages_need_neither_database_nor_request(template):
    html = render_to_string(template, {"error_id": "abc123"})
    assert "abc123" in html
    assert "css/base.css" in html


def test_a_page_for_everyone_loses_its_language_by_none_of_its_links(town: Town):
    """Its foot too, and what the foot leads to."""
    sent = improvement_submit_unnamed(
        text="The lamp is dark", unit=town.north, channel=Channel.RESIDENTS, access=VisitorAccess()
    )
    follow = [reverse(f"voices:{name}", args=[sent.token]) for name in ("follow", "withdraw")]
    say = [reverse("voices:say"), reverse("voices:say_unit", args=["NORTH"])]
    for address in [*say, *follow, reverse("register:index"), *map(reverse, OPEN)]:
        page = Client().get(f"{address}?lang=nb").content.decode()
        links = re.findall(r'<a\b[^>]*href="([^"#]*)"', page)
        own = [
            link for link in links if link.startswith(("/", "?")) and link != "/"
        ]  # that is the house itself
        assert own and not [link for link in own if "lang=" not in link], address
