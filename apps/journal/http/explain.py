"""``/problems/<code>``: what a refusal means, for whoever followed its ``type``."""

from __future__ import annotations

from string import Formatter

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from apps.journal.refusals import WORDS, NotFound

from .problem import TYPE_BASE, answer, door


class _Named(Formatter):
    """Shows a parameter as its name, since there is no particular case to fill it from."""

    def get_value(self, key: int | str, args: object, kwargs: object) -> str:
        return f"<{key}>"


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """Explain a refusal code: as JSON for programs that ask for it, else as a page."""
    words = WORDS.get(code)
    if words is None:
        return answer(request, NotFound("problem"))
    document = {
        "type": TYPE_BASE + code,
        "code": code,
        "label": str(words.title),
        "status": words.status,
        "detail": _Named().format(str(words.detail)),
        "fix": _Named().format(str(words.fix)),
    }
    wanted = request.get_preferred_type(["text/html", "application/json"])
    response = (
        JsonResponse(document)
        if wanted == "application/json"
        else render(request, "problem.html", {**document, **door(request.path), "title": words.title})
    )
    patch_vary_headers(response, ["Accept"])
    return response
