"""Saying something about a record, and tying it to another."""

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.records.forms.moves import LONGEST
from qms.records.models import LinkType


class CommentForm(forms.Form):
    """One comment."""

    text = forms.CharField(
        label=_("Write a comment"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Write something first.")},
    )


class LinkForm(forms.Form):
    """Another record by its reference, and how this one stands to it."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("For example F-2026-0132. It stands at the top of every record."),
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    type = forms.ChoiceField(label=_("This record is"), choices=LinkType.choices)
