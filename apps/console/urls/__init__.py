"""Addresses of the operators' pages, under ``/admin/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from apps.console.views import building, hours, incidents, notifications, people
from apps.console.views.more import More

from . import floor, office, today

app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    *today.urlpatterns,
    path("f/", include("apps.board.urls")),
    path("more/", More.as_view(), name="more"),
    *floor.urlpatterns,
    *office.urlpatterns,
    *building.urlpatterns,
    *hours.urlpatterns,
    *incidents.urlpatterns,
    *people.urlpatterns,
    path("notifications/", notifications.Notifications.as_view(), name="notifications"),
    path("notifications/read", notifications.MarkRead.as_view(), name="notifications-read"),
    path("notifications/preferences/", notifications.Preferences.as_view(), name="notification-preferences"),
    path("notifications/preferences/set", notifications.SetPreferences.as_view(), name="notification-preferences-set"),
    path("notifications/notices/<uuid:notice_id>/acknowledge", notifications.Acknowledge.as_view(), name="notice-acknowledge"),
    path("notifications/<uuid:notification_id>/mute", notifications.Mute.as_view(), name="notification-mute"),
]
