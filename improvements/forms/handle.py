"""What a handler fills in: an action, and the fields of a case or an action."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.forms.moves import JUST_DO_DAYS, DateForm
from improvements.forms.propose import Words
from improvements.models import MOST_TEXT
from qms.organisation.access import Access
from qms.organisation.fields import PersonField
from qms.records.forms.edit import RecordForm
from qms.records.models import Record


class ActionForm(DateForm):
    """Something to be done: what, who, by when."""

    days = JUST_DO_DAYS
    title = forms.CharField(
        label=_("What is to be done?"),
        max_length=200,
        error_messages={"required": _("Write what is to be done.")},
    )
    owner = PersonField(
        label=_("Who does it?"),
        help_text=_("It comes to their work list. They need no other right."),
    )
    description = Words(
        label=_("More about it"), required=False, max_length=MOST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    field_order = ["title", "owner", "due", "description"]

    def __init__(self, data: Any = None, *, record: Record, access: Access) -> None:
        super().__init__(data, record=record, access=access)
        self.order_fields(self.field_order)


class ImprovementEditForm(RecordForm):
    """What a case is called and who sees it. Its date and unit change in the open: by a decision."""

    due = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]
    no_registry_reason = forms.CharField(
        label=_("Why it has no registry number"), max_length=200, required=False
    )


class ActionEditForm(RecordForm):
    """What an action says and whose it is. Who sees it follows its source."""

    due = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]
    visibility = None  # type: ignore[assignment]
    confidential_reason = None  # type: ignore[assignment]
    description = Words(
        label=_("More about it"), required=False, max_length=MOST_TEXT, widget=forms.Textarea({"rows": 3})
    )


class CorrectionForm(forms.Form):
    """What was put right at once."""

    text = Words(
        label=_("What was done at once?"),
        help_text=_("What was put right on the spot, before anybody knew why it happened."),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea({"rows": 4}),
    )
