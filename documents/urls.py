"""Addresses of governing documents."""

from django.urls import URLPattern, path

from qms.records.views.lists import record_list

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("", record_list, {"kind": "document"}, name="list"),
]
