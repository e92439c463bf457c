"""What notify owes because something happened: people are told, or no longer, and mails go out."""

from __future__ import annotations

from . import customers, floor, mails, money, office

__all__ = ["customers", "floor", "mails", "money", "office"]
