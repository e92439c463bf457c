"""A file in the body of a request: as one part of a form, or as the whole body with its name in the address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, BinaryIO, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest

from apps.journal.refusals import Invalid, Refusal

from .parameters import Parameters

E = TypeVar("E", bound=Enum)

FORM = "multipart/form-data"
RAW = "application/octet-stream"
PART = "file"
"""Name of the form's part that is the file."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file on its way in. Nothing about it is trusted.

    Args:
        name: What the sender calls it.
        media_type: What they say it is.
        content: Its bytes, to be read once.
        values: What was sent beside it.
    """

    name: str
    media_type: str
    content: BinaryIO
    values: dict[str, str]

    def identifier(self, name: str) -> UUID | None:
        """Return an id that was sent beside the file, or None.

        Raises:
            Invalid: it is no id.
        """
        text = self.values.get(name, "")
        try:
            return UUID(text) if text else None
        except ValueError:
            raise Invalid({name: "must be an id"}) from None

    def choice(self, name: str, codes: type[E], default: E) -> E:
        """Return a code that was sent beside the file.

        Raises:
            Invalid: it is none of the codes.
        """
        text = self.values.get(name, "")
        try:
            return codes(text) if text else default
        except ValueError:
            raise Invalid({name: f"must be one of {', '.join(str(one.value) for one in codes)}"}) from None


def sent_file(request: HttpRequest, *, fields: tuple[str, ...], also: tuple[str, ...] = ()) -> SentFile:
    """Return the file of a request with what was sent beside it.

    Args:
        request: The request. A form has the part ``file``; a body of ``application/octet-stream`` has its ``name`` and ``fields`` in the query.
        fields: What may be sent beside the file.
        also: What else a form may hold, and is left alone.

    Raises:
        Refusal: ``media-type-unsupported``; ``unknown-field``, ``parameter-invalid``.
        Invalid: no file, an empty one or two, no name.
    """
    if request.content_type == RAW:
        parameters = Parameters(request, known=("name", *fields))
        if not (name := parameters.text("name")):
            raise Invalid({"name": "must say what the file is called"})
        return SentFile(name, RAW, cast(BinaryIO, _unread(request)), {one: parameters.text(one) for one in fields})
    if request.content_type != FORM:
        raise Refusal("media-type-unsupported", expected=f"{FORM} or {RAW}", given=request.content_type or "nothing")
    Parameters(request, known=())
    for name in (*request.POST, *request.FILES):
        if name not in (*fields, *also, PART):
            raise Refusal("unknown-field", field=name[:80])
    files = request.FILES.getlist(PART)
    if len(files) != 1:
        raise Invalid({PART: "must be exactly one file"})
    found: Any = files[0]
    return SentFile(found.name or "", found.content_type or "", found, {one: _single(request, one) for one in fields})


def _unread(request: HttpRequest) -> Any:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal("media-type-unsupported", expected=RAW, given="an encoded body")
    return request


def _single(request: HttpRequest, name: str) -> str:
    values = request.POST.getlist(name)
    if len(values) > 1:
        raise Invalid({name: "is there more than once"})
    return str(values[0]) if values else ""


FILE_REFUSALS = ("file-too-large", "disk-full", "store-unavailable", "media-type-unsupported")
"""What taking a file may be refused with besides."""


def file_content(beside: dict[str, dict[str, Any]], required: tuple[str, ...]) -> dict[str, Any]:
    """Return the body of a request with a file, for OpenAPI: a form, or the bytes alone."""
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {PART: file, **beside}, "required": [PART, *required], "additionalProperties": False}
    example = {PART: "solid bracket …", **dict.fromkeys(required, "01938f6e-5a1b-7c3d-8e4f-0a1b2c3d4e5f")}
    return {FORM: {"schema": form, "example": example}, RAW: {"schema": file, "example": "solid bracket …"}}
