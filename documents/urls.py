"""Addresses of governing documents."""

from django.urls import URLPattern, path

from documents.views import order, paper
from qms.records.views.lists import record_list

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("versions/<str:reference>/pdf/", paper.pdf, name="pdf"),
    path("versions/<str:reference>/pdf/retry/", paper.retry, name="pdf_retry"),
    path("order/", order.order, name="order"),
    path("order/twins/", order.twins, name="twins"),
    path("order/twins/<str:first>/<str:second>/", order.twin, name="twin"),
    path("", record_list, {"kind": "document"}, name="list"),
]
