"""Addresses of qms.records."""

from django.urls import URLPattern, path

from qms.records.views import detail, dialogue, lists, moves

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("records/", lists.record_list, name="all"),
    path("r/<str:reference>/", detail.detail, name="detail"),
    path("r/<str:reference>/move/<str:name>/", moves.move, name="move"),
    path("r/<str:reference>/comment/", dialogue.comment, name="comment"),
    path("r/<str:reference>/follow/", dialogue.follow, name="follow"),
]
