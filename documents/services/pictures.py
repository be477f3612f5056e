"""Pictures in the text of a draft: files of the version, each with words for those who cannot see it."""

from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _

from documents.services.drafts import draft_locked, version_write
from qms.exceptions import RuleViolation
from qms.organisation.access import Access
from qms.records.attachments.storing import Stored
from qms.records.models import Attachment
from qms.records.services import attachments_save


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
        shown = format_html('<p><img src="{}" alt="{}"></p>', picture.get_absolute_url(), words.strip())
        version_write(
            version_id=version_id, title=version.title, text=version.text + shown, token=token, access=access
        )
    return picture
