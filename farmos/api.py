"""``/api/v1``: every address integrators use. Each app has its views and their places in ``api``; here they come together."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, reverse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import api as accounts
from apps.artifacts import api as artifacts
from apps.catalog import api as catalog
from apps.fleet import api as fleet
from apps.fulfilment import api as fulfilment
from apps.inventory import api as inventory
from apps.journal import api as journal
from apps.journal.http.api_view import Answer, ApiView
from apps.journal.http.record_views import ListView
from apps.orders import api as orders
from apps.parts import api as parts
from apps.planning import api as planning
from apps.policy import api as policy
from apps.profiles import api as profiles
from apps.runs import api as runs
from farmos import describing


class Index(ApiView):
    """GET where every list is."""

    permission = ""
    open_to_customers = True
    answers = Answer({"type": "object", "additionalProperties": {"type": "string"}}, example={"runs": "/api/v1/runs"})

    def get(self, request: Request) -> Response:
        """Answer with the addresses of all lists."""
        return Response({name: reverse(f"api:{name}") for name in lists()})


def lists() -> list[str]:
    """Return the names of the addresses that list something."""
    views = [(one, getattr(one.callback, "cls", None)) for one in urlpatterns if isinstance(one, URLPattern)]
    return [str(one.name) for one, cls in views if (cls and issubclass(cls, ListView)) or one.name in ("events", "event-types")]


app_name = "api"
APPS = (journal, accounts, catalog, inventory, fleet, profiles, parts, orders, planning, runs, fulfilment, policy, artifacts, describing)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Index.as_view(), name="index"),
    *(route for app in APPS for route in app.routes),
]
