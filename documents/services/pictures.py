"""Pictures in the text of a draft: files of the version, each with words for those who cannot see it."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Version
from documents.services.drafts import draft_locked, version_write
from documents.workflow.names import DRAFT, UNDECIDED
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.records.attachments.storing import Stored
from qms.records.models import Attachment
from qms.records.services import attachments_save
from qms.ui.html import filled


@transaction.atomic
def picture_add(
    *, version_id: int, file: Stored, words: str, access: Access, token: str | None = None
) -> Attachment:
    """Keep a picture with a draft, so that its text may show it. Called within `stored(...)`.

    Whoever writes in the editor puts it where it belongs; with a `token` (`edit_token`) it is laid at the end
    of the text here. Raises NotYours without the right, RuleViolation when it is no picture, nobody has said
    what it shows, or the version is no draft any more, StaleEdit when somebody has saved meanwhile.
    """
    version, _document = draft_locked(version_id, access)
    if version.is_file:
        raise RuleViolation(_("This version is a file: put the picture into that."), field="attachments")
    if not file.received.type.is_image:
        raise RuleViolation(_("This is no picture. Choose a JPEG, PNG or WebP."), field="attachments")
    if not words.strip():
        raise RuleViolation(_("Write what the picture shows."), field="words")
    [picture] = attachments_save(record=version, files=[file], access=access)
    if token is not None:
        shown = filled('<p><img src="{}" alt="{}"></p>', picture.get_absolute_url(), words.strip())
        version_write(
            version_id=version_id, title=version.title, text=version.text + shown, token=token, access=access
        )
    return picture


def is_paper(version: Version, attachment: Attachment) -> bool:
    """Whether a file of a version is a paper of the work on it: neither its text nor a picture in that."""
    return attachment.pk != version.file_id and str(attachment.public_id) not in version.text


def takes_no_file(version: Version) -> str:
    """Why no file is added to a version any more: nobody should take one for a part of what was decided."""
    if version.state in UNDECIDED:
        return ""
    return _(
        "It is “%(state)s”, and no file is added to it any more. Add it to the document, or to the next "
        "draft."
    ) % {"state": version.state_offer.label}


def keeps_file(version: Version, attachment: Attachment) -> str:
    """Why a file of a version cannot be taken away; empty for one that a draft does not show."""
    if version.state != DRAFT:
        return _(
            "Files are taken away only while the version is a draft. Now they belong to what is decided."
        )
    if attachment.pk == version.file_id:
        return _("The file is the text of this version and stays with it.")
    if str(attachment.public_id) in version.text:
        return _("The picture stands in the text. Take it out there and save first.")
    return ""


def before_removal(version: Version, attachment: Attachment) -> str:
    """What to think of before a picture is taken away that no saved text has shown: whoever puts one in where
    they write has sent it before they save. Nothing of other files, or once it has been taken out again.
    """
    history = version.history.filter(text__contains=str(attachment.public_id))
    if not attachment.is_image or history.exists():
        return ""
    return _(
        "No saved text shows this picture yet. If it has just been put into a text that is not saved, save "
        "that first: then the picture stays."
    )
