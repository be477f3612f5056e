"""What is asked for when many cases get the same."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.forms.moves import CaseField
from improvements.models import Category
from improvements.workflow import IMPROVEMENT
from qms.organisation.access import Access
from qms.organisation.fields import PersonField, UnitField
from qms.records.forms.moves import comment_field


class ManyForm(forms.Form):
    """What all of them get; with `transition` the reason that it asks for too."""

    transition = ""

    def __init__(self, data: Any = None, *, access: Access) -> None:
        super().__init__(data)
        if self.transition:
            self.fields["comment"] = comment_field(IMPROVEMENT.transition(self.transition))


class ClassifyManyForm(ManyForm):
    """What sort of case they are."""

    category = forms.ChoiceField(label=_("What sort of case are they?"), choices=Category.choices)


class OwnerForm(ManyForm):
    """Who answers for them from now on."""

    owner = PersonField(label=_("Who takes over"))


class SendOnManyForm(ManyForm):
    """Which unit answers instead, and why."""

    transition = "send_on"
    unit = UnitField(label=_("Which unit is it for?"))


class NotNowManyForm(ManyForm):
    """One reason for all of them."""

    transition = "not_now"


class JoinForm(ManyForm):
    """In which of them the others go on."""

    transition = "same_as"
    into = CaseField(
        label=_("Which case do they go on in?"),
        help_text=_("Its reference, for example F-2026-0132. The senders and all who follow come along."),
        max_length=30,
    )

    def __init__(self, data: Any = None, *, access: Access) -> None:
        super().__init__(data, access=access)
        self.fields["into"].access = access  # type: ignore[attr-defined]
