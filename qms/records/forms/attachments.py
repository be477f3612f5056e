"""Choosing files to send."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.exceptions import RuleViolation
from qms.forms import KeyField
from qms.records.attachments.receiving import Received, receive
from qms.records.attachments.sniff import ACCEPTED
from qms.ui.widgets import ManyFilesPicker

MOST_AT_ONCE = 10


class FilesPicker(ManyFilesPicker):
    """Offers only what is received; on a phone also the camera."""

    def __init__(self) -> None:
        super().__init__({"accept": ACCEPTED}, max_bytes=settings.ATTACHMENT_MAX_BYTES)
        self.icon = "paperclip"


class AttachmentsField(forms.FileField):
    """Files that are looked through as soon as the form is: `cleaned_data` holds a list of `Received`.

    What cannot be received is a sentence beside the field, before anything is written.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", FilesPicker())
        options.setdefault("error_messages", {"required": gettext_lazy("Choose a file first.")})
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Received]:
        """The files, looked through; a ValidationError with one sentence for each that is refused."""
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > MOST_AT_ONCE:
            raise ValidationError(_("Send at most %(most)d files at once.") % {"most": MOST_AT_ONCE})
        received, refused = [], []
        for upload in uploads:
            try:
                received.append(receive(upload))
            except RuleViolation as sentence:
                refused.append(str(sentence))
        if refused:
            raise ValidationError(refused)
        return received


class AttachmentsForm(forms.Form):
    """Files for a record."""

    attachments = AttachmentsField(label=gettext_lazy("Choose files or take a photo"))
    key = KeyField()


class RemovalForm(forms.Form):
    """Why a file is taken away."""

    why = forms.CharField(label=gettext_lazy("Why is it removed?"), max_length=300, required=False)
