"""How often one may ask: a bucket of requests for each person and, for strangers, for each address, refilled all the time.

With Redis the buckets are there, for all web processes together. Without it, or while it does not answer, they are in the memory of a web process:
with several processes everybody may ask that many times as often. They bound what one sender costs; they are no quota.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.journal.live import ANSWER_TIMEOUT_S, CONNECT_TIMEOUT_S

MOST_SENDERS = 10_000
"""Buckets that are kept in memory; the one asked for longest ago goes first."""
REST_S = 5.0
"""How long a Redis that did not answer is left alone."""
NEIGHBOURS = 64
"""Bits of an IPv6 address that tell senders apart: the rest is the sender's own to choose."""

log = logging.getLogger("farmos.http")


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

    @classmethod
    def of(cls, per_minute: int, level: float, wait_s: float) -> Allowance:
        """Return what a bucket of ``per_minute`` that is full to ``level`` allows."""
        return cls(per_minute, int(level), math.ceil((per_minute - level) / (per_minute / 60)), wait_s)


class Buckets:
    """Token buckets by sender, in memory.

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
        return Allowance.of(per_minute, level, wait)

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._kept.clear()


class SharedBuckets:
    """The same in Redis, by its clock. A bucket that would be full again is not kept.

    Args:
        url: Which Redis.
        otherwise: Where is counted while it does not answer.
        clock: Seconds that only go forward.
    """

    _TAKE = """
        local most = tonumber(ARGV[1])
        local rate = most / 60
        local time = redis.call('TIME')
        local now = time[1] + time[2] / 1000000
        local kept = redis.call('HMGET', KEYS[1], 'level', 'since')
        local level = tonumber(kept[1]) or most
        level = math.min(most, level + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
        local wait = 0
        if level >= 1 then level = level - 1 else wait = (1 - level) / rate end
        redis.call('HSET', KEYS[1], 'level', string.format('%.6f', level), 'since', string.format('%.6f', now))
        redis.call('EXPIRE', KEYS[1], 61)
        return {string.format('%.6f', level), string.format('%.6f', wait)}
    """

    def __init__(self, url: str, otherwise: Buckets, clock: Callable[[], float] = monotonic) -> None:
        import redis

        client = redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_TIMEOUT_S, socket_timeout=ANSWER_TIMEOUT_S, retry=None, retry_on_timeout=False
        )
        self._take = client.register_script(self._TAKE)
        self._trouble = redis.RedisError
        self._otherwise = otherwise
        self._clock = clock
        self._rests_until = -math.inf

    def take(self, sender: str, per_minute: int) -> Allowance:
        """Take one request out of the sender's bucket, or tell how long to wait for it. A Redis in trouble costs one wait, then is left alone."""
        if self._clock() < self._rests_until:
            return self._otherwise.take(sender, per_minute)
        try:
            level, wait = self._take(keys=[f"farmos:asked:{sender}"], args=[per_minute])
        except self._trouble as problem:
            self._rests_until = self._clock() + REST_S
            log.warning("requests are counted in this process for %s s: %s", REST_S, problem)
            return self._otherwise.take(sender, per_minute)
        return Allowance.of(per_minute, float(level), float(wait))


buckets = Buckets()


@lru_cache(maxsize=1)
def _shared(url: str) -> SharedBuckets:
    return SharedBuckets(url, buckets)


def take(sender: str, per_minute: int) -> Allowance:
    """Take one request out of the sender's bucket, or tell how long to wait for it."""
    counted_in: Buckets | SharedBuckets = _shared(settings.REDIS_URL) if settings.REDIS_URL else buckets
    return counted_in.take(sender, per_minute)


def sender_of(request: HttpRequest) -> str:
    """Return where a request comes from, as the web server saw it: an address, of IPv6 the network, ``unknown`` over a socket of this machine.

    Headers that anybody can send (``X-Forwarded-For``) are not looked at: ``asgi.Proxied`` puts a declared proxy's word in place of the
    connection's address.
    """
    said = str(request.META.get("REMOTE_ADDR") or "unknown")
    try:
        found = ip_address(said.partition("%")[0])
    except ValueError:
        return said[:64]
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or IPv6Address(int(found) >> (128 - NEIGHBOURS) << (128 - NEIGHBOURS))
    return str(found)


def count(request: HttpRequest, person: Any) -> Allowance:
    """Count one request and return what its sender has left; ``wait_s`` says for how long to refuse it.

    Args:
        request: Django's own request.
        person: Who asks, or None: whoever gave bad credentials counts as a stranger.
    """
    if person is not None and person.is_authenticated:
        return take(f"person:{person.pk}", settings.FARMOS_REQUESTS_PER_MINUTE)
    return take(f"address:{sender_of(request)}", settings.FARMOS_STRANGERS_REQUESTS_PER_MINUTE)


def headers(allowance: Allowance | None) -> dict[str, str]:
    """Return the headers that tell a sender their allowance."""
    if allowance is None:
        return {}
    return {
        "RateLimit-Limit": str(allowance.limit),
        "RateLimit-Remaining": str(allowance.left),
        "RateLimit-Reset": str(allowance.full_in_s),
    }
