"""Writing a mail from what is true now, and handing it to the mail server."""

from __future__ import annotations

from .sending import deliver

__all__ = ["deliver"]
