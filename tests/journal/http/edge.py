"""Addresses for testing the edge: an API for the toy app, and views that fail in every way."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from django.core import exceptions as django
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import include, path
from django.views import View
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.response import Response

from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.http.api_view import ApiView, RecordsView, plain
from apps.journal.http.command_view import CommandView
from apps.journal.http.context import context_for
from apps.journal.http.parameters import Parameters
from apps.journal.http.record_views import ListView, RecordView
from apps.journal.refusals import Refusal, StaleVersion
from apps.journal.results import Parked
from farmos import urls as farmos_urls
from tests.toy import commands
from tests.toy.models import Jar

handler400, handler403, handler404, handler500 = (getattr(farmos_urls, f"handler{status}") for status in (400, 403, 404, 500))

OUTCOMES: dict[str, Callable[[], Any]] = {
    "refusal": lambda: Refusal("jar-full", bolts=3, room=1),
    "undeclared": lambda: Refusal("nobody-declared-this"),
    "missing": Http404,
    "denied": django.PermissionDenied,
    "suspicious": lambda: django.SuspiciousOperation("no"),
    "bad": lambda: django.BadRequest("no"),
    "too-big": django.RequestDataTooBig,
    "locked": lambda: OperationalError("database is locked"),
    "gone": lambda: OperationalError("unable to open database file"),
    "closed": lambda: InterfaceError("connection already closed"),
    "full": lambda: OSError(errno.ENOSPC, "No space left on device"),
    "throttled": lambda: drf.Throttled(wait=7.2),
    "parse": lambda: drf.ParseError("no"),
    "validation": lambda: drf.ValidationError({"a": "no"}),
    "not-found": drf.NotFound,
    "teapot": lambda: drf.APIException("no", code="x"),
    "bug": lambda: ZeroDivisionError("secret inner words"),
}


def fail(kind: str) -> Any:
    """Raise the outcome called ``kind``."""
    raise OUTCOMES[kind]()


class OpenJar(msgspec.Struct, forbid_unknown_fields=True):
    """Body of ``toy.open_jar``."""

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    capacity: int = 1_000_000


class Bolts(msgspec.Struct, forbid_unknown_fields=True):
    """Body of ``toy.add_bolts``."""

    bolts: int


@command("edge.park")
def park(ctx: Context) -> Parked:
    """Answer as a command does whose work waits for approval."""
    return Parked(UUID(int=7))


@command("edge.lose_the_race")
def lose_the_race(ctx: Context, *, record_id: UUID, expected_version: int) -> None:
    """Answer as ``save_changes`` does when another writer got there first: without knowing the version now."""
    raise StaleVersion("jar", str(record_id), expected=expected_version, current=None)


class AllJars(RecordsView):
    """Whoever may see one jar may see all."""

    model = Jar

    def visible(self, request: Request) -> QuerySet[Any]:
        """Return all jars."""
        return Jar.objects.all()


class Jars(AllJars, ListView):
    """GET jars."""

    permission = "toy.view_jar"
    name = "jars"
    filters = ("state",)

    def filtered(self, rows: QuerySet[Any], parameters: Parameters) -> QuerySet[Any]:
        """Only jars in one state, when asked."""
        state = parameters.one_of("state", {"open", "sealed"})
        return rows.filter(state=state) if state else rows

    def represent(self, row: Jar) -> Mapping[str, Any]:
        """The label is enough."""
        return {"id": str(row.pk), "label": row.label}


class OneJar(RecordView):
    """GET one jar; locked-away ones do not exist."""

    permission = "toy.view_jar"
    model = Jar

    def visible(self, request: Request) -> QuerySet[Any]:
        """All but the locked-away."""
        return Jar.objects.exclude(label="locked away")

    def represent(self, row: Jar) -> Mapping[str, Any]:
        """Its contents."""
        return {"id": str(row.pk), "bolts": row.bolts}


class Open(CommandView):
    """POST: open a jar."""

    permission = "toy.open_jar"
    command = staticmethod(commands.open_jar)
    shape = OpenJar
    creates = Jar
    location = "edge-jar"


class OfAJar(CommandView):
    """What commands against a jar have in common: locked-away ones do not exist."""

    model = Jar
    record = "jar_id"

    def visible(self, request: Request) -> QuerySet[Any]:
        """All but the locked-away."""
        return Jar.objects.exclude(label="locked away")


class Add(OfAJar):
    """POST: put bolts in."""

    permission = "toy.add_bolts"
    command = staticmethod(commands.add_bolts)
    shape = Bolts

    def check(self, request: Request, row: Any, sent: Any) -> None:
        """Nobody may add 13."""
        if sent.bolts == 13:
            raise Refusal("permission-denied")


class Seal(OfAJar):
    """POST: close a jar for good."""

    permission = "toy.seal_jar"
    command = staticmethod(commands.seal_jar)


class Park(CommandView):
    """POST: something that needs approval."""

    permission = ""
    command = staticmethod(park)


class LoseTheRace(AllJars, CommandView):
    """POST: something where another writer is quicker."""

    permission = ""
    record = "record_id"
    command = staticmethod(lose_the_race)


class Failing(ApiView):
    """Fails as told."""

    permission = ""

    def get(self, request: Request, kind: str) -> Response:
        """Fail."""
        fail(kind)
        return Response()


class Operation(ApiView):
    """Yields what a machine follows."""

    permission = ""
    LANE = "OPERATION"

    def get(self, request: Request) -> Response:
        """Tell which request this is."""
        return Response({"request_id": context_for(plain(request), key="k").request_id})


class Utility(Operation):
    """A preview."""

    LANE = "UTILITY"


class OperationPage(View):
    """The same for browsers."""

    LANE = "OPERATION"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say something."""
        return HttpResponse("G21")


def failing_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Fail as told."""
    fail(kind)
    return HttpResponse()


def bare(request: HttpRequest, status: int) -> HttpResponse:
    """Answer as other people's code does: a status, with or without words, in no shape of ours."""
    if status == 405:
        return HttpResponseNotAllowed(["PUT"])
    return HttpResponse("<h1>foreign</h1>" if request.GET.get("words") else "", status=status)


def form(request: HttpRequest) -> HttpResponse:
    """A form of ours."""
    return HttpResponse(request.POST.get("name", ""))


urlpatterns = [
    path("", include(farmos_urls)),
    path("api/jars", Jars.as_view()),
    path("api/jars/open", Open.as_view()),
    path("api/jars/<uuid:record_id>", OneJar.as_view(), name="edge-jar"),
    path("api/jars/<uuid:jar_id>/add", Add.as_view()),
    path("api/jars/<uuid:jar_id>/seal", Seal.as_view()),
    path("api/jars/<uuid:record_id>/lose", LoseTheRace.as_view()),
    path("api/park", Park.as_view()),
    path("api/operation", Operation.as_view()),
    path("api/utility", Utility.as_view()),
    path("api/failing/<str:kind>", Failing.as_view()),
    path("api/page/<str:kind>", failing_page),
    path("api/bare/<int:status>", bare),
    path("operation", OperationPage.as_view()),
    path("failing/<str:kind>", failing_page),
    path("bare/<int:status>", bare),
    path("form", form),
]

ANY_JAR = uuid4()
