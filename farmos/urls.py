"""Every address farmos answers."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from apps.journal.http.explain import problem

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("farmos.api")),
    path("problems/<str:code>", problem, name="problem"),
]

handler400 = handler403 = handler404 = "apps.journal.http.handlers.refused"
handler500 = "apps.journal.http.handlers.server_error"
