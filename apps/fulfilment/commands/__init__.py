"""What can be done with pieces once they were made."""

from __future__ import annotations

from .checking import cool_pieces, finish_rework, pass_qa, reject_qa, start_rework
from .claiming import claim_session
from .shipping import close_intent, pack_pieces, ship

__all__ = ["claim_session", "close_intent", "cool_pieces", "finish_rework", "pack_pieces", "pass_qa", "reject_qa", "ship", "start_rework"]
