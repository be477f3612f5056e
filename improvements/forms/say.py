"""The form for everyone: one box, perhaps a photo, perhaps an address for the answer."""

from typing import Any

from django import forms
from django.core.signing import BadSignature
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from improvements.forms.propose import PhotoPicker, Words
from qms.proof import BITS, Ticket, new_ticket, read_ticket, ticket_bits
from qms.records.forms.attachments import AttachmentsField


class SayForm(forms.Form):
    """What somebody without login wants to say to a unit.

    `website` is for programs, which fill in whatever they find; people do not see it. `ticket` and `proof`
    belong to `qms.proof`. `ticket_read` is the ticket of a valid form.
    """

    text = Words(
        label=gettext_lazy("What do you want to say?"),
        help_text=gettext_lazy("What is good, what does not work, what could be better. Name no one."),
        error_messages={"required": gettext_lazy("Write what it is about. One sentence is enough.")},
    )
    attachments = AttachmentsField(label=gettext_lazy("Add photos"), required=False, widget=PhotoPicker)
    email = forms.EmailField(
        label=gettext_lazy("E-mail, if you want the answer by mail too"),
        help_text=gettext_lazy("Kept for that alone, and deleted 30 days after the case is closed."),
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy("That is not an e-mail address. Leave it empty if you like.")
        },
    )
    employee = forms.BooleanField(
        label=gettext_lazy("I work for the municipality"),
        help_text=gettext_lazy("It is sorted among the cases of employees. Nobody sees who you are."),
        required=False,
    )
    website = forms.CharField(required=False)
    ticket = forms.CharField(required=False, widget=forms.HiddenInput({"data-draft-keep": True}))
    proof = forms.CharField(required=False, widget=forms.HiddenInput)
    ticket_read: Ticket

    @property
    def bits(self) -> int:
        """How much work this form's ticket asks for."""
        try:
            return ticket_bits(str(self["ticket"].value() or ""))
        except BadSignature:
            return BITS

    @property
    def lost_photos(self) -> bool:
        """Whether photos came with a form that is shown again: no page can choose them for the person."""
        return self.is_bound and bool(self.files)

    def renew(self) -> None:
        """Give a form that is shown again a ticket of its own."""
        typed = self.data.dict()  # type: ignore[attr-defined]
        self.data = {**typed, "ticket": new_ticket(), "proof": "", "website": ""}

    def clean(self) -> dict[str, Any]:
        """Whether a person sent it, as far as the form itself can tell."""
        fields: dict[str, Any] = super().clean() or {}
        try:
            self.ticket_read = read_ticket(fields.get("ticket", ""), fields.get("proof", ""))
        except BadSignature:
            self._again()
            return fields
        if self.ticket_read.too_old or fields.get("website"):
            self._again()
        elif self.ticket_read.too_quick and not self.errors:
            seconds = self.ticket_read.seconds_left
            sentence = ngettext(
                "That was quick. Read through what you have written, and press once more in %(n)d second.",
                "That was quick. Read through what you have written, and press once more in %(n)d seconds.",
                seconds,
            )
            raise forms.ValidationError(sentence % {"n": seconds})
        return fields

    def _again(self) -> None:
        self.renew()
        raise forms.ValidationError(
            _("The page had been open for long. Everything is still here: press once more.")
        )


def new_say_form(*, busy: bool) -> SayForm:
    """An unsent form."""
    return SayForm(initial={"ticket": new_ticket(busy=busy)})
