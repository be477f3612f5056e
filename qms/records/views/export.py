"""A list as a workbook."""

from tempfile import TemporaryFile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.http import SignedInRequest
from qms.records.export import CHUNK, MOST_ROWS, unit_paths, write_workbook
from qms.records.list_page import ListPage
from qms.records.workbook import CONTENT_TYPE


@login_required
@require_safe
def export(request: SignedInRequest) -> FileResponse:
    """What the list at the same query string shows: the same filter, order and rights, all its rows."""
    page = ListPage(request.GET, request.access)
    title, kind = str(page.kind_title), page.filter.kind_offer
    file = TemporaryFile()  # noqa: SIM115 (the response closes it, and then it is gone)
    write_workbook(
        file,
        page.records.for_lists()[: MOST_ROWS + 1].iterator(chunk_size=CHUNK),
        title=title,
        above=unit_paths(page.units),
        about=[
            (_("List"), title),
            (_("Filter"), ", ".join(chip.label for chip in page.chips)),
            (_("Taken out"), timezone.localtime().replace(tzinfo=None, microsecond=0)),
            (_("By"), request.access.name),
        ],
        more=kind.exported if kind else None,
    )
    file.seek(0)
    name = f"{slugify(title)}-{timezone.localdate().isoformat()}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
