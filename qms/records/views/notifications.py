"""What a person has been told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qms.http import SignedInRequest, page_or_fragment, wants_fragment
from qms.records.selectors.notifications import newest_notices, notifications, told
from qms.records.services.notifications import notifications_all_read, notifications_seen

STEP = 50
MOST = 500
LONGEST_NUMBER = 18  # digits of an id


@login_required
@require_safe
def notification_list(request: SignedInRequest) -> HttpResponse:
    """What has happened that concerns me, day by day."""
    limit = min(max(_number(request.GET.get("n", "")), STEP), MOST)
    context = {
        "told": told(request.access, limit=limit),
        "next": limit + STEP if limit < MOST else None,
        "step": STEP,
        "crumbs": [(_("Notifications"), None)],
    }
    return page_or_fragment(request, "records/notifications.html", "records/_notifications.html", context)


@login_required
@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """The newest unread, as the opened bell shows them; whoever opens the address itself gets the list."""
    if not wants_fragment(request):
        return redirect("records:notifications")
    return render(request, "ui/_notices.html", {"notices": newest_notices(request.access)})


@login_required
@require_safe
def notification_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go to the record, where something was said to the words themselves; what was told about it is read."""
    found = get_object_or_404(notifications(request.access).select_related("record", "comment"), pk=pk)
    notifications_seen(record=found.record, access=request.access)
    place = found.comment and ("#notes" if found.comment.internal else "#events")
    return redirect(f"{found.record.get_absolute_url()}{place or ''}")


@login_required
@require_POST
def notifications_read(request: SignedInRequest) -> HttpResponse:
    """Mark all as read, up to the newest that the page showed."""
    count = notifications_all_read(newest=_number(request.POST.get("newest", "")), access=request.access)
    if count:
        text = ngettext("%(n)d notification marked as read.", "%(n)d notifications marked as read.", count)
        messages.success(request, text % {"n": count})
    return redirect("records:notifications")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
