"""What a handler fills in about a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from improvements.forms.propose import Words
from improvements.models import MOST_TEXT
from qms.records.forms.edit import RecordForm


class ImprovementEditForm(RecordForm):
    """What a case is called and who sees it. Its date and unit change in the open: by a decision."""

    due = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]
    no_registry_reason = forms.CharField(
        label=_("Why it has no registry number"), max_length=200, required=False
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
