"""Addresses for those without login."""

from django.urls import URLPattern, path

from improvements.views import follow

app_name = "voices"
urlpatterns: list[URLPattern] = [
    path("follow/<str:token>/", follow.follow, name="follow"),
    path("follow/<str:token>/write/", follow.write, name="write"),
    path("follow/<str:token>/withdraw/", follow.withdraw, name="withdraw"),
]
