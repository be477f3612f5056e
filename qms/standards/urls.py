"""Addresses of standards."""

from django.urls import path

from qms.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.index, name="index"),
    path("evidence/<str:reference>/", views.mark, name="mark"),
    path("evidence/<str:reference>/<int:pk>/remove/", views.unmark, name="unmark"),
    path("<slug:key>/", views.edition, name="edition"),
    path("<slug:key>/<str:number>/", views.requirement, name="requirement"),
    path("<slug:key>/<str:number>/scope/", views.scope, name="scope"),
]
