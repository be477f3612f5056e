"""Naming a view of a list."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ViewNameForm(forms.Form):
    """The name under which a view stands above the list."""

    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        help_text=_("A few words, such as “Late in my unit”."),
        error_messages={"required": _("Write a name.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
