"""Addresses of qms.records."""

from django.urls import URLPattern, path

from qms.records.views import (
    attachments,
    bulk,
    detail,
    dialogue,
    edit,
    export,
    hand_over,
    links,
    lists,
    moves,
    notifications,
    options,
    saved,
    search,
)

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("records/", lists.record_list, name="all"),
    path("records/bulk/<str:kind>/", bulk.bulk, name="bulk"),
    path("records/export/", export.export, name="export"),
    path("records/options/", options.record_options, name="options"),
    path("records/views/new/", saved.save, name="view_save"),
    path("records/views/<int:pk>/", saved.view, name="view"),
    path("records/views/<int:pk>/delete/", saved.delete, name="view_delete"),
    path("search/", search.search, name="search"),
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/newest/", notifications.notices, name="notices"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/", notifications.notification_open, name="notification_open"),
    path("r/<str:reference>/", detail.detail, name="detail"),
    path("r/<str:reference>/move/<str:name>/", moves.move, name="move"),
    path("r/<str:reference>/hand-over/<int:task_id>/", hand_over.hand_over, name="hand_over"),
    path("r/<str:reference>/comment/", dialogue.comment, name="comment"),
    path("r/<str:reference>/note/", dialogue.note, name="note"),
    path("r/<str:reference>/people/", dialogue.people, name="people"),
    path("r/<str:reference>/follow/", dialogue.follow, name="follow"),
    path("r/<str:reference>/attachments/", attachments.attachments, name="attachments"),
    path("r/<str:reference>/edit/", edit.edit, name="edit"),
    path("r/<str:reference>/links/", links.links, name="links"),
    path("r/<str:reference>/links/<int:link_id>/remove/", links.link_removal, name="link_removal"),
    path("files/<uuid:public_id>/", attachments.file, name="file"),
    path("files/<uuid:public_id>/thumbnail/", attachments.thumbnail, name="thumbnail"),
    path("files/<uuid:public_id>/remove/", attachments.attachment_removal, name="attachment_removal"),
]
