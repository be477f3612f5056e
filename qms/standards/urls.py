"""Addresses of qms.standards."""

app_name = "standards"
urlpatterns: list[object] = []
