"""The floor: what a page costs in this stack at the very least. Root routes of the benchmark only."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from qms.records.models import Record
from qms.urls import handler400, handler403, handler404, handler500
from qms.urls import urlpatterns as product
from tests.load.measure import process

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

_PAGE = engines["django"].from_string(
    "<!doctype html><html lang=en><title>Floor</title><p>{{ who }}<ul>"
    "{% for row in rows %}<li>{{ row.reference }} {{ row.title }} {{ row.created_at }}{% endfor %}</ul>"
)


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Session, signed-in user, 25 rows of one indexed query in a template."""
    rows = Record.objects.filter(kind="improvement").order_by("-created_at", "-id")
    shown = rows.only("reference", "title", "created_at")[:25]
    return HttpResponse(_PAGE.render({"who": request.user, "rows": shown}))


urlpatterns = [path("load/floor/", floor), path("load/process/", process), *product]
