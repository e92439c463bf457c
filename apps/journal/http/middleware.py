"""What surrounds every request: its id, and the promise that whatever is refused is refused in one shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response
from structlog.contextvars import bound_contextvars

from apps.journal.refusals import NotFound, Refusal

from . import request_id, translation
from .problem import MEDIA_TYPE, answer, is_api

Respond = Callable[[HttpRequest], HttpResponse]
LANE_HEADER = "X-Lane"
NUL = "\x00"
_LANE = "farmos.lane"
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


class RequestIdMiddleware:
    """Give the request its id and the view's ``LANE`` its say. Outermost of all middleware, so that every answer carries the id."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id bound to every log line."""
        chosen = request_id.attach(request)
        with bound_contextvars(request_id=chosen):
            response = self.get_response(request)
            if response.status_code >= 400:  # Django would log this too, but after the id is gone; it logs a response once
                log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
        response[request_id.HEADER] = chosen
        if lane := request.META.get(_LANE):
            response[LANE_HEADER] = lane
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Refuse an untraceable request to a view whose output drives a machine."""
        lane = request_id.lane_of(view)
        if lane is not None:
            request.META[_LANE] = lane
        if lane == request_id.OPERATION and not request_id.was_given(request):
            return answer(request, Refusal("request-id-missing"))
        return None


class ProblemMiddleware:
    """Turn what views raise, and what others refuse in shapes of their own, into our one shape. Directly inside ``RequestIdMiddleware``."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; no answer of 400 or above leaves in a foreign shape."""
        response = self.get_response(request)
        if response.status_code < 400 or _is_ours(request, response):
            return response
        kept = {name: response[name] for name in _KEPT_HEADERS if name in response}
        if response.status_code == 405:
            return answer(request, Refusal("method-not-allowed", method=request.method, allowed=kept.get("Allow", "")), kept)
        refusal = translation.from_status(response.status_code) or Refusal("internal-error", request_id=request_id.request_id_of(request))
        return answer(request, refusal, kept)

    def process_view(self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Refuse an address with a NUL in it before anybody looks something up by it: one database chokes on it, the other finds nothing.

        Forms and bodies are read field by field, and say which one it is; what slips through there the database refuses (``value-unusable``).
        """
        if NUL in request.path_info:
            return answer(request, NotFound("address"))
        if "%00" in request.META.get("QUERY_STRING", ""):
            name = next((name for name, values in request.GET.lists() if NUL in name or any(NUL in value for value in values)), "")
            return answer(request, Refusal("parameter-invalid", parameter=name.replace(NUL, "%00")[:80], problem="holds a NUL character"))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that raised. While developing, Django's own page shows mistakes of ours."""
        if settings.DEBUG and not is_api(request.path) and translation.refusal_from(error) is None:
            return None
        return translation.refuse(request, error)


def _is_ours(request: HttpRequest, response: HttpResponse) -> bool:
    if is_api(request.path):
        return response.get("Content-Type", "") == MEDIA_TYPE
    return bool(response.streaming or response.content)
