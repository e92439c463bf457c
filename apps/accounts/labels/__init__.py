"""What the accounts app says when something is refused."""

from __future__ import annotations

from . import people, signing_in  # noqa: F401 - importing declares them
