"""The errors the product itself raises."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


class RuleViolation(Exception):
    """A rule of the house forbids what was asked.

    `message` is a translated sentence for the person who asked: what is not possible, why, and
    who can or what it takes. `field` names the form field it belongs to, if any; `url` leads to where it is
    made possible, in the words of `link`.
    """

    def __init__(
        self, message: str | Promise, *, field: str | None = None, url: str = "", link: str = ""
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        self.url = url
        self.link = link

    def __str__(self) -> str:
        return str(self.message)


class NotYours(RuleViolation):
    """What was asked is seen by the person but not theirs to do: answered with 403 and the reason."""


class OutOfSight(NotYours):
    """What was asked for has left the person's sight by their own doing: answered with a calm page that says
    when and how, since they know that it is there. `reference` is how they know it."""

    def __init__(self, message: str | Promise, *, reference: str) -> None:
        super().__init__(message)
        self.reference = reference


class StaleEdit(RuleViolation):
    """Somebody else changed the same thing while the form was open; nothing was overwritten."""


def as_rule_violation(error: ValidationError) -> RuleViolation:
    """Turn a model's validation error into the sentence a service raises."""
    if hasattr(error, "error_dict"):
        field, messages = next(iter(error.message_dict.items()))
        return RuleViolation(" ".join(messages), field=None if field == "__all__" else field)
    return RuleViolation(" ".join(error.messages))
