"""What the field template needs to know about a form field."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from qms.ui.widgets import ChoiceCards, FilePicker, Switch


@dataclass(frozen=True)
class Choice:
    """One radio button or checkbox of a field."""

    id: str
    name: str
    value: str
    label: str
    kind: str
    checked: bool
    required: bool
    hint: str


def field_kind(bound: BoundField) -> str:
    """Which frame a field gets: choices, switch, checkbox, file or input."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, Switch):
        return "switch"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "input"


def field_input(bound: BoundField, **extra: Any) -> SafeString:
    """The field's own control with the design system's class and what the form says about it."""
    attrs = {key: value for key, value in extra.items() if value not in (None, "")}
    own = bound.field.widget.attrs.get("class", "")
    attrs["class"] = f"{own} ds-input".strip()
    attrs["placeholder"] = False  # a placeholder is no label, and it vanishes when one writes
    if isinstance(bound.field.widget, forms.Textarea):
        attrs["cols"] = False  # Django's 40 columns would make the box narrower than its form
    return bound.as_widget(attrs=attrs)


def file_attrs(bound: BoundField) -> SafeString:
    """The attributes of a file control; its button is drawn by the template."""
    widget = bound.field.widget
    attrs = bound.build_widget_attrs({**widget.attrs, "id": bound.auto_id, "name": bound.html_name})
    if getattr(widget, "allow_multiple_selected", False):
        attrs["multiple"] = True
    return SafeString(forms.utils.flatatt(attrs))


def field_choices(bound: BoundField) -> list[Choice]:
    """The choices of a radio or checkbox field, with the lines that explain them."""
    widget = bound.field.widget
    hints = widget.hints if isinstance(widget, ChoiceCards) else {}
    return [
        Choice(
            id=part.data["attrs"].get("id", ""),
            name=part.data["name"],
            value=str(part.data["value"]),
            label=str(part.data["label"]),
            kind=part.data["type"],
            checked=bool(part.data["selected"]),
            required=bool(part.data["attrs"].get("required")),
            hint=str(hints.get(str(part.data["value"]), "")),
        )
        for part in bound.subwidgets
    ]


def focus_id(bound: BoundField) -> str:
    """The id of the control that an error in this field leads to."""
    return f"{bound.auto_id}_0" if field_kind(bound) == "choices" else bound.id_for_label or bound.auto_id


def field_context(bound: BoundField, *, size: str = "", hide_label: bool = False) -> dict[str, object]:
    """Context of templates/ui/field.html. `size` is the design system's (sm, md)."""
    kind = field_kind(bound)
    widget = bound.field.widget
    return {
        "bound": bound,
        "kind": kind,
        "size": size,
        "hide_label": hide_label,
        "optional": not bound.field.required and kind not in ("checkbox", "switch"),
        "cards": isinstance(widget, ChoiceCards),
        "choices": field_choices(bound) if kind == "choices" else [],
        "icon": widget.icon if isinstance(widget, FilePicker) else "upload",
        "file_attrs": file_attrs(bound) if kind == "file" else "",
        "input": ""
        if kind in ("choices", "file")
        else field_input(bound, role="switch" if kind == "switch" else ""),
    }
