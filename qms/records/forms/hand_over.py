"""Giving a task to somebody else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organisation.fields import PersonField

LONGEST = 300  # characters, as a task's note


class HandOverForm(forms.Form):
    """Who gets it, and a word to them."""

    to = PersonField(label=_("Who takes over"))
    note = forms.CharField(
        label=_("A word to them, if you like"),
        help_text=_("It stands in the timeline too."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
    )
