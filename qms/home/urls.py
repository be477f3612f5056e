"""Addresses of qms.home."""

app_name = "home"
urlpatterns: list[object] = []
