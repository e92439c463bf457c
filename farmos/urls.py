"""Every address farmos answers."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from apps.accounts.views import ChangeOwnPassword
from apps.journal.http.explain import problem
from farmos.health import healthz, readyz

urlpatterns = [
    path("admin/given-up/", include("apps.journal.urls")),
    path("admin/password_change/", admin.site.admin_view(ChangeOwnPassword.as_view()), name="change-own-password"),
    path("", include("apps.accounts.urls")),
    path("admin/", include("apps.console.urls")),
    path("admin/records/", admin.site.urls),
    path("api/v1/", include("farmos.api")),
    path("api/", include("farmos.octoprint")),
    path("", include("apps.orders.urls")),
    path("", include("apps.storefront.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("problems/<str:code>", problem, name="problem"),
]

handler400 = handler403 = handler404 = "apps.journal.http.handlers.refused"
handler500 = "apps.journal.http.handlers.server_error"
