"""Attempts and machines: listening (``listening``, ``following``), judging (``sides``, ``applying``), acting (``dispatching``, ``acting``).

No transaction is open while a machine is spoken with: what is about to be done is committed, then done, then looked at, then told.
"""

from __future__ import annotations

ACT_ATTEMPTS = 8
"""How often something owed to a machine is tried, over about half an hour; then a person sees it."""

ACT_LEASE_S = 20
"""A dead worker is replaced after this long; a living one renews."""

STOP_ATTEMPTS = 4
"""How often a machine is told to stop at once, over half a minute."""

STOP_LEASE_S = 10
