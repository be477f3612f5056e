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
    """<!doctype html>
<html lang="{{ LANGUAGE_CODE }}"><title>Floor</title><p>{{ request.user.name }}</p>
<table>{% for row in rows %}
<tr><td>{{ row.reference }}<td>{{ row.title }}<td>{{ row.unit.name }}<td>{{ row.owner.name }}
<td>{{ row.state }}<td>{{ row.created_at }}<td>{{ row.due|default:"" }}</tr>{% endfor %}
</table></html>"""
)


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Session, signed-in user, and the newest 25 rows with what a list shows of them: one indexed query."""
    newest = Record.objects.filter(kind="improvement").order_by("-created_at", "-id")
    rows = newest.select_related("unit", "owner").defer("search")[:25]
    return HttpResponse(_PAGE.render({"rows": rows}, request))


urlpatterns = [path("load/floor/", floor), path("load/process/", process), *product]
