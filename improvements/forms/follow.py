"""What somebody without login can say about their own case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.forms.propose import Words
from improvements.models import MOST_TEXT


class WriteForm(forms.Form):
    """A message to those who handle the case."""

    text = Words(
        label=_("Write to those who handle it"),
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )


class WithdrawForm(forms.Form):
    """Taking it back: a reason for those who like."""

    comment = Words(
        label=_("Reason, if you like"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )
