"""Links to orders that nobody can guess: who has the link may see the order, follow it, and cancel what nobody began.

The token is the order's id and a keyed hash of it, so that it is the same whenever it is made, and nothing of it is stored. A changed secret key
ends all links, unless the old one is listed among the fallbacks.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.orders.models import Intent

_SALT = "storefront.order-link"
_PROOF_BYTES = 16


def token_for(intent_id: UUID) -> str:
    """Return the token in the address of an order's pages: 43 characters."""
    return _spelled(intent_id.bytes + _proof(intent_id, settings.SECRET_KEY))


def order_path(intent: Intent) -> str:
    """Return the path at which whoever has the link follows an order."""
    return reverse("shop-order", args=[token_for(intent.pk)])


def intent_in(token: str) -> Intent | None:
    """Return the order a token opens, or None when it is none of ours."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _PROOF_BYTES or _spelled(raw) != token:
        return None
    intent_id, proof = UUID(bytes=raw[:16]), raw[16:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(proof.hex(), _proof(intent_id, key).hex()) for key in keys):
        return None
    return Intent.objects.filter(pk=intent_id).select_related("site", "account", "quote").first()


def _proof(intent_id: UUID, key: str | bytes) -> bytes:
    return salted_hmac(_SALT, str(intent_id), secret=key, algorithm="sha256").digest()[:_PROOF_BYTES]


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
