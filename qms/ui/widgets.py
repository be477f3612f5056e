"""Form widgets for what HTML can do itself; the field tag gives each its frame."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise


class ChoiceCards(forms.RadioSelect):
    """One of few: each choice a card with a line that says what it means.

    `hints` maps a choice's value to that line.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, str | Promise] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints: Mapping[str, str | Promise] = hints or {}


class Switch(forms.CheckboxInput):
    """Something that is on or off."""


class DayInput(forms.DateInput):
    """A day, picked in the browser's own calendar; the value is always ISO (2026-11-20)."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time, picked in the browser's own calendar; local time, ISO (2026-11-20T14:30)."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TallText(forms.Textarea):
    """The one box in which somebody tells something."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 5, "data-tall": True, **(attrs or {})})


class FilePicker(forms.ClearableFileInput):
    """A file, or with `photo` a picture that a phone may take at once.

    `icon` stands on the button. `max_bytes` lets the page say before sending that a file is too large;
    the server decides.
    """

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, photo: bool = False, max_bytes: int | None = None
    ) -> None:
        own = {"accept": "image/*"} if photo else {}
        if max_bytes is not None:
            own["data-max-bytes"] = str(max_bytes)
        super().__init__({**own, **(attrs or {})})
        self.icon = "camera" if photo else "upload"


class ManyFilesPicker(FilePicker):
    """Several files at once."""

    allow_multiple_selected = True
