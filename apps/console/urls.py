"""Addresses of the operators' pages, under ``/admin/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from .views import office
from .views.more import More

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("more/", More.as_view(), name="more"),
    *office.urlpatterns,
]
