"""Addresses of qms.organisation."""

from django.urls import path

from qms.organisation.views import options

app_name = "organisation"
urlpatterns = [
    path("options/people/", options.people, name="people_options"),
    path("options/units/", options.units, name="unit_options"),
]
