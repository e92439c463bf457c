"""What is owed because of what happened to files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe

from . import events, queries
from .states import StoreKind
from .store import place


@subscribe(events.ArtifactErased, label=_("Destroy the contents of an erased file"), lane=Lane.DEFAULT)
def destroy_bytes(owed: Owed) -> None:
    """Destroy the bytes of a purged artifact. Safe to repeat: its key is never used again."""
    artifact = queries.get(owed.event.artifact_id)
    if artifact.store != StoreKind.INLINE:
        place(artifact.store).remove(artifact.key)
