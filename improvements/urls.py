"""Addresses of improvements."""

from django.urls import URLPattern, path

from improvements.views import handle, propose
from qms.records.views.lists import record_list

app_name = "improvements"
urlpatterns: list[URLPattern] = [
    path("", record_list, {"kind": "improvement"}, name="list"),
    path("actions/", record_list, {"kind": "action"}, name="actions"),
    path("propose/", propose.propose, name="propose"),
    path("propose/send/", propose.send, name="send"),
    path("propose/promise/", propose.promise, name="promise"),
    path("<str:reference>/classify/", handle.classify, name="classify"),
    path("<str:reference>/actions/add/", handle.add_action, name="add_action"),
    path("<str:reference>/received/", propose.receipt, name="receipt"),
]
