"""Addresses of Today and of the buttons that only Today has."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.console.views.board import (
    acts,
    fragment,  # noqa: F401 - importing it makes the board known as a fragment
)
from apps.console.views.board.found import FoundPage
from apps.console.views.board.today import TodayPage
from apps.console.views.solo.start import Start

urlpatterns: list[URLPattern] = [
    path("", Start.as_view(), name="start"),
    path("today/", TodayPage.as_view(), name="today"),
    path("find/", FoundPage.as_view(), name="find"),
    path("pieces/cool/", acts.CoolPieces.as_view(), name="pieces-cool"),
    path("pieces/pass/", acts.PassQA.as_view(), name="pieces-pass"),
    path("pieces/reject/", acts.RejectQA.as_view(), name="pieces-reject"),
    path("pieces/rework-done/", acts.FinishRework.as_view(), name="pieces-rework-done"),
    path("pieces/pack/", acts.PackPieces.as_view(), name="pieces-pack"),
    path("shipments/<uuid:shipment_id>/ship/", acts.Ship.as_view(), name="ship"),
    path("breakers/<uuid:breaker_id>/acknowledge/", acts.AcknowledgeBreaker.as_view(), name="acknowledge-breaker"),
]
