"""The one read model: whatever shows the floor asks here, so that no two pages disagree."""

from __future__ import annotations
