"""Addresses of governing documents."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from documents.views import about, order, paper, reading, review, types, write
from qms.records.views.imports import import_paths
from qms.records.views.lists import record_list

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("versions/<str:reference>/pdf/", paper.pdf, name="pdf"),
    path("versions/<str:reference>/pdf/retry/", paper.retry, name="pdf_retry"),
    path("versions/<str:reference>/read-again/", paper.read_again, name="text_retry"),
    *import_paths("documents", "take_over"),
    path("order/", order.order, name="order"),
    path("order/twins/", order.twins, name="twins"),
    path("order/twins/<str:first>/<str:second>/", order.twin, name="twin"),
    path("", record_list, {"kind": "document"}, name="list"),
    path("new/", write.new, name="new"),
    path("to-read/", reading.to_read, name="to_read"),
    path("holds/<int:pk>/", about.holds, name="holds"),
    path("types/", types.types, name="types"),
    path("types/new/", types.type_form, name="type_new"),
    path("types/<slug:key>/", types.type_form, name="type"),
    path("<str:before>/compare/<str:after>/", about.compare, name="compare"),
    path("<str:reference>/start/", write.start, name="start"),
    path("<str:reference>/write/", write.write, name="write"),
    path("<str:reference>/file/", write.file, name="file"),
    path("<str:reference>/picture/", write.picture, name="picture"),
    path("<str:reference>/answer/", review.answer, name="answer"),
    path("<str:reference>/remark/", review.remark, name="remark"),
    path("<str:reference>/remark/<int:pk>/settle/", review.settle, name="settle"),
    path("<str:reference>/applies/", about.applies, name="applies"),
    path("<str:reference>/read/", reading.confirm, name="confirm_read"),
    path("<str:reference>/reading/", reading.reading, name="reading"),
    path("<str:reference>/reading.xlsx", reading.reading_list, name="reading_list"),
    # Whoever opens an address here that only takes what is sent is led to the page above it.
    path("<str:reference>/", RedirectView.as_view(pattern_name="records:detail")),
]
