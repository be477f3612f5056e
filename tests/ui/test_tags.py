"""The template tags that lists and pages are made of."""

from dataclasses import dataclass

import pytest
from django.core.checks import run_checks
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from qms.contributions import Figure
from qms.ui.checks import ICON_TAG, check_icons
from qms.ui.components import Chip, Tab, TimelineEntry, WhyNot
from qms.ui.icons import UnknownIcon, icon_names


@dataclass
class SomeState:
    label: str = "In <progress>"
    icon: str = "ongoing"
    tone: str = "info"


@dataclass
class Somebody:
    name: str = "Åsa Öberg"
    initials: str = "ÅÖ"
    is_active: bool = True


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, **context: object):
    return Template(source).render(Context(context))


def test_an_icon_without_a_label_is_hidden_from_screen_readers():
    html = render('{% icon "bell" %}')
    assert 'aria-hidden="true"' in html
    assert 'href="/static/vendor/icons.svg#bell"' in html


def test_an_icon_with_a_label_is_an_image_with_a_name():
    html = render('{% icon "late" label=text color="danger" %}', text='Late "again"')
    assert 'role="img" aria-label="Late &quot;again&quot;"' in html
    assert 'data-color="danger"' in html


def test_an_unknown_icon_is_an_error_and_not_an_empty_place():
    with pytest.raises(UnknownIcon, match="nosuch"):
        render('{% icon "nosuch" %}')


def test_every_icon_named_in_a_template_exists():
    assert check_icons(None) == []
    assert not [message for message in run_checks() if message.id == "ui.E001"]


@pytest.mark.parametrize("source", ['{% icon "x" %}', "{% icon 'x' color=c %}", '{% empty_state "x" t %}'])
def test_the_check_sees_literal_icon_names(source):
    assert ICON_TAG.findall(source) == ["x"]


def test_the_sprite_list_has_no_name_twice():
    assert len(icon_names()) > 80


def test_a_state_is_icon_and_word_and_its_text_is_escaped():
    quiet = render("{% state s %}", s=SomeState())
    tag = render("{% state_tag s %}", s=SomeState())
    for html in (quiet, tag):
        assert "#ongoing" in html
        assert "In &lt;progress&gt;" in html
        assert 'data-color="info"' in html
    assert 'class="state"' in quiet
    assert 'class="ds-tag"' in tag


def test_a_person_is_initials_and_name():
    html = render("{% person p %}", p=Somebody())
    assert 'data-initials="ÅÖ"' in html
    assert "Åsa Öberg" in html
    assert "has left" not in html


def test_a_person_can_lead_to_their_page():
    assert '<a class="ds-link" href="/people/1/">' in render(
        "{% person p url=u %}", p=Somebody(), u="/people/1/"
    )


def test_nobody_and_somebody_who_has_left_are_said_in_words():
    assert "No one yet" in render("{% person None %}")
    assert "(has left)" in render("{% person p %}", p=Somebody(is_active=False))


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (310_200, "310 kB"), (2_440_000, "2.4 MB")]
)
def test_file_sizes_are_short(count, text):
    assert render("{{ n|size }}", n=count) == text


def test_file_sizes_follow_the_language():
    with translation.override("sv"):
        assert render("{{ n|size }}", n=2_440_000) == "2,4 MB"


def test_a_figure_says_of_how_many_and_leads_to_its_records():
    html = render(
        "{% figure label f %}", label="Answered", f=Figure(11, note="8 of 11", of=12, url="/x/", trend="up")
    )
    assert '<a class="row-link" href="/x/">Answered</a>' in html
    assert "<small>of 12</small>" in html
    assert "#up" in html
    assert "data-unknown" not in html


def test_zero_is_a_figure_and_not_unknown():
    html = render("{% figure label f %}", label="Late", f=Figure(0, of=0))
    assert "data-unknown" not in html
    assert "of 0" in html


