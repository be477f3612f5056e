"""A list of cases from an older system."""

from django import forms
from django.utils.translation import gettext_lazy

from improvements.models import MOST_SOURCE
from qms.records.forms.imports import ImportForm


class OldCasesForm(ImportForm):
    """The list, and the system that it comes from."""

    source = forms.CharField(
        label=gettext_lazy("Which system the cases come from"),
        help_text=gettext_lazy(
            "Its name stands in each case, with the number it had there. Write it the same way each time."
        ),
        max_length=MOST_SOURCE,
        error_messages={"required": gettext_lazy("Write which system the cases come from.")},
    )
    field_order = ("source", "sheet")
