"""One box, and where it belongs."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qms.forms import KeyField
from qms.organisation.fields import UnitField
from qms.organisation.models import Unit
from qms.records.forms.attachments import AttachmentsField
from qms.ui.widgets import ManyFilesPicker, TallText


class Words(forms.CharField):
    """What somebody writes: signs that no database keeps are left out, since nobody can see them.

    Its length is for the service to judge: a browser told the limit would cut what is pasted, silently.
    """

    widget = TallText

    def to_python(self, value: Any) -> str:
        """The text without NUL signs and lone halves of signs."""
        text = super().to_python((value or "").replace("\x00", ""))
        return str(text).encode("utf-8", "ignore").decode("utf-8")


class PhotoPicker(ManyFilesPicker):
    """Photos, taken at once on a phone."""

    def __init__(self) -> None:
        super().__init__(photo=True, max_bytes=settings.ATTACHMENT_MAX_BYTES)


class ProposeForm(forms.Form):
    """What could be better, perhaps with photos, and which unit it concerns.

    `submission` makes two sendings one case.
    """

    text = Words(
        label=_("What could be better?"),
        help_text=_("Write as you speak, one sentence is enough. Name no client, pupil or colleague."),
        error_messages={"required": _("Write what could be better. One sentence is enough.")},
    )
    attachments = AttachmentsField(label=_("Add photos"), required=False, widget=PhotoPicker)
    unit = UnitField(label=_("Which unit does it concern?"))
    submission = KeyField()
    # The record it is about, and where in it: a heading of a governing document.
    about = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    place = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    @property
    def lost_photos(self) -> bool:
        """Whether photos came with a form that is shown again: no page can choose them for the person."""
        return self.is_bound and bool(self.files)

    def renew(self) -> None:
        """Give a form that was sent before a key of its own, so that it can be sent as something new."""
        self.data = {**self.data.dict(), "submission": str(uuid4())}  # type: ignore[attr-defined]


def new_form(unit: Unit | None, given: Mapping[str, str] | None = None) -> ProposeForm:
    """An unsent form for `unit`, with what was `given` of it so far."""
    given = given or {}
    kept = {name: given.get(name, "") for name in ("text", "submission", "about", "place")}
    return ProposeForm(initial={**kept, "unit": unit, "submission": kept["submission"] or str(uuid4())})


class UnitChosen(forms.Form):
    """Which unit has been chosen so far."""

    unit = UnitField()


def unit_chosen(data: Any) -> Unit | None:
    """The unit named in what was sent, if it is one that can be chosen."""
    form = UnitChosen(data)
    return form.cleaned_data["unit"] if form.is_valid() else None


class MeTooForm(forms.Form):
    """Wanting the same as somebody else: what was typed and chosen for a case of one's own, if anything."""

    text = Words(required=False)
    attachments = AttachmentsField(required=False)
    submission = KeyField()


def goes_along(data: Mapping[str, Any]) -> bool:
    """Whether what was typed is to go along with a "me too": it is, unless somebody who was asked said no."""
    return "along" in data or "offered" not in data
