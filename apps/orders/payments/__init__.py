"""Payment providers behind one interface, and which of them this farm uses."""

from __future__ import annotations

from django.conf import settings

from apps.journal.refusals import Refusal
from apps.orders.states import Provider

from . import by_hand, pretend
from .interface import Message, MessageKind, PaymentProvider, ProviderRefused, RefundAnswer, RefundOrder, Session, SessionOrder, Unverified

__all__ = [
    "Message",
    "MessageKind",
    "PaymentProvider",
    "ProviderRefused",
    "RefundAnswer",
    "RefundOrder",
    "Session",
    "SessionOrder",
    "Unverified",
    "checkout_origins",
    "is_enabled",
    "provider_named",
]

_PROVIDERS: dict[str, PaymentProvider] = {Provider.MANUAL: by_hand.ByHand(), Provider.TEST: pretend.Pretend()}


def is_enabled(name: str) -> bool:
    """Does this farm use the provider? Test payments only where the settings say so."""
    return name in _PROVIDERS and (name != Provider.TEST or bool(settings.FARMOS_TEST_PAYMENTS))


def checkout_origins() -> list[str]:
    """Return the origins, other than this farm, on which customers pay: those of the providers this farm uses."""
    return sorted({one.checkout_origin for name, one in _PROVIDERS.items() if one.checkout_origin and is_enabled(name)})


def provider_named(name: str) -> PaymentProvider:
    """Return a provider this farm uses.

    Raises:
        Refusal: ``provider-unavailable``.
    """
    if not is_enabled(name):
        raise Refusal("provider-unavailable", provider=name[:40])
    return _PROVIDERS[name]
