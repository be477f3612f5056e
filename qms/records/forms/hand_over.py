"""Giving a task to somebody else."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organisation.fields import PersonField
from qms.organisation.models import Person

LONGEST = 300  # characters, as a task's note


class HandOverForm(forms.Form):
    """Who gets it, and a word to them. Where not everybody can have it, those who are `able` are offered."""

    to = PersonField(label=_("Who takes over"))
    note = forms.CharField(
        label=_("A word to them, if you like"),
        help_text=_("It stands in the timeline too."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data: Any = None, *, able: Sequence[Person] | None = None) -> None:
        super().__init__(data)
        if able is not None:
            to = self.fields["to"]
            to.able = able  # type: ignore[attr-defined]
            to.help_text = _("Those who can do it.") if able else _("There is nobody else who can do it.")
