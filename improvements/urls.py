"""Addresses of improvements."""

app_name = "improvements"
urlpatterns: list[object] = []
