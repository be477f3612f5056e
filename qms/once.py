"""What is sent twice, where no script holds the second press back, is done once."""

from uuid import UUID, uuid5


def sent_key(form: UUID | None, *content: str) -> UUID | None:
    """What tells something that was sent from all else: the key of the form it came with
    (`qms.forms.KeyField`), and what is in it; None for a form without one.

    Pressed twice it is the same; written otherwise in a form that was gone Back to, it is something new.
    """
    return uuid5(form, "\0".join(content)) if form else None
