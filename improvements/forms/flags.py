"""Marking a case, saying what became of it, and setting up who handles what is marked."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from improvements.flags import RULES
from improvements.forms.propose import Words
from improvements.models import MOST_WHY, Flag, TermUnit
from improvements.selectors.flags import FlagSetUp
from qms.organisation.fields import PersonField
from qms.ui.widgets import ChoiceCards, MomentInput

Outcome = Flag.Outcome


class FlagForm(forms.Form):
    """What the case is marked as, what has happened, and since when it is known."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind, rule.label) for kind, rule in RULES.items()],
        widget=ChoiceCards(hints={kind: rule.meaning for kind, rule in RULES.items()}),
        error_messages={"required": _("Choose what it is.")},
    )
    why = Words(
        label=_("What has happened?"),
        help_text=_("A sentence or two. Those who handle it read this first."),
        max_length=MOST_WHY,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write what has happened, in a sentence or two.")},
    )
    known_at = forms.DateTimeField(
        label=_("When did we learn of it?"),
        help_text=_("The term runs from then, also at night and over a weekend."),
        widget=MomentInput(),
        error_messages={"required": _("Choose a day and a time."), "invalid": _("Choose a day and a time.")},
    )

    def __init__(self, data: Any = None) -> None:
        now = timezone.localtime().replace(second=0, microsecond=0)
        super().__init__(data, initial={"known_at": now})


class SettleForm(forms.Form):
    """What became of it."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        widget=ChoiceCards(
            hints={
                Outcome.NOT_REPORTED: _("It was looked into. The reason is kept."),
                Outcome.LIFTED: _("The mark is taken away. The case stays with those who handle it."),
            }
        ),
        error_messages={"required": _("Choose what became of it.")},
    )
    reported_at = forms.DateTimeField(
        label=_("If reported: when?"),
        required=False,
        widget=MomentInput(),
        error_messages={"invalid": _("Choose a day and a time.")},
    )
    number = forms.CharField(label=_("The authority's number"), max_length=60, required=False)
    why = Words(
        label=_("Reason"),
        help_text=_("Why it is not reported, or was a mistake; or why the report came late."),
        max_length=MOST_WHY,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any = None, *, flag: Flag) -> None:
        super().__init__(data)
        authority = RULES[flag.kind].authority
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (Outcome.REPORTED, _("Reported to %(authority)s") % {"authority": authority}),
            (Outcome.NOT_REPORTED, Outcome.NOT_REPORTED.label),
            (Outcome.LIFTED, Outcome.LIFTED.label),
        ]

    def clean(self) -> dict[str, Any]:
        """A report has its moment."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == Outcome.REPORTED and not cleaned.get("reported_at"):
            self.add_error("reported_at", _("Choose a day and a time."))
        return cleaned


class FlagSettingForm(forms.Form):
    """The term, and a group whose members handle them."""

    amount = forms.IntegerField(
        label=_("Term"),
        min_value=1,
        max_value=365,
        error_messages={"required": _("Write a number."), "invalid": _("Write a number.")},
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=TermUnit.choices)
    group = forms.ModelChoiceField(
        label=_("Group"),
        help_text=_("Everybody in the group gets the task. Whoever joins later gets the next one."),
        queryset=Group.objects.order_by("name"),
        required=False,
        empty_label=_("No group"),
    )

    def __init__(self, data: Any = None, *, set_up: FlagSetUp) -> None:
        known = {"amount": set_up.term.amount, "unit": set_up.term.unit, "group": set_up.group}
        super().__init__(data, initial=known)


class FlagHandlerForm(forms.Form):
    """Somebody who handles them."""

    person = PersonField(label=_("Who?"))
