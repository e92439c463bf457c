"""How often one may ask: a bucket of requests for each person and, for strangers, for each address, refilled all the time.

The buckets are in the memory of a web process: with several processes everybody may ask that many times as often. They bound what one sender
costs; they are no quota.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest

MOST_SENDERS = 10_000
"""Buckets that are kept; the one asked for longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a sender may still ask.

    Args:
        limit: Requests a full bucket holds, which is what comes back in a minute.
        left: Whole requests in it now.
        full_in_s: Seconds until it is full again.
        wait_s: Seconds until the next request may come; 0: at once.
    """

    limit: int
    left: int
    full_in_s: int
    wait_s: float = 0


class Buckets:
    """Token buckets by sender.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str, per_minute: int) -> Allowance:
        """Take one request out of the sender's bucket, or tell how long to wait for it."""
        rate = per_minute / 60
        with self._lock:
            now = self._clock()
            level, since = self._kept.pop(sender, (float(per_minute), now))
            level = min(float(per_minute), level + (now - since) * rate)
            wait = 0.0 if level >= 1 else (1 - level) / rate
            level = level - 1 if wait == 0 else level
            self._kept[sender] = (level, now)
            while len(self._kept) > MOST_SENDERS:
                self._kept.popitem(last=False)
        return Allowance(per_minute, int(level), math.ceil((per_minute - level) / rate), wait)

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._kept.clear()


buckets = Buckets()


def count(request: HttpRequest, person: Any) -> Allowance:
    """Count one request and return what its sender has left; ``wait_s`` says for how long to refuse it.

    Args:
        request: Django's own request.
        person: Who asks, or None: whoever gave bad credentials counts as a stranger.
    """
    if person is not None and person.is_authenticated:
        return buckets.take(f"person:{person.pk}", settings.FARMOS_REQUESTS_PER_MINUTE)
    return buckets.take(f"address:{request.META.get('REMOTE_ADDR', '')}", settings.FARMOS_STRANGERS_REQUESTS_PER_MINUTE)


def headers(allowance: Allowance | None) -> dict[str, str]:
    """Return the headers that tell a sender their allowance."""
    if allowance is None:
        return {}
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.left),
        "RateLimit-Reset": str(allowance.full_in_s),
    }
