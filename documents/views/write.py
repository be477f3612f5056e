"""Beginning a document or its next version, and writing on a draft."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents.content.extract import check_opens
from documents.forms.document import NewDocumentForm
from documents.forms.write import FileForm, PictureForm, WriteForm
from documents.models import Version
from documents.permissions import WRITE
from documents.services import document_create, version_file_set, version_start, version_write
from documents.services.drafts import refuse_no_draft
from documents.services.pictures import picture_add
from documents.views.loading import crumbs, document_or_404, version_or_404
from qms.exceptions import NotYours, RuleViolation, StaleEdit
from qms.forms import add_violation, content
from qms.http import SignedInRequest
from qms.once import sent_key
from qms.records.attachments.storing import stored
from qms.records.models import Attachment


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """What a new document is called and where it belongs."""
    if not request.access.can_somewhere(WRITE):
        raise NotYours(_("Authors and managers begin documents. Ask yours, or suggest it as an improvement."))
    data = request.POST if request.method == "POST" else None
    form = NewDocumentForm(data, unit=request.user.home_unit, owner=request.user)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        fields["key"] = sent_key(fields["key"], str(request.user.pk), *content(form))
        try:
            document = document_create(access=request.access, applies_to=[fields["unit"]], **fields)
        except NotYours as refused:
            form.add_error("unit", str(refused))
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(
                request,
                _("%(reference)s is begun. Write its text.") % {"reference": document.reference},
                extra_tags="document-new",
            )
            first = Version.objects.filter(document=document).earliest("pk")
            return redirect("documents:write", reference=first.reference)
    context = {"form": form, "crumbs": crumbs(None, (_("New document"), None))}
    return render(request, "documents/new.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def start(request: SignedInRequest, reference: str) -> HttpResponse:
    """The next version as a draft, or a small correction."""
    document = document_or_404(request, reference)
    small = request.POST.get("small") == "1"
    version = version_start(document_id=document.pk, access=request.access, small=small)
    return redirect("documents:write", reference=version.reference)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, reference: str) -> HttpResponse:
    """The draft in an editor. Two at once: the second reads that somebody has saved, and keeps their text."""
    version = version_or_404(request, reference)
    refuse_no_draft(version, request.access)
    form = WriteForm(request.POST if request.method == "POST" else None, version=version)
    if form.is_valid():
        fields = form.cleaned_data
        try:
            version_write(version_id=version.pk, access=request.access, **fields)
        except StaleEdit as stale:
            version = version_or_404(request, reference)
            form.renew(version)
            add_violation(form, stale)
        except NotYours:
            raise
        except RuleViolation as refused:
            add_violation(form, refused)
        else:
            messages.success(request, _("The draft is saved."), extra_tags=f"write-{reference}")
            stay = "stay" in request.POST
            return redirect("documents:write", reference=reference) if stay else redirect(version)
    context = {
        "version": version,
        "form": form,
        "file_form": FileForm(version=version),
        "picture_form": PictureForm(version=version),
        "crumbs": crumbs(version.document, (version.name, version.get_absolute_url()), (_("Write"), None)),
    }
    return render(request, "documents/write.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def file(request: SignedInRequest, reference: str) -> HttpResponse:
    """A file in place of the text, or the text in place of the file."""
    version = version_or_404(request, reference)
    refuse_no_draft(version, request.access)
    if "remove" in request.POST:
        token = request.POST.get("token", "")
        version_file_set(version_id=version.pk, file=None, token=token, access=request.access)
        return redirect("documents:write", reference=reference)
    form = FileForm(request.POST, request.FILES, version=version)
    if form.is_valid() and _kept(form, version, request):
        messages.success(request, _("The file is the text of this version now."))
        return redirect(version)
    version = version_or_404(request, reference)  # as saved now, also by somebody else meanwhile
    context = {
        "version": version,
        "form": WriteForm(version=version),
        "file_form": form,
        "picture_form": PictureForm(version=version),
        "crumbs": crumbs(version.document, (version.name, reverse("records:detail", args=[reference]))),
    }
    return render(request, "documents/write.html", context, status=422)


@login_required
@require_POST
def picture(request: SignedInRequest, reference: str) -> HttpResponse:
    """A picture for the text: the editor is told its address and puts it where one writes; without script it
    is laid at the end of the saved text."""
    version = version_or_404(request, reference)
    refuse_no_draft(version, request.access)
    by_editor = request.accepts("application/json") and not request.accepts("text/html")
    form = PictureForm(request.POST, request.FILES, version=version)
    added = _added(form, version, request, by_editor) if form.is_valid() else None
    if form.errors:
        version = version_or_404(request, reference)  # as saved now, also by somebody else meanwhile
    if by_editor:
        if added is None:
            said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
            return JsonResponse({"errors": said}, status=422)
        words = form.cleaned_data["words"].strip()
        return JsonResponse({"src": added.get_absolute_url(), "alt": words})
    if added:
        messages.success(request, _("The picture stands at the end of the text."))
        return redirect("documents:write", reference=reference)
    context = {
        "version": version,
        "form": WriteForm(version=version),
        "file_form": FileForm(version=version),
        "picture_form": form,
        "crumbs": crumbs(version.document, (version.name, version.get_absolute_url()), (_("Write"), None)),
    }
    return render(request, "documents/write.html", context, status=422)


def _added(
    form: PictureForm, version: Version, request: SignedInRequest, by_editor: bool
) -> Attachment | None:
    """The picture, kept with the draft; None when it was not taken: the form says why."""
    try:
        with stored(form.cleaned_data["attachments"][:1]) as [file]:
            return picture_add(
                version_id=version.pk,
                file=file,
                words=form.cleaned_data["words"],
                access=request.access,
                token=None if by_editor else form.cleaned_data["token"],
            )
    except StaleEdit as stale:
        form.renew(version_or_404(request, version.reference))
        add_violation(form, stale)
    except NotYours:
        raise
    except RuleViolation as refused:
        add_violation(form, refused)
    return None


def _kept(form: FileForm, version: Version, request: SignedInRequest) -> bool:
    """Whether the file was taken; else the form says why not."""
    received = form.cleaned_data["attachments"][:1]
    try:
        check_opens(received[0].content, received[0].type.extension)
        with stored(received) as files:
            version_file_set(
                version_id=version.pk,
                file=files[0],
                token=form.cleaned_data["token"],
                access=request.access,
            )
    except StaleEdit as stale:
        form.renew(version_or_404(request, version.reference))
        add_violation(form, stale)
        return False
    except NotYours:
        raise
    except RuleViolation as refused:
        form.add_error("attachments", str(refused))
        return False
    return True
