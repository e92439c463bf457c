"""What notify asks the database: who is told, what is true about a cause now, what one person sees."""

from __future__ import annotations

from .people import LEADS, holders, ladder_for, preference_of
from .reading import digest_rows, notifications_of, unread_count
from .saying import Shown, shown

__all__ = ["LEADS", "Shown", "digest_rows", "holders", "ladder_for", "notifications_of", "preference_of", "shown", "unread_count"]
