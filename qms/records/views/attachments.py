"""Files: sending, fetching and removing. Each way passes the rights of the record it hangs on."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from qms.exceptions import RuleViolation
from qms.forms import add_violation
from qms.http import QmsRequest, SignedInRequest, page_or_fragment
from qms.once import sent_key
from qms.records.attachments.storing import stored
from qms.records.forms.attachments import AttachmentsForm, RemovalForm
from qms.records.models import Attachment, Record
from qms.records.selectors.files import file_of, files_of
from qms.records.services.attachments import attachment_remove, attachments_add, refuse_file, refuse_removal
from qms.records.views.crumbs import crumbs_of
from qms.records.views.loading import record_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attachments(request: SignedInRequest, reference: str) -> HttpResponse:
    """The files of a record, and sending more."""
    record = record_or_404(request, reference)
    refuse_file(record)
    if request.method != "POST":
        return _page(request, record, AttachmentsForm())
    form = AttachmentsForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with stored(form.cleaned_data["attachments"]) as files:
                key = sent_key(form.cleaned_data["key"], str(record.pk), str(request.user.pk))
                attachments_add(record_id=record.pk, files=files, access=request.access, key=key)
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            said = ngettext(
                "The file is with the record.", "%(count)d files are with the record.", len(files)
            )
            messages.success(request, said % {"count": len(files)})
            return redirect(record)
    return _page(request, record, form, status=422)


def _page(request: QmsRequest, record: Record, form: AttachmentsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "record": record,
        "form": form,
        "files": files_of(record, request.access),
        "lead": record.kind_offer.files_lead,
        "crumbs": crumbs_of(record, _("Files")),
    }
    page, part = "records/attachments.html", "records/_attachments.html"
    return page_or_fragment(request, page, part, context, status=status)


def _file_or_404(request: QmsRequest, public_id: UUID) -> Attachment:
    try:
        return file_of(public_id, request.access)
    except Attachment.DoesNotExist as missing:
        raise Http404 from missing


@login_required
@require_safe
def file(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """A file. Pictures (which we have drawn ourselves) are shown, everything else is downloaded."""
    attachment = _file_or_404(request, public_id)
    return file_sent(request, attachment, attachment.file, attachment.content_type)


@login_required
@require_safe
def thumbnail(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """The small picture of a picture."""
    attachment = _file_or_404(request, public_id)
    if not attachment.thumbnail:
        raise Http404
    return file_sent(request, attachment, attachment.thumbnail, "image/webp")


def file_sent(
    request: HttpRequest, attachment: Attachment, stored_file: "File[bytes]", type: str
) -> HttpResponseBase:
    """The stored file or thumbnail, as every file is sent; the caller has checked the rights."""
    etag = f'"{attachment.sha256[:32]}-{type}"'
    response: HttpResponseBase = get_conditional_response(request, etag=etag) or FileResponse(
        stored_file.open("rb"),
        as_attachment=not attachment.is_image,
        filename=attachment.name,
        content_type=type,
    )
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Kept by the browser, but asked for each time: the right to see it may have gone.
    patch_cache_control(response, private=True, no_cache=True)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_removal(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take a file away, after having been asked."""
    attachment = _file_or_404(request, public_id)
    record = record_or_404(request, attachment.record.reference)
    refuse_removal(attachment, record, request.access)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        attachment_remove(attachment_id=attachment.pk, access=request.access, why=form.cleaned_data["why"])
        messages.success(request, _("%(file)s is removed.") % {"file": attachment.name})
        return redirect(record)
    context = {
        "record": record,
        "attachment": attachment,
        "form": form,
        "think_of": record.kind_offer.before_removal(record, attachment),
        "crumbs": crumbs_of(record, _("Remove a file")),
    }
    page, part = "records/attachment_removal.html", "records/_attachment_removal.html"
    status = 422 if form.is_bound else 200
    return page_or_fragment(request, page, part, context, status=status)
