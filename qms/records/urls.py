"""Addresses of qms.records."""

app_name = "records"
urlpatterns: list[object] = []
