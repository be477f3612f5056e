"""Addresses for those without login."""

from django.urls import URLPattern, path

from improvements.views import follow, offline, say

app_name = "voices"
urlpatterns: list[URLPattern] = [
    path("sw.js", offline.service_worker, name="service_worker"),
    path("say/", say.say, name="say"),
    path("say/<str:code>/", say.say_unit, name="say_unit"),
    path("follow/<str:token>/", follow.follow, name="follow"),
    path("follow/<str:token>/write/", follow.write, name="write"),
    path("follow/<str:token>/file/<uuid:public_id>/", follow.file, name="file"),
    path("follow/<str:token>/small/<uuid:public_id>/", follow.file, {"small": True}, name="thumbnail"),
    path("follow/<str:token>/withdraw/", follow.withdraw, name="withdraw"),
    path("follow/<str:token>/better/", follow.better, name="better"),
    path("follow/<str:token>/reopen/", follow.reopen, name="reopen"),
]
