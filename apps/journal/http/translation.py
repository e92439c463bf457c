"""From whatever went wrong to the refusal that says so. The only place where exceptions become answers."""

from __future__ import annotations

import errno
import math
from typing import Any

import structlog
from django.conf import settings
from django.core import exceptions as django
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf

from apps.journal.integrity import refusal_for
from apps.journal.refusals import NotFound, Refusal

from .problem import answer
from .request_id import request_id_of

log = structlog.get_logger("farmos.http")

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}

_BY_STATUS = {
    401: "not-signed-in",
    403: "permission-denied",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "media-type-unsupported",
    429: "too-many-requests",
    503: "unavailable",
}


def refuse_in_api(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """Answer for a REST framework view (its ``EXCEPTION_HANDLER``)."""
    request: HttpRequest = context["request"]._request
    if isinstance(error, drf.MethodNotAllowed):
        return answer(request, Refusal("method-not-allowed", method=request.method, allowed=context["view"].allowed_methods))
    return refuse(request, error)


def refuse(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the answer to a request that ended in ``error``; log it, with its trace, when it is our own mistake."""
    refusal = refusal_from(error)
    if refusal is None:
        refusal = Refusal("internal-error", request_id=request_id_of(request))
        log.error("request-failed", method=request.method, path=request.path, request_id=request_id_of(request), exc_info=error)
    elif refusal.status >= 500:
        log.warning("request-refused", code=refusal.code, method=request.method, path=request.path, cause=type(error).__name__)
    return answer(request, refusal, headers_from(error))


def refusal_from(error: BaseException) -> Refusal | None:
    """Return what to tell whoever asked, or None when ``error`` is a mistake of ours."""
    match error:
        case Refusal():
            return error
        case DatabaseError() | InterfaceError():
            return refusal_for(error)
        case drf.APIException():
            return _from_drf(error)
        case Http404():
            return NotFound("address")
        case django.PermissionDenied():
            return Refusal("permission-denied")
        case django.RequestDataTooBig():
            return Refusal("body-too-large", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case UnreadablePostError():
            return Refusal("body-unreadable")
        case django.SuspiciousOperation() | django.BadRequest() | MultiPartParserError():
            return Refusal("bad-request")
        case OSError() if error.errno in _NO_ROOM:
            return Refusal("disk-full")
    return None


def _from_drf(error: drf.APIException) -> Refusal | None:
    match error:
        case drf.NotFound():
            return NotFound("address")
        case drf.NotAcceptable():
            return Refusal("not-acceptable", available=[one.media_type for one in error.available_renderers or ()])
        case drf.ParseError() | drf.ValidationError():
            return Refusal("bad-request")
    return from_status(error.status_code)


def from_status(status: int) -> Refusal | None:
    """Return the refusal that stands for an HTTP status somebody else answered with, or None when the status is a mistake of ours."""
    if status == 404:
        return NotFound("address")
    if status in _BY_STATUS:
        return Refusal(_BY_STATUS[status])
    return Refusal("bad-request") if 400 <= status < 500 else None


def headers_from(error: BaseException) -> dict[str, str]:
    """Return the headers that HTTP wants with this error."""
    headers: dict[str, str] = {}
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return headers
