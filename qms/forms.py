"""What every form that calls a service does with the answer."""

from django import forms

from qms.exceptions import RuleViolation


def add_violation(form: forms.Form, refused: RuleViolation) -> None:
    """Put a service's sentence beside the field it belongs to, or above the form."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, str(refused))
