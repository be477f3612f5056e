"""Writing on a draft, answering as a reviewer, and remarks on places in the text."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from documents.content.plain import paragraphs
from documents.models import Review, Version
from documents.models.review import MOST_WORDS
from qms.forms import KeyField
from qms.records.forms.attachments import AttachmentsField
from qms.records.services.change import edit_token
from qms.records.services.moves import read_token
from qms.ui.widgets import ChoiceCards, FilePicker

PICTURES = ("image/jpeg", "image/png", "image/webp")


class RichText(forms.Textarea):
    """A text with headings, lists and tables; an editor where scripts run, its markup where they do not."""

    def __init__(self) -> None:
        super().__init__({"rows": 24, "data-editor": True})


class AsRead(forms.Form):
    """A form about a version as it was when the page was opened: the hidden field called `tells` says whether
    it is so still."""

    tells: ClassVar[str] = "token"

    def token_of(self, version: Version) -> str:
        """What the hidden field holds while nobody has written on it."""
        return edit_token(version)

    def renew(self, version: Version) -> None:
        """Let the form, shown again beside what the version says now, be sent once more."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(self.tells)] = self.token_of(version)
        self.data = data


class WriteForm(AsRead):
    """Title and text of a draft. `token` tells whether somebody else has saved meanwhile."""

    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Write what it is about.")}
    )
    text = forms.CharField(label=_("Text"), widget=RichText, required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, version: Version) -> None:
        known = {"title": version.title, "text": version.text, "token": edit_token(version)}
        super().__init__(data, initial=known)

    def clean_text(self) -> str:
        """Without what no text holds (NUL and lone halves of signs); what was written as plain words, where
        no editor ran, in paragraphs."""
        text = str(self.cleaned_data["text"]).replace("\x00", "")
        return paragraphs(text.encode("utf-8", "ignore").decode("utf-8"))


class FileForm(AsRead):
    """A file in place of written text."""

    attachments = AttachmentsField(
        label=_("File"),
        help_text=_("Word, OpenDocument, PDF, Excel or PowerPoint."),
        widget=FilePicker(max_bytes=settings.ATTACHMENT_MAX_BYTES),
    )
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, version: Version) -> None:
        super().__init__(data, files, initial={"token": edit_token(version)}, auto_id="id_file_%s")


class PictureForm(AsRead):
    """A picture for the text, and what it shows."""

    attachments = AttachmentsField(
        label=_("Picture"),
        widget=FilePicker({"accept": ",".join(PICTURES)}, max_bytes=settings.ATTACHMENT_MAX_BYTES),
        error_messages={"required": _("Choose a picture first.")},
    )
    words = forms.CharField(
        label=_("What the picture shows"),
        help_text=_("For those who cannot see it: what they should know from it, in a sentence."),
        max_length=300,
        error_messages={"required": _("Write what the picture shows.")},
    )
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, version: Version) -> None:
        super().__init__(data, files, initial={"token": edit_token(version)}, prefix="picture")


class AnswerForm(AsRead):
    """A reviewer's answer. `read` tells whether the draft was taken back and sent again meanwhile."""

    tells = "read"

    def token_of(self, version: Version) -> str:
        """What the hidden field holds until it is taken back."""
        return read_token(version)

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=Review.Answer.choices,
        widget=ChoiceCards(
            hints={
                Review.Answer.AGREE: _("It can go on as it stands."),
                Review.Answer.CHANGE: _("It goes back to whoever writes, with your words."),
            }
        ),
        error_messages={"required": _("Choose an answer.")},
    )
    comment = forms.CharField(
        label=_("What you wish changed, or a word along"),
        widget=forms.Textarea({"rows": 3}),
        max_length=MOST_WORDS,
        required=False,
    )
    read = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, version: Version) -> None:
        super().__init__(data, initial={"read": read_token(version)})


class RemarkForm(forms.Form):
    """A remark on one place."""

    key = KeyField()

    heading = forms.ChoiceField(label=_("Where"), required=False)
    text = forms.CharField(
        label=_("Remark"),
        widget=forms.Textarea({"rows": 2}),
        max_length=MOST_WORDS,
        error_messages={"required": _("Write something first.")},
    )

    def __init__(self, data: Any = None, *, headings: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="id_remark_%s")  # the page has a form for comments beside it
        self.headings = dict(headings)
        self.fields["heading"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole text")),
            *headings,
        ]
