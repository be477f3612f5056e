"""A list that is to be taken over."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.exceptions import RuleViolation
from qms.records.attachments.receiving import receive
from qms.ui.widgets import FilePicker

LISTS = (".xlsx", ".csv")


class ImportForm(forms.Form):
    """The list; an app adds the files that belong to it (`archive`) or where it comes from (`source`)."""

    sheet = forms.FileField(
        label=gettext_lazy("The list, as a spreadsheet (XLSX) or CSV"),
        help_text=gettext_lazy("One row for each. The template has the headings."),
        widget=FilePicker({"accept": ",".join(LISTS)}, max_bytes=settings.ATTACHMENT_MAX_BYTES),
        error_messages={"required": gettext_lazy("Choose the spreadsheet.")},
    )

    def clean_sheet(self) -> Any:
        """The list, looked through as any file that is sent."""
        sheet = self.cleaned_data["sheet"]
        try:
            received = receive(sheet)
        except RuleViolation as refused:
            raise forms.ValidationError(str(refused)) from refused
        if received.type.extension not in LISTS:
            raise forms.ValidationError(
                _("This is no spreadsheet that can be read. Save it as XLSX and choose it again.")
            )
        return sheet
