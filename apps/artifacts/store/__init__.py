"""The content-addressed store: bytes in before a command, verified bytes out.

``deposit`` takes bytes in and returns a ``Stored`` receipt for the command that registers them; ``open_verified`` and ``read_verified`` give
back only bytes whose hash is right. Everything else here is how.
"""

from __future__ import annotations

from .depositing import deposit
from .places import FoundBytes, Missing, Place, place
from .reading import open_verified, read_verified
from .values import Stored, key_for

__all__ = ["FoundBytes", "Missing", "Place", "Stored", "deposit", "key_for", "open_verified", "place", "read_verified"]
