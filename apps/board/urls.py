"""Addresses of fragments, under ``/admin/f/``."""

from __future__ import annotations

from django.urls import path

from .views import ManyFragments, OneFragment

app_name = "board"
urlpatterns = [
    path("", ManyFragments.as_view(), name="fragments"),
    path("<str:kind>/<str:id>/", OneFragment.as_view(), name="fragment"),
]
