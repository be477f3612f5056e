"""Saying something about a record, and tying it to another."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.forms import KeyField
from qms.organisation.access import Access
from qms.records.forms.moves import LONGEST
from qms.records.models import LinkType, Record
from qms.records.selectors.frame import record_by_reference


class CommentForm(forms.Form):
    """One comment."""

    text = forms.CharField(
        label=gettext_lazy("Write a comment"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    key = KeyField()

    def __init__(self, data: Any = None) -> None:
        # Forms are opened over the page it stands on: a label there belongs to a field of theirs.
        super().__init__(data, auto_id="id_said_%s")


class NoteForm(forms.Form):
    """One note among those who handle a record."""

    prefix = "note"  # its field is never that of a comment
    text = forms.CharField(
        label=gettext_lazy("Note for those who handle it"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )
    key = KeyField()


class ReferenceField(forms.CharField):
    """A record by its reference. One that is not seen is said not to be there, as one that is not."""

    widget = forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
    access: Access

    def clean(self, value: Any) -> Record | None:
        """The record that is meant; None where nothing is written and nothing need be."""
        written = super().clean(value)
        if not written:
            return None
        try:
            return record_by_reference(written, self.access)
        except Record.DoesNotExist:
            raise ValidationError(
                _("There is no %(reference)s among what you see. Check the letter, the year and the number.")
                % {"reference": written}
            ) from None


class LinkForm(forms.Form):
    """Another record by its reference, and how this one stands to it."""

    reference = ReferenceField(
        label=gettext_lazy("Reference of the other"),
        help_text=gettext_lazy("For example F-2026-0132. It stands at the top of every record."),
        max_length=30,
    )
    type = forms.ChoiceField(label=gettext_lazy("This one is"), choices=LinkType.choices)

    def __init__(self, data: Any = None, *, access: Access) -> None:
        super().__init__(data)
        self.fields["reference"].access = access  # type: ignore[attr-defined]
