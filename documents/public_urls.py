"""Addresses of the public register, for those without login."""

from django.urls import URLPattern, path

from documents.views import register

app_name = "register"
urlpatterns: list[URLPattern] = [
    path("register/", register.index, name="index"),
    path("register/feed.atom", register.feed, name="feed"),
    path("register/documents.json", register.as_json, name="json"),
    path("register/<str:reference>/", register.document, name="document"),
    path("register/<str:reference>/file/", register.file, name="file"),
    path("register/<str:reference>/pictures/<uuid:public_id>/", register.picture, name="picture"),
]
