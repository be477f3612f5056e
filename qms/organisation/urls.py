"""Addresses of qms.organisation."""

app_name = "organisation"
urlpatterns: list[object] = []
