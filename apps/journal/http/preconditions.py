"""The two headers every command stands on: Idempotency-Key (do it once) and If-Match (do it to what I saw)."""

from __future__ import annotations

import re

from django.http import HttpRequest

from apps.journal.refusals import Refusal

_OURS = re.compile(r'"v([1-9][0-9]{0,9})"')
_STRONG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')


def etag(version: int) -> str:
    """Return the strong entity tag of a record at ``version``."""
    return f'"v{version}"'


def idempotency_key(request: HttpRequest) -> str:
    """Return the sender's key; what is wrong with it is refused when the context is made."""
    return request.headers.get("Idempotency-Key", "").strip(" ")


def expected_version(request: HttpRequest) -> int:
    """Return the version the sender saw.

    Raises:
        Refusal: ``if-match-missing`` (428); ``if-match-weak``, ``if-match-foreign`` (412: no such version can be the current one);
            ``if-match-unusable`` (400: ``*``, several tags, no quotation marks: it does not say which version was seen).
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        raise Refusal("if-match-missing")
    if found := _OURS.fullmatch(sent):
        return int(found.group(1))
    if sent.startswith("W/") and _STRONG.fullmatch(sent[2:]):
        raise Refusal("if-match-weak")
    if _STRONG.fullmatch(sent):
        raise Refusal("if-match-foreign")
    raise Refusal("if-match-unusable")
