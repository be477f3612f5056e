"""A list of existing documents and their files."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.ui.widgets import FilePicker

MOST_ARCHIVE = 2_000_000_000  # bytes


class TakeOverForm(forms.Form):
    """The spreadsheet, and the ZIP with the files that it names."""

    sheet = forms.FileField(
        label=gettext_lazy("The list, as a spreadsheet (XLSX)"),
        help_text=gettext_lazy("One document a row. The template below has the headings."),
        widget=FilePicker({"accept": ".xlsx"}, max_bytes=settings.ATTACHMENT_MAX_BYTES),
        error_messages={"required": gettext_lazy("Choose the spreadsheet.")},
    )
    archive = forms.FileField(
        label=gettext_lazy("The files, in one ZIP"),
        help_text=gettext_lazy("Folders in it do not matter: a file is found by the name in the list."),
        widget=FilePicker({"accept": ".zip"}, max_bytes=MOST_ARCHIVE),
        error_messages={"required": gettext_lazy("Choose the ZIP with the files.")},
    )

    def clean_sheet(self) -> Any:
        """No larger than any file that is sent."""
        sheet = self.cleaned_data["sheet"]
        if sheet.size > settings.ATTACHMENT_MAX_BYTES:
            raise forms.ValidationError(_("The list is too large: divide it."))
        return sheet

    def clean_archive(self) -> Any:
        """Within reason."""
        archive = self.cleaned_data["archive"]
        if archive.size > MOST_ARCHIVE:
            raise forms.ValidationError(_("The ZIP is larger than 2 GB: divide it with the list."))
        return archive
