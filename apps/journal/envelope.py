"""The envelope of one event: what is hashed, stored and shown to integrators (CloudEvents 1.0)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from . import canonical
from .event import Subject

SOURCE = "/farmos"


class _Hashed(msgspec.Struct, array_like=True):
    """Everything of an event that the hash covers, in a fixed order."""

    event_id: UUID
    type: str
    schema_version: int
    at: str
    site_id: UUID | None
    actor: str
    device: str
    on_behalf_of: str
    command: str
    request_id: str
    correlation_id: UUID | None
    causation_id: UUID | None
    subjects: str
    data: str


_hashed = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with its circumstances, as it is stored. ``subjects`` and ``data`` are canonical JSON texts."""

    event_id: UUID
    type: str
    schema_version: int
    at: datetime
    site_id: UUID | None
    actor: str
    device: str
    on_behalf_of: str
    command: str
    request_id: str
    correlation_id: UUID | None
    causation_id: UUID | None
    subjects: str
    data: str

    def content_hash(self) -> bytes:
        """Return the SHA-256 over every field: what the chain is made of."""
        fields = _Hashed(
            self.event_id,
            self.type,
            self.schema_version,
            canonical.instant(self.at),
            self.site_id,
            self.actor,
            self.device,
            self.on_behalf_of,
            self.command,
            self.request_id,
            self.correlation_id,
            self.causation_id,
            self.subjects,
            self.data,
        )
        return sha256(_hashed.encode(fields)).digest()


def next_link(previous: bytes, sequence: int, content: bytes) -> bytes:
    """Return the chain hash of the event at ``sequence``: sha256(previous ‖ sequence, 8 bytes big-endian ‖ content hash)."""
    return sha256(previous + sequence.to_bytes(8, "big") + content).digest()


GENESIS = bytes(32)
"""The chain hash before the first event."""


def subjects_text(subjects: list[Subject]) -> str:
    """Return the stored form of an event's subjects: canonical JSON pairs, in the order given, without repeats."""
    return canonical.text([[subject.kind, str(subject.id)] for subject in dict.fromkeys(subjects)])


def cloud_event(row: Any) -> dict[str, Any]:
    """Return a sequenced ``Event`` row as a CloudEvents 1.0 object in structured JSON mode.

    ``sequence`` follows the CloudEvents sequence extension: a string that sorts like the number. Extension attributes may not be lists, so
    ``subjects`` is ``kind/id`` joined by commas and ``subject`` is the first of them.
    """
    subjects = [f"{kind}/{identifier}" for kind, identifier in json.loads(row.subjects)]
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(row.event_id),
        "source": f"{SOURCE}/{row.site_id}" if row.site_id else SOURCE,
        "type": row.type,
        "time": canonical.instant(row.at),
        "datacontenttype": "application/json",
        "dataschema": f"/api/v1/schemas/events/{row.type}.v{row.schema_version}.json",
        "sequence": sequence_text(row.feed_seq),
        "chainhash": bytes(row.chain_hash).hex(),
        "actor": row.actor,
        "command": row.command,
        "subject": subjects[0] if subjects else None,
        "subjects": ",".join(subjects),
        "device": row.device,
        "onbehalfof": row.on_behalf_of,
        "requestid": row.request_id,
        "correlationid": str(row.correlation_id) if row.correlation_id else None,
        "causationid": str(row.causation_id) if row.causation_id else None,
        "data": json.loads(row.data),
    }
    return {name: value for name, value in envelope.items() if value not in (None, "")}


def sequence_text(sequence: int) -> str:
    """Return a feed position as the fixed-width text used in envelopes and cursors."""
    return f"{sequence:020d}"
