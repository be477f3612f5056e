"""The form of a transition: a comment, and what the app asks for besides."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from qms.organisation.access import Access
from qms.records.models import Record
from qms.records.workflow import Transition

LONGEST = 10_000  # characters of a comment


def comment_field(transition: Transition) -> forms.CharField:
    """The box for the reason, under the transition's own label."""
    return forms.CharField(
        label=str(transition.comment_label or _("Comment")),
        required=transition.comment_required,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": str(transition.comment_missing)},
    )


def move_form(
    transition: Transition, record: Record, access: Access, data: Any = None, files: Any = None
) -> forms.Form:
    """The app's form for the transition (or an empty one), the comment first unless it orders its fields.

    Files that it asks for are its field `attachments` (`AttachmentsField`); they are hung on the record.
    """
    make = record.kind_offer.move_forms.get(transition.name)
    form = make(data, record=record, access=access) if make else forms.Form(data)
    form.files = files if files is not None else MultiValueDict()
    if transition.comment_required or transition.comment_label:
        form.fields["comment"] = comment_field(transition)
        form.order_fields(form.field_order or ["comment"])
    return form
