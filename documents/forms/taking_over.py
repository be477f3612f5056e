"""A list of existing documents and their files."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.records.forms.imports import ImportForm
from qms.ui.widgets import FilePicker

MOST_ARCHIVE = 2_000_000_000  # bytes


class TakeOverForm(ImportForm):
    """The list, and the ZIP with the files that it names."""

    archive = forms.FileField(
        label=gettext_lazy("The files, in one ZIP"),
        help_text=gettext_lazy(
            "A file is found by the name in the list, whatever folder it lies in. Where two have the same "
            "name, write the folder before it."
        ),
        widget=FilePicker({"accept": ".zip"}, max_bytes=MOST_ARCHIVE),
        error_messages={"required": gettext_lazy("Choose the ZIP with the files.")},
    )

    def clean_archive(self) -> Any:
        """Within reason."""
        archive = self.cleaned_data["archive"]
        if archive.size > MOST_ARCHIVE:
            raise forms.ValidationError(_("The ZIP is larger than 2 GB: divide it with the list."))
        return archive
