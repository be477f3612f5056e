"""What the development page /ui/ shows: made-up data for every component. Its words are not translated."""

from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.utils import timezone

from qms.contributions import Figure
from qms.ui import charts
from qms.ui.components import Chip, Tab, TimelineEntry, WhyNot
from qms.ui.icons import icon_names
from qms.ui.widgets import ChoiceCards, DayInput, FilePicker, Switch, TallText


@dataclass(frozen=True)
class ShownState:
    """A state as the components expect it."""

    label: str
    icon: str
    tone: str


@dataclass(frozen=True)
class ShownPerson:
    """A person as the components expect them."""

    name: str
    initials: str
    is_active: bool = True


class ShownForm(forms.Form):
    """One field of every kind."""

    text = forms.CharField(
        label="What could be better?",
        help_text="Write as you speak, one sentence is enough.",
        widget=TallText,
    )
    email = forms.EmailField(label="E-mail")
    phone = forms.CharField(label="Phone", required=False)
    unit = forms.ChoiceField(label="Unit", choices=[("n", "Home care North"), ("s", "Home care South")])
    day = forms.DateField(label="By when?", widget=DayInput, help_text="A working day within four weeks.")
    sender = forms.ChoiceField(
        label="Who is sending?",
        choices=[("me", "I, Leila Haddad"), ("anonymous", "Send anonymously")],
        widget=ChoiceCards(
            hints={
                "me": "You are answered personally and see what happens.",
                "anonymous": "Nobody sees who you are. You get a link of your own.",
            }
        ),
    )
    kinds = forms.MultipleChoiceField(
        label="What is it about?",
        choices=[("safety", "Safety"), ("time", "Time"), ("tools", "Tools")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    severity = forms.ChoiceField(
        label="How serious?", choices=[("low", "No harm"), ("high", "Harm")], widget=forms.RadioSelect
    )
    team = forms.BooleanField(label="Include my team", widget=Switch, required=False)
    understood = forms.BooleanField(label="I have read and understood")
    photo = forms.FileField(
        label="Add a photo", widget=FilePicker(photo=True, max_bytes=25_000_000), required=False
    )


STATES = [
    ShownState("Received", "received", "neutral"),
    ShownState("Being assessed", "assess", "info"),
    ShownState("In progress", "ongoing", "info"),
    ShownState("Effect is followed up", "effect", "plommon"),
    ShownState("Done", "done", "success"),
    ShownState("Partly met", "partly", "warning"),
    ShownState("Not met", "missing", "danger"),
    ShownState("Could not be computed", "unknown", "neutral"),
]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]


def sample_charts() -> dict[str, charts.Chart]:
    """One chart of each kind."""
    return {
        "trend": charts.trend(
            title="Are we keeping our promises?",
            summary="Answers in time, from 84 per cent in January to 91 per cent now. The goal is 95.",
            labels=MONTHS,
            values=[84, 85, 84, 87, 88, 87, 89, 86, 88, 90, 91],
            previous=[80, 82, 81, 83, 82, 84, 85, 80, 82, 84, 84],
            goal=95,
            unit="%",
            value_label="Answers in time",
            previous_label="Last year",
            goal_label="Goal 95 %",
        ),
        "gap": charts.trend(
            title="Are we getting better?",
            summary="Share of measures going the right way, known to October. November is missing.",
            labels=MONTHS,
            values=[22, 23, 22, 24, 25, None, 25, 26, 25, 26, None],
            value_label="The right way",
        ),
        "stacked": charts.stacked(
            title="Are we ready for the audit?",
            summary="60 requirements: 41 met, 11 partly, 5 not met, 3 could not be computed.",
            parts=[
                charts.Part("met", 41, "success"),
                charts.Part("partly", 11, "warning"),
                charts.Part("not met", 5, "danger"),
                charts.Part("unknown", 3, "gap"),
            ],
        ),
        "bars": charts.bars(
            title="Is the house in order?",
            summary="Share of documents reviewed in time, by department.",
            bars=[
                charts.Bar("Health and care", 96, text="96 %"),
                charts.Bar("Children and schools", 91, text="91 %"),
                charts.Bar("Planning", 79, text="79 %"),
                charts.Bar("Culture", None),
            ],
        ),
    }


def showcase() -> dict[str, object]:
    """Context of templates/ui/components.html."""
    now = timezone.now()
    today = timezone.localdate()
    tabs = ["All open", "Waiting for an answer", "My proposals"]
    return {
        "crumbs": [("Components", None)],
        "states": STATES,
        "people": [
            ShownPerson("Annika Sjöberg", "AS"),
            ShownPerson("Bo Nyström", "BN", is_active=False),
            None,
        ],
        "days": [today + timedelta(days=shift) for shift in (-400, -3, -1, 0, 1, 4, 12, 400)],
        "moments": [now, now - timedelta(days=1), now - timedelta(days=5), now - timedelta(days=500)],
        "sizes": [512, 310_000, 24_600_000],
        "form": ShownForm(),
        "failed_form": ShownForm({"email": "annika", "kinds": ["safety"]}, prefix="failed"),
        "figures": [
            ("Answered in time", Figure(11, note="8 of 11 in October", of=12, url="?", trend="up")),
            ("Open deviations", Figure(6, note="2 are older than 30 days", url="?", trend="flat")),
            ("Actions past their date", Figure(3, note="5 a month ago", of=14, url="?", trend="fall")),
            ("Thumbs of the users", Figure(None, note="3 answers, 10 needed", url="?")),
            ("An offer that failed", None),
        ],
        "entries": [
            TimelineEntry("chat", "commented", now, "Oskar Lind", speech="The same stairwell as in March."),
            TimelineEntry(
                "gavel",
                "decided: received for assessment",
                now,
                "Johan Ek",
                tone="info",
                speech="Annika assesses.",
            ),
            TimelineEntry("pencil", "changed severity from unknown to near miss", now, "Johan Ek"),
            TimelineEntry("received", "Reported from Home care North", now - timedelta(days=4)),
        ],
        "reasons": [
            WhyNot(
                "Close", "is possible when the actions are done and somebody else has confirmed the effect."
            ),
            WhyNot("Report under lex Sarah", "is done by Elin Strand, investigator.", "?", "Ask her to look"),
        ],
        "tabs": [Tab(text, "?", current=index == 1, count=index * 7) for index, text in enumerate(tabs)],
        "chips": [Chip("Deviation", "?"), Chip("Home care with units below", "?"), Chip("Open", "?")],
        "charts": sample_charts(),
        "gallery": ["A lamp that lights itself", "A bench by the stairs", "One list for all keys"],
        "icons": sorted(icon_names()),
    }
