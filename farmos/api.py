"""``/api/v1``: every address integrators use. Each app has its views in ``api.py``; here they get their places."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, reverse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.journal import api as journal
from apps.journal.http.api_view import ApiView
from apps.policy import api as policy


class Index(ApiView):
    """GET where everything is."""

    permission = ""

    def get(self, request: Request) -> Response:
        """Answer with the addresses of all lists."""
        lists = ("events", "event-types", "dead-letters", "holds")
        return Response({name: reverse(f"api:{name}") for name in lists})


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Index.as_view(), name="index"),
    path("events", journal.Feed.as_view(), name="events"),
    path("event-types", journal.EventTypes.as_view(), name="event-types"),
    path("schemas/events/<str:name>.v<int:version>.json", journal.EventSchema.as_view(), name="event-schema"),
    path("dead-letters", journal.DeadLetters.as_view(), name="dead-letters"),
    path("dead-letters/<int:record_id>", journal.DeadLetter.as_view(), name="dead-letter"),
    path("dead-letters/<int:delivery_id>/retry", journal.RetryDelivery.as_view(), name="dead-letter-retry"),
    path("dead-letters/<int:delivery_id>/abandon", journal.AbandonDelivery.as_view(), name="dead-letter-abandon"),
    path("holds", policy.Holds.as_view(), name="holds"),
    path("holds/<uuid:record_id>", policy.OneHold.as_view(), name="hold"),
    path("holds/<uuid:hold_id>/release", policy.ReleaseHold.as_view(), name="hold-release"),
]
