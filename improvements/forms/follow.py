"""What somebody without login can say about their own case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.forms.propose import PhotoPicker, Words
from improvements.models import MOST_TEXT
from qms.forms import KeyField
from qms.records.forms.attachments import AttachmentsField


class WriteForm(forms.Form):
    """A message to those who handle the case."""

    text = Words(
        label=_("Write to those who handle it"),
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )
    attachments = AttachmentsField(label=_("Add photos"), required=False, widget=PhotoPicker)
    key = KeyField()


class WithdrawForm(forms.Form):
    """Taking it back: a reason for those who like."""

    comment = Words(
        label=_("Reason, if you like"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )


class VerdictForm(forms.Form):
    """Did it get better? Two buttons, and words for those who like."""

    better = forms.TypedChoiceField(
        choices=(("yes", _("Yes, it got better")), ("no", _("No, it did not"))),
        coerce=lambda answer: answer == "yes",
        error_messages={"required": _("Press one of the two.")},
    )
    words = Words(
        label=_("A few words, if you like"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )


class ReopenForm(forms.Form):
    """Opening it again takes a reason."""

    comment = Words(
        label=_("What has come up?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write the reason: it is sent along.")},
    )
