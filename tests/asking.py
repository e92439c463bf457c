"""Asking farmos over HTTP: browsers with somebody signed in, commands by POST, and what every refusal must hold."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from apps.accounts import proof
from apps.accounts.models import User
from apps.journal import clock
from apps.journal.refusals import WORDS


def signed_in(person: User, *, has_proof: bool = True, **options: Any) -> Client:
    """Return a browser in which ``person`` is signed in, and (unless not) showed just now that it is them."""
    client = Client(raise_request_exception=False, **options)
    client.force_login(person)
    if has_proof:
        session = client.session
        session[proof.PROVED_AT] = clock.now().isoformat()
        session.save()
    return client


def post(client: Client, address: str, body: Any = None, **headers: str | None) -> Any:
    """Post ``body`` as JSON (bytes as they are) with a fresh Idempotency-Key; header names with ``_`` for ``-``, None to leave one out."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent: dict[str, str | None] = {"Idempotency_Key": uuid4().hex, "Content_Type": "application/json", **headers}
    content_type = sent.pop("Content_Type") or ""
    wanted = {name.replace("_", "-"): value for name, value in sent.items() if value is not None}
    return client.generic("POST", address, content, content_type, headers=wanted)


def problem_of(response: Any) -> dict[str, Any]:
    """Return the problem document of an answer, after checking everything each of them must hold."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content[:300]
    document: dict[str, Any] = json.loads(response.content)
    assert set(document) == {"type", "title", "status", "detail", "fix", "code", "params", "request_id", "instance"}
    assert document["status"] == response.status_code == WORDS[document["code"]].status
    assert document["type"] == f"/problems/{document['code']}"
    assert document["request_id"] == response.headers["X-Request-Id"] != ""
    assert "Traceback" not in response.content.decode()
    if document["status"] == 503:
        assert int(response.headers["Retry-After"]) >= 1
    return document
