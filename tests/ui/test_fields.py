"""Form fields: one frame for every kind of control, with its label, help and errors tied to it."""

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from qms.ui.showcase import ShownForm
from qms.ui.widgets import ChoiceCards, DayInput, FilePicker, ManyFilesPicker, Switch, TallText


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def render(source, **context: object):
    return Template(source).render(Context(context))


class Trial(forms.Form):
    text = forms.CharField(label="What?", help_text="One sentence.", widget=TallText)
    note = forms.CharField(label="Note", required=False)
    day = forms.DateField(label="When?", widget=DayInput, required=False)
    who = forms.ChoiceField(
        label="Who?", choices=[("me", "I"), ("x", "Nobody")], widget=ChoiceCards(hints={"x": "Anonymous."})
    )
    team = forms.BooleanField(label="Team", widget=Switch, required=False)
    photo = forms.FileField(label="Photo", widget=FilePicker(photo=True, max_bytes=5), required=False)
    files = forms.FileField(label="Files", widget=ManyFilesPicker, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_help_and_error_are_tied_to_the_control():
    form = Trial({"text": ""})
    html = render("{% field form.text %}", form=form)
    assert '<label for="id_text">What?</label>' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'aria-invalid="true"' in html
    assert "ds-validation-message" in html
    assert 'class="ds-input"' in html


def test_what_was_typed_is_kept_and_escaped():
    html = render("{% field form.text %}", form=Trial({"text": "<b>mine</b>"}))
    assert "&lt;b&gt;mine&lt;/b&gt;" in html


def test_optional_fields_are_marked_and_required_ones_are_not():
    form = Trial()
    assert "(optional)" in render("{% field form.note %}", form=form)
    assert "(optional)" not in render("{% field form.text %}", form=form)
    assert "(optional)" not in render("{% field form.team %}", form=form)


def test_a_day_is_given_to_the_browser_in_its_own_form():
    with translation.override("sv"):
        html = render("{% field form.day %}", form=Trial(initial={"day": "2026-11-20"}))
    assert 'type="date"' in html
    assert 'value="2026-11-20"' in html


def test_choice_cards_explain_each_choice_and_remember_the_chosen_one():
    html = render("{% field form.who %}", form=Trial({"who": "x"}))
    assert html.count('data-variant="outline"') == 2
    assert 'value="x" checked' in html
    assert 'aria-describedby="id_who_1_hint"' in html
    assert "Anonymous." in html
    assert "<legend>Who?</legend>" in html


def test_a_fieldset_with_an_error_says_which():
    html = render("{% field form.who %}", form=Trial({}))
    assert '<fieldset class="ds-fieldset" aria-describedby="id_who_error">' in html
    assert html.count('aria-invalid="true"') == 2


def test_a_switch_is_a_switch():
    assert 'role="switch"' in render("{% field form.team %}", form=Trial())


def test_a_file_control_says_its_limits_to_the_page():
    html = render("{% field form.photo %}", form=Trial())
    assert 'accept="image/*"' in html
    assert 'data-max-bytes="5"' in html
    assert "#camera" in html
    assert "multiple" not in html
    assert "multiple" in render("{% field form.files %}", form=Trial())


def test_placeholders_are_never_labels():
    class Foreign(forms.Form):
        name = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Name", "class": "own"}))

    html = render("{% field form.name %}", form=Foreign())
    assert "placeholder" not in html
    assert 'class="own ds-input"' in html


def test_a_whole_form_has_its_hidden_fields_too():
    html = render("{% form_fields form %}", form=Trial())
    assert 'type="hidden" name="key"' in html
    assert html.count("<label") + html.count("<legend") >= 8


def test_the_summary_leads_to_every_fault():
    form = Trial({"team": "on"})
    form.add_error(None, "Together they make no sense.")
    html = render("{% error_summary form %}", form=form)
    assert "3 things need to be put right" in html
    assert 'href="#id_text"' in html
    assert 'href="#id_who_0"' in html
    assert "<li>Together they make no sense.</li>" in html
    assert "autofocus" in html


def test_there_is_no_summary_without_faults():
    assert render("{% error_summary form %}", form=Trial()).strip() == ""


def test_every_target_of_the_summary_exists_in_the_form():
    form = ShownForm({})
    html = render("{% error_summary form %}{% form_fields form %}", form=form)
    for target in html.split('href="#')[1:]:
        assert f'id="{target.split(chr(34))[0]}"' in html
