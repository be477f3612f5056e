"""The frame around every page: menu, bell, and that it costs nothing unless it is shown."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from qms.contributions import MenuItem
from qms.organisation.access import access_for
from qms.registry import Registry
from qms.ui import context
from qms.ui.bell import BellSource
from qms.ui.components import Bell
from qms.ui.context import Shell


def request_of(person, path="/"):
    request = RequestFactory().get(path)
    request.user = person
    request.access = access_for(person)
    return request


@pytest.fixture
def menu(monkeypatch):
    """A menu of our own instead of what the apps offer."""
    items = Registry(MenuItem)
    monkeypatch.setattr(context, "menu_items", items)
    items.add(MenuItem("help", "Help", "ui:help", "help", order=1, short=True))
    items.add(
        MenuItem(
            "propose",
            "Propose an improvement",
            "ui:components",
            "plus",
            order=2,
            main=True,
            short_label="Propose",
        )
    )
    items.add(MenuItem("privacy", "Personal data", "ui:personal_data", "shield", order=3, short=True))
    items.add(
        MenuItem(
            "a11y",
            "Accessibility",
            "ui:accessibility",
            "eye",
            order=4,
            short=True,
            visible=lambda access: False,
        )
    )
    items.add(MenuItem("start", "Start", "home:start", "start", order=0, short=True))
    items.add(MenuItem("units", "Units", "ui:components_pdf", "unit", order=9, foot=True))
    return items


def test_the_menu_is_in_order_without_the_main_act_and_what_may_not_be_seen(town, menu):
    shell = Shell(request_of(town.employee))
    assert [entry.label for entry in shell.menu] == ["Start", "Help", "Personal data"]
    assert shell.act.label == "Propose an improvement"
    assert [entry.label for entry in shell.foot] == ["Units"]


def test_the_phone_has_the_main_act_in_the_middle_and_short_words(town, menu):
    labels = [entry.short_label for entry in Shell(request_of(town.employee)).bottom]
    assert labels == ["Start", "Help", "Propose", "Personal data"]


@pytest.mark.parametrize(
    ("path", "label"), [("/", "Start"), ("/help/", "Help"), ("/help/more/", "Help"), ("/x/", None)]
)
def test_the_page_one_is_on_is_marked_once(town, menu, path, label):
    current = [entry.label for entry in Shell(request_of(town.employee, path)).entries if entry.current]
    assert current == ([label] if label else [])


def test_the_frame_costs_no_query_until_it_is_shown(town, django_assert_num_queries):
    request = request_of(town.employee)
    with django_assert_num_queries(0):
        Template("a fragment").render(Context(context.shell(request)))


def test_the_bell_shows_a_short_number_and_where_the_newest_are_had(town, monkeypatch):
    sources = Registry(BellSource)
    monkeypatch.setattr(context, "bell_sources", sources)
    sources.add(BellSource("notices", lambda access: Bell(12, "/notices/", "/newest/")))
    bell = Shell(request_of(town.employee)).bell
    html = Template('{% include "ui/_bell.html" %}').render(Context({"bell": bell}))
    assert '<span class="dot" aria-hidden="true">9+</span>' in html
    assert 'hx-get="/newest/"' in html
    assert "9+ new notices." in html


def test_there_is_no_bell_where_nobody_keeps_notices(town, monkeypatch):
    monkeypatch.setattr(context, "bell_sources", Registry(BellSource))
    assert Shell(request_of(town.employee)).bell is None


def test_a_visitor_has_no_menu_and_no_bell(db, menu):
    request = RequestFactory().get("/")
    request.user = type("Visitor", (), {"is_authenticated": False})()
    shell = Shell(request)
    assert (shell.entries, shell.bell, shell.colour_scheme) == ([], None, "auto")
