"""One POST per command: parse strictly, ask the one command, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from apps.journal import raw
from apps.journal.context import Context
from apps.journal.refusals import Refusal, StaleVersion
from apps.journal.results import Parked

from . import body, shaping
from .api_view import RecordsView, plain
from .context import context_for
from .preconditions import etag, expected_version, idempotency_key
from .problem import answer
from .shaping import Nothing


class CommandView(RecordsView):
    """POST asks for ``command`` once per Idempotency-Key.

    Attributes:
        command: The command, as ``staticmethod(commands.do_it)``. It is called with the parts of the address and the fields of the body by name.
        shape: The body: a msgspec Struct that forbids unknown fields.
        record: Which part of the address is the id of a versioned record of ``model``. The sender must then say in If-Match which version they
            saw. A command that takes ``expected_version`` compares it inside its transaction; for one that relies on locks instead it is
            compared here. Empty: the command is not against a versioned record.
        creates: The model of what comes into being (201); the command returns its id.
        location: Name of the address of what was created; its only argument is the id.
        max_bytes: The largest body taken.
    """

    command: ClassVar[Callable[..., Any]]
    shape: ClassVar[type[msgspec.Struct]] = Nothing
    record: ClassVar[str] = ""
    creates: ClassVar[type[Model] | None] = None
    location: ClassVar[str] = ""
    max_bytes: ClassVar[int] = body.MAX_BYTES

    def check(self, request: Request, row: Any, sent: Any) -> None:
        """Refuse, by raising, what this person may not do to this record or with these values. ``row`` is None without a ``record``."""

    def asked(self, place: dict[str, Any]) -> dict[str, Any]:
        """Return the command's arguments that come from the address."""
        return dict(place)

    def sent(self, request: Request) -> Any:
        """Return what the body holds."""
        return body.read(plain(request), self.shape, max_bytes=self.max_bytes)

    def arguments(self, sent: Any) -> dict[str, Any]:
        """Return the command's arguments that come from the body."""
        return {name: getattr(sent, name) for name in sent.__struct_fields__}

    def post(self, request: Request, **place: Any) -> HttpResponse:
        """Ask the command and translate its answer."""
        try:
            result, expected = self._ask(request, place)
        except Refusal as refused:
            return self._refused(request, place, refused)
        if isinstance(result, Refusal):
            return self._refused(request, place, result)
        if isinstance(result, Parked):
            return Response({"approval": str(result.approval_id), "label": _("Waits for approval")}, status=202)
        return self._done(place, result, expected)

    def _ask(self, request: Request, place: dict[str, Any]) -> tuple[Any, int | None]:
        sender = plain(request)
        ctx = context_for(sender, key=idempotency_key(sender))
        arguments, row, expected = self.asked(place), None, None
        if self.record:
            row = self.find(request, place[self.record])
            self.require(request, self.permission_for("POST"), row)
            expected = expected_version(sender)
            if shaping.takes(self.command, "expected_version"):
                arguments["expected_version"] = expected
            else:
                self._compare(ctx, row, expected)
        sent = self.sent(request)
        self.check(request, row, sent)
        return type(self).command(ctx, **arguments, **self.arguments(sent)), expected

    def _compare(self, ctx: Context, row: Any, expected: int) -> None:
        """Compare versions here for a command that does not; a repeat of what was done already gets its answer whatever changed since.

        Raises:
            StaleVersion: the record changed since ``expected`` was read.
        """
        if row.version == expected:
            return
        name: str = self.command.command_name  # type: ignore[attr-defined]
        if raw.read_receipt(actor=ctx.actor.who, command=name, key=ctx.key) is None:
            raise StaleVersion(str(self.model._meta.verbose_name), str(row.pk), expected=expected, current=row.version)

    def _done(self, place: Mapping[str, Any], result: Any, expected: int | None) -> HttpResponse:
        if isinstance(result, UUID):
            answered: dict[str, Any] = {"id": str(result)}
        elif result is None:
            answered = {"id": str(place[self.record])} if self.record else {}
        else:
            answered = {"result": result}
        headers = {}
        if self.location:
            headers["Location"] = reverse(self.location, args=[result])
        if version := self._certain_version(place, result, expected):
            headers["ETag"] = etag(version)
        return Response(answered, status=200 if self.creates is None else 201, headers=headers)

    def _certain_version(self, place: Mapping[str, Any], result: Any, expected: int | None) -> int | None:
        """Return the record's version if nobody can have changed it since the command did: else the sender must read it before going on."""
        if self.creates is not None:
            return 1 if _version(self.creates, result) == 1 else None
        if expected is None:
            return None
        now = _version(self.model, place[self.record])
        return now if now in (expected, expected + 1) else None

    def _refused(self, request: Request, place: Mapping[str, Any], refusal: Refusal) -> HttpResponse:
        headers = {}
        if refusal.status == 412 and self.record:
            current = _version(self.model, place[self.record])
            if current is not None:
                headers["ETag"] = etag(current)
                refusal = Refusal(refusal.code, **{**refusal.params, "current": current})
        return answer(plain(request), refusal, headers)


def _version(model: type[Model], record_id: object) -> int | None:
    version: int | None = model._default_manager.filter(pk=record_id).values_list("version", flat=True).first()
    return version
