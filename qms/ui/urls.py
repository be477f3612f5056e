"""Addresses of the user interface itself."""

from django.urls import path

from qms.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/", views.components, name="components"),
    path("ui/sample.pdf", views.components_pdf, name="components_pdf"),
    path("appearance/", views.appearance, name="appearance"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("personal-data/", views.personal_data, name="personal_data"),
]
