"""Addresses of the start page and the work list."""

from django.urls import path

from qms.home import views

app_name = "home"
urlpatterns = [
    path("", views.start, name="start"),
    path("work/", views.work, name="work"),
    path("work/done/", views.done, name="done"),
]
