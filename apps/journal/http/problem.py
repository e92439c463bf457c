"""The one shape of every refusal: RFC 9457 problem+json for programs, a plain page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes

from apps.journal.refusals import Refusal

from . import house
from .request_id import request_id_of

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "/problems/"

RETRY_AFTER_S = {"busy": 2, "unavailable": 10}
"""Seconds to wait before a repeat makes sense, by code."""
_OTHER_RETRY_AFTER_S = 10

_encoder = msgspec.json.Encoder(enc_hook=str)


def is_api(path: str) -> bool:
    """Does a program ask at this path, so that it must get problem+json?"""
    return path == "/api" or path.startswith("/api/")


def members(refusal: Refusal, *, request_id: str, instance: str) -> dict[str, Any]:
    """Return the members of the problem document. ``title`` is the label of ``code``."""
    return {
        "type": TYPE_BASE + refusal.code,
        "title": str(refusal.words.title),
        "status": refusal.status,
        "detail": refusal.detail,
        "fix": refusal.fix,
        "code": refusal.code,
        "params": refusal.params,
        "request_id": request_id,
        "instance": iri_to_uri(instance),
    }


def encoded(document: Mapping[str, Any]) -> bytes:
    """Return the document as JSON. What has no JSON form is written as text, half characters as question marks: a refusal must get through."""
    try:
        return _encoder.encode(document)
    except (UnicodeEncodeError, TypeError):
        return _encoder.encode(_plain(document))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).encode("utf-8", "replace").decode()


def door(path: str, *, is_staff: bool = False) -> dict[str, Any]:
    """Return what the frame of a page about a problem shows: whose side it is on, and where to go on. Asks nobody: the database may be gone."""
    is_floor = is_staff or path == "/admin" or path.startswith("/admin/")
    return {"is_floor": is_floor, "home": "/admin/" if is_floor else "/", "shop_name": house.name()}


def headers_of(refusal: Refusal) -> dict[str, str]:
    """Return the headers that belong to a refusal whoever asked: never kept by caches, and when to come back."""
    headers = {"Cache-Control": "no-store"}
    if refusal.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_S.get(refusal.code, _OTHER_RETRY_AFTER_S))
    return headers


def rendered(refusal: Refusal, *, request_id: str, path: str, is_staff: bool = False, again: str = "") -> HttpResponse:
    """Return the refusal as a response: problem+json below ``/api``, a page elsewhere.

    Args:
        refusal: What is told.
        request_id: Which request it was.
        path: What was asked for.
        is_staff: Is whoever asked known to work here?
        again: The encoded address to look at again, if only a page was looked at, so that it does no harm.
    """
    document = members(refusal, request_id=request_id, instance=path)
    if is_api(path):
        response = HttpResponse(encoded(document), status=refusal.status, content_type=MEDIA_TYPE)
    else:
        shown = {**document, **door(path, is_staff=is_staff), "again": again if refusal.status >= 500 else ""}
        response = HttpResponse(render_to_string("problem.html", shown), status=refusal.status)
    for name, value in headers_of(refusal).items():
        response[name] = value
    return response


def _is_known_staff(request: HttpRequest) -> bool:
    """Return whether whoever asks works here, as far as it was looked up already: the database, which may be gone, is not asked."""
    looked_up = vars(request).get("_cached_user")
    return looked_up is not None and bool(vars(looked_up).get("is_staff"))


def answer(request: HttpRequest, refusal: Refusal, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the response that tells whoever asked what was refused, why, and how to get on."""
    response = rendered(
        refusal,
        request_id=request_id_of(request),
        path=request.path,
        is_staff=_is_known_staff(request),
        again=escape_leading_slashes(request.get_full_path()) if request.method in ("GET", "HEAD") else "",
    )
    for name, value in (headers or {}).items():
        response[name] = value
    return response
