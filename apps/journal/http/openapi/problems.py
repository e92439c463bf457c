"""What can be refused: by status, with the codes, as OpenAPI wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from apps.journal.http import problem, shaping
from apps.journal.refusals import WORDS, Refusal

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Every answer of 400 and above (RFC 9457). Decide by ``code``; ``title`` is its label.",
    "properties": {
        "type": {"type": "string", "description": "Leads to an explanation."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and why."},
        "fix": {"type": "string", "description": "How to get on."},
        "code": {"type": "string"},
        "params": {"type": "object", "description": "What the sentences name; for programs."},
        "request_id": {"type": "string"},
        "instance": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "fix", "code", "params", "request_id", "instance"],
}

TO_ALL = ("not-signed-in", "permission-denied", "not-found", "not-acceptable", "too-many-requests", "busy", "unavailable", "internal-error")
TO_GET = ("parameter-invalid", "bad-request")
TO_POST = (
    *("key-missing", "key-invalid", "key-reused", "csrf-failed", "bad-request", "json-malformed", "json-too-deep", "unknown-field"),
    *("body-too-large", "body-unreadable", "media-type-unsupported", "invalid", "value-missing", "value-unusable", "unknown-reference"),
)
TO_VERSIONED = ("if-match-missing", "if-match-weak", "if-match-foreign", "if-match-unusable", "stale-version", "illegal-transition")
FILES = ("file-too-large", "disk-full", "store-unavailable")
HELD_BACK = ("policy-blocked",)


def codes_of(command: Callable[..., Any], *, is_versioned: bool) -> list[str]:
    """Return the codes that a command's address may refuse with."""
    own = [code for code in shaping.refusals_in(command.__doc__ or "") if code in WORDS]
    gate = HELD_BACK if "Parked" in str(shaping.hints_of(command).get("return")) else ()
    return [*TO_ALL, *TO_POST, *(TO_VERSIONED if is_versioned else ()), *own, *gate]


def responses(codes: Iterable[str]) -> dict[str, Any]:
    """Return the responses for these refusals, by status."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(code for code in codes if code in WORDS):
        by_status.setdefault(WORDS[code].status, []).append(code)
    return {str(status): _response(status, found) for status, found in sorted(by_status.items())}


def _response(status: int, codes: list[str]) -> dict[str, Any]:
    said = "; ".join(f"`{code}`: {WORDS[code].title}" for code in sorted(codes))
    examples = {code: {"value": _example(code)} for code in sorted(codes)[:1]}
    content = {problem.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}
    headers = {"Retry-After": {"schema": {"type": "string"}}} if status in (429, 503) else {}
    return {"description": said, "content": content, **({"headers": headers} if headers else {})}


def _example(code: str) -> dict[str, Any]:
    return problem.members(Refusal(code), request_id="01938f6e-5a1b-7c3d-8e4f-0a1b2c3d4e5f", instance="/api/v1/…")
