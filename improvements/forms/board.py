"""Choosing whose board is shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.organisation.fields import UnitField


class BoardForm(forms.Form):
    """The unit; what lies below it is on the board too."""

    unit = UnitField(label=_("Unit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].widget.attrs["class"] = "ds-input"
