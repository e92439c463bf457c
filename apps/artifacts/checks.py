"""Whether the store's address makes sense, said at start-up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .store.s3 import WrongAddress, address


@register()
def store_address_is_usable(**_kwargs: Any) -> list[CheckMessage]:
    """Is ``FARMOS_STORE_URL`` a folder or a bucket?"""
    url = settings.FARMOS_STORE_URL
    hint = "Set FARMOS_STORE_URL to s3://bucket/prefix?endpoint=https://host&region=name, to file:///absolute/folder, or not at all."
    if url.startswith("file://"):
        return [] if url.startswith("file:///") else [Error("FARMOS_STORE_URL: a folder must be absolute.", hint=hint, id="artifacts.E001")]
    try:
        address(url)
    except WrongAddress as wrong:
        return [Error(f"FARMOS_STORE_URL: {wrong}.", hint=hint, id="artifacts.E001")]
    return []
