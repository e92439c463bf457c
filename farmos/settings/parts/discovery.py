"""Looking for printers: on which networks, where this computer is on several."""

from __future__ import annotations

import os

FARMOS_DISCOVERY_ADDRESSES = [one.strip() for one in os.environ.get("FARMOS_DISCOVERY_ADDRESSES", "").split(",") if one.strip()]
"""This computer's addresses on the networks to ask on; none: all of them."""
