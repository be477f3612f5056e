"""What can be done with many documents at once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.forms.bulk import ShownForm
from documents.models import Document
from documents.permissions import STEER
from documents.workflow.names import IN_FORCE
from qms.organisation.access import Access
from qms.records.bulk import BulkAct
from qms.records.models import Visibility
from qms.records.services import record_change
from qms.records.services.moves import who_may

Data = Mapping[str, Any]


def _not_to_be_shown(record: Document, access: Access, data: Data) -> str | None:
    if not access.can(STEER, record):
        return who_may(STEER, record)
    if record.state != IN_FORCE:
        return _("Only what is in force is shown outside its unit.")
    if record.is_restricted:
        return _("It is only for those who handle it. Whoever opens it to others does so on its own page.")
    return _("It is so already.") if record.visibility == data["visibility"] else None


def _shown(record: Document, data: Data) -> str:
    words = {"before": record.get_visibility_display(), "after": Visibility(data["visibility"]).label}
    return _("%(before)s → %(after)s") % words


def _show(record_id: int, access: Access, data: Data) -> object:
    return record_change(record_id=record_id, changes={"visibility": data["visibility"]}, access=access)


SHOWN = BulkAct(
    f"{Document.KIND}.shown",
    Document.KIND,
    gettext_lazy("Say who sees them"),
    ShownForm,
    _not_to_be_shown,
    _shown,
    _show,
    order=10,
)
ACTS = (SHOWN,)
