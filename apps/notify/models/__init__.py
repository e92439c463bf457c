"""What people are told, how they want to be told, and the mails that go out."""

from __future__ import annotations

from .mails import MailOut
from .notices import Notice, Notification
from .preferences import Preference

__all__ = ["MailOut", "Notice", "Notification", "Preference"]