@pytest.mark.parametrize("figure", [Figure(None, note="3 answers, 10 needed"), None])
def test_an_unknown_figure_says_so_and_why(figure):
    html = render("{% figure label f %}", label="Thumbs", f=figure)
    assert "data-unknown" in html
    assert "Unknown" in html
    assert ("3 answers, 10 needed" if figure else "Could not be counted") in html


def test_facts_leave_out_what_is_empty():
    html = render(
        '{% facts inline=True %}{% fact "Unit" %}{{ unit }}{% endfact %}'
        '{% fact "Number" %} {% endfact %}{% endfacts %}',
        unit="<North>",
    )
    assert "data-inline" in html
    assert "<dt>Unit</dt><dd>&lt;North&gt;</dd>" in html
    assert "Number" not in html


def test_the_timeline_escapes_what_people_wrote_and_keeps_their_lines():
    entry = TimelineEntry("chat", "commented", None, "Oskar", speech="one\n<b>two</b>")
    html = render("{% timeline entries %}", entries=[entry])
    assert "<strong>Oskar</strong> commented" in html
    assert "one<br>&lt;b&gt;two&lt;/b&gt;" in html


def test_only_the_current_tab_is_marked():
    html = render("{% tabs tabs 'Views' %}", tabs=[Tab("A", "/a/", current=True, count=3), Tab("B", "/b/")])
    assert html.count("aria-current") == 1
    assert 'aria-label="Views"' in html


def test_chips_show_nothing_without_filters():
    assert render("{% chips chips %}", chips=[]).strip() == ""
    assert 'href="/without/"' in render("{% chips chips %}", chips=[Chip("Open", "/without/")])


def test_what_cannot_be_done_is_a_sentence():
    html = render("{% whynot reasons %}", reasons=[WhyNot("Close", "takes somebody else.", "/ask/", "Ask")])
    assert "<strong>Close</strong> takes somebody else." in html
    assert 'href="/ask/"' in html
    assert render("{% whynot reasons %}", reasons=[]).strip() == ""


def test_more_has_no_button_at_the_end_of_the_list():
    assert "Show 25 more" in render('{% more url="?page=2" shown=25 total=214 %}')
    assert "Showing 25 of 214" in render('{% more url="?page=2" shown=25 total=214 %}')
    assert "ds-button" not in render('{% more url="" shown=14 total=14 %}')


def test_an_empty_state_says_what_to_do():
    html = render('{% empty_state "received" "Nothing yet" %}<a href="/new/">Write</a>{% endempty_state %}')
    assert "Nothing yet" in html
    assert '<a href="/new/">Write</a>' in html


def test_a_dialog_has_a_name_and_a_way_out():
    html = render('{% dialog "d1" "Withdraw?" %}<p>Sure</p>{% enddialog %}')
    assert 'id="d1" popover role="dialog" aria-labelledby="d1-title"' in html
    assert 'popovertargetaction="hide" aria-label="Close"' in html
    assert "<p>Sure</p>" in html


def test_crumbs_mark_the_page_one_is_on():
    html = render('{% crumb_trail crumbs "Path" %}', crumbs=[("Cases", "/cases/"), ("F-2026-1", None)])
    assert '<a href="/cases/">Cases</a>' in html
    assert '<span aria-current="page">F-2026-1</span>' in html


def test_the_address_keeps_what_is_not_changed():
    request = RequestFactory().get("/cases/", {"unit": "7", "page": "3"})
    assert render("{% address_with page=None sort='due' %}", request=request) == "?unit=7&amp;sort=due"


def test_only_our_own_pages_count_as_where_one_came_from():
    own = RequestFactory().post("/x/", HTTP_REFERER="http://testserver/form/")
    foreign = RequestFactory().post("/x/", HTTP_REFERER="https://evil.example/form/")
    assert render("{% came_from %}", request=own) == "http://testserver/form/"
    assert render("{% came_from %}", request=foreign) == ""
    assert render("{% came_from %}") == ""
