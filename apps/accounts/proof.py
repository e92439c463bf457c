"""Proof that it is still the person who signed in: some acts ask for it anew, because anybody may stand in front of a screen."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.http import HttpRequest

from apps.journal import clock

PREFIX = "fos_"
"""How our secrets begin, so that they are recognised where they should not be."""
PROVED_AT = "proved_at"
"""Where a session keeps when its person last showed that it is them."""
DEVICE = "device_id"
"""Where a session keeps the shared device it belongs to."""
LASTS_ON_SHARED_DEVICE = timedelta(minutes=5)
LASTS = timedelta(hours=1)
"""On a screen of one's own."""


def note(request: HttpRequest) -> None:
    """Keep that the person of this session proved just now who they are."""
    request.session[PROVED_AT] = clock.now().isoformat()


def is_fresh(request: HttpRequest) -> bool:
    """Did the person of this session prove within the last minutes that it is them?"""
    kept = request.session.get(PROVED_AT)
    if kept is None:
        return False
    lasts = LASTS_ON_SHARED_DEVICE if DEVICE in request.session else LASTS
    return timedelta(0) <= clock.now() - datetime.fromisoformat(kept) < lasts


def new_secret() -> str:
    """Return a fresh secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
