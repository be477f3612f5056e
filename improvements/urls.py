"""Addresses of improvements."""

from django.urls import URLPattern, path

from improvements.views import (
    actions,
    board,
    causes,
    disclosure,
    figures,
    flag_settings,
    flags,
    handle,
    propose,
    rules,
    second,
    similar,
    unit,
    verdict,
)
from qms.records.views.lists import record_list

app_name = "improvements"
urlpatterns: list[URLPattern] = [
    path("", record_list, {"kind": "improvement"}, name="list"),
    path("actions/", record_list, {"kind": "action"}, name="actions"),
    path("board/", board.board, name="board"),
    path("board/wall/", board.wall, name="board_wall"),
    path("board/meeting/", board.meeting, name="board_meeting"),
    path("propose/", propose.propose, name="propose"),
    path("propose/send/", propose.send, name="send"),
    path("propose/promise/", propose.promise, name="promise"),
    path("propose/similar/", similar.similar, name="similar"),
    path("flags/", flag_settings.flags, name="flags"),
    path("flags/<str:kind>/", flag_settings.change, name="flag_setting"),
    path("flags/<str:kind>/handlers/add/", flag_settings.handler_add, name="flag_handler_add"),
    path("flags/handlers/<int:pk>/remove/", flag_settings.handler_remove, name="flag_handler_remove"),
    path("full-handling/", rules.rule, name="rule"),
    path("<str:reference>/disclose/", disclosure.disclose, name="disclose"),
    path("<str:reference>/disclosures/<int:pk>/", disclosure.disclosure, name="disclosure"),
    path("<str:reference>/disclosures/<int:pk>/pdf/", disclosure.disclosure_pdf, name="disclosure_pdf"),
    path("<str:reference>/disclosures/<int:pk>/text/", disclosure.disclosure_text, name="disclosure_text"),
    path("<str:reference>/flag/", flags.mark, name="flag"),
    path("<str:reference>/flag/<int:pk>/", flags.settle, name="flag_settle"),
    path("figures/", figures.figures, name="figures"),
    path("ways-in/", figures.heartbeat, name="heartbeat"),
    path("units/<int:pk>/promise/", unit.promise, name="unit_promise"),
    path("<str:reference>/classify/", handle.classify, name="classify"),
    path("<str:reference>/harm/", handle.harm, name="harm"),
    path("<str:reference>/correction/", handle.correction, name="correction"),
    path("<str:reference>/causes/", causes.causes, name="causes"),
    path("<str:reference>/causes/<int:pk>/", causes.cause, name="cause"),
    path("<str:reference>/actions/add/", actions.add_action, name="add_action"),
    path("<str:reference>/series/", actions.series, name="series"),
    path("<str:reference>/better/", verdict.better, name="better"),
    path("<str:reference>/me-too/", second.me_too, name="me_too"),
    path("<str:reference>/me-too/take-back/", second.take_back, name="me_too_take_back"),
    path("<str:reference>/received/", propose.receipt, name="receipt"),
]
