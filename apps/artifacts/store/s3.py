"""The object store: an S3-compatible bucket, written only where nothing is.

``s3://bucket/prefix?endpoint=https://…&region=…``; credentials come from the usual AWS environment. boto3 is heavy and is imported only when a
farm uses this.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from apps.journal.refusals import Refusal

from .places import FoundBytes, Missing
from .reading import is_sound
from .spool import Readable, Spooled

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
CONFLICTS = 3
"""How often a write is tried again when another writer of the same content is under way."""

_CONFLICT = 409
_ALREADY_THERE = 412


class WrongAddress(ValueError):
    """The store's URL is not one of ours; the message says what is wrong with it."""


def address(url: str) -> dict[str, str]:
    """Return bucket, prefix, endpoint and region (the last two may be empty) named by a store URL.

    Raises:
        WrongAddress: it names no bucket, or options nobody knows.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc:
        raise WrongAddress("it must look like s3://bucket/prefix?endpoint=https://host&region=name")
    if unknown := sorted(set(options) - {"endpoint", "region"}):
        raise WrongAddress(f"unknown options: {', '.join(unknown)}")
    return {
        "bucket": parts.netloc,
        "prefix": parts.path.strip("/"),
        "endpoint": options.get("endpoint", ""),
        "region": options.get("region", ""),
    }


class BucketStore:
    """Bytes in a bucket. Every write carries its SHA-256 for the server to check and ``If-None-Match: *`` so that nothing is overwritten."""

    def __init__(self, storage: Any, prefix: str) -> None:
        self._storage = storage
        self._prefix = f"{prefix}/" if prefix else ""

    @classmethod
    def at(cls, url: str) -> BucketStore:
        """Return the store that ``url`` names. Nothing is sent yet.

        Raises:
            WrongAddress: see ``address``.
        """
        from botocore.config import Config
        from storages.backends.s3 import S3Storage

        where = address(url)
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if where["endpoint"] else "auto"},
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"max_attempts": 3, "mode": "standard"},
        )
        endpoint, region = where["endpoint"] or None, where["region"] or None
        return cls(S3Storage(bucket_name=where["bucket"], endpoint_url=endpoint, region_name=region, client_config=config), where["prefix"])

    @property
    def _client(self) -> Any:
        return self._storage.connection.meta.client

    def _named(self, key: str) -> dict[str, str]:
        return {"Bucket": self._storage.bucket_name, "Key": self._prefix + key}

    def put(self, spooled: Spooled, key: str) -> None:
        """Upload unless sound bytes are there (see ``Place.put``)."""
        for _attempt in range(CONFLICTS):
            status = self._upload(spooled, key, IfNoneMatch="*")
            if status == _ALREADY_THERE and not is_sound(self, key, spooled.sha256):
                status = self._upload(spooled, key)
            if status != _CONFLICT:
                return
        raise Refusal("store-unavailable", problem="another upload of the same file does not finish")

    def _upload(self, spooled: Spooled, key: str, **conditions: str) -> int:
        """Send the bytes and return the HTTP status: 200, 409 or 412."""
        checksum = base64.b64encode(bytes.fromhex(spooled.sha256)).decode()
        with spooled.path.open("rb") as body:
            return _status_of(
                lambda: self._client.put_object(
                    **self._named(key), Body=body, ContentLength=spooled.size, ChecksumSHA256=checksum, **conditions
                )
            )

    def open(self, key: str) -> Readable:
        """Return a running download (see ``Place.open``)."""
        with _in_words(key):
            return _Download(self._client.get_object(**self._named(key))["Body"], key)

    def remove(self, key: str) -> None:
        """Delete the object, and in a versioned bucket every version of it (see ``Place.remove``)."""
        with _in_words(key):
            gone = self._client.delete_object(**self._named(key))
            if gone.get("VersionId"):
                self._remove_versions(key)

    def _remove_versions(self, key: str) -> None:
        named = self._named(key)
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=named["Bucket"], Prefix=named["Key"])
        for page in pages:
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                if version["Key"] == named["Key"]:
                    self._client.delete_object(Bucket=named["Bucket"], Key=version["Key"], VersionId=version["VersionId"])

    def everything(self) -> Iterator[FoundBytes]:
        """Yield the objects under the prefix (see ``Place.everything``)."""
        with _in_words(""):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._storage.bucket_name, Prefix=f"{self._prefix}sha256/"
            )
            for page in pages:
                for found in page.get("Contents", []):
                    yield FoundBytes(found["Key"].removeprefix(self._prefix), found["Size"], found["LastModified"])


class _Download:
    """A body on its way, whose troubles are told in our words."""

    def __init__(self, body: Any, key: str) -> None:
        self._body, self._key = body, key

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes, nothing at the end."""
        with _in_words(self._key):
            chunk: bytes = self._body.read(None if size < 0 else size)
        return chunk


def _status_of(send: Callable[[], Any]) -> int:
    from botocore.exceptions import ClientError

    with _in_words(""):
        try:
            send()
        except ClientError as error:
            status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
            if status not in {_CONFLICT, _ALREADY_THERE}:
                raise
            return status
    return 200


@contextmanager
def _in_words(key: str) -> Iterator[None]:
    """Turn what boto3 raises into ``Missing`` or the refusal ``store-unavailable``."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if key and error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
            raise Missing(key) from None
        raise Refusal(
            "store-unavailable", problem=f"{error.response['Error']['Code']}: {error.response['Error'].get('Message', '')}"
        ) from error
    except BotoCoreError as error:
        raise Refusal("store-unavailable", problem=type(error).__name__) from error
