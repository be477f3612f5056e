"""The form of a transition: a comment, and what the app asks for besides."""

from typing import Any

from django import forms
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
        error_messages={"required": _("Write the reason: it is sent along.")},
    )


def move_form(transition: Transition, record: Record, access: Access, data: Any = None) -> forms.Form:
    """The app's form for the transition (or an empty one), the comment first unless it orders its fields."""
    make = record.kind_offer.move_forms.get(transition.name)
    form = make(data, record=record, access=access) if make else forms.Form(data)
    if transition.comment_required or transition.comment_label:
        form.fields["comment"] = comment_field(transition)
        form.order_fields(form.field_order or ["comment"])
    return form
