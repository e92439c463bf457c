"""The journal's pages, under the admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from . import views

urlpatterns = [
    path("", admin.site.admin_view(views.dead_letters), name="dead-letters"),
    path("<int:delivery_id>/retry", admin.site.admin_view(views.retry), name="dead-letter-retry"),
    path("<int:delivery_id>/abandon", admin.site.admin_view(views.abandon), name="dead-letter-abandon"),
]
