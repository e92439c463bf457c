"""The name of a slice: everything that decides its bytes, hashed. The same name is never sliced twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .domain.labelling import REVISION


def slice_key(
    *, layout_sha256: str, printer_class: str, slicer_digest: str, profile_sha256: str, overrides: Mapping[str, Any] | None = None
) -> str:
    """Return the key under which an Output of these inputs is kept and found again.

    Args:
        layout_sha256: Covers the meshes and where each stands.
        printer_class: ``key@version``.
        slicer_digest: From the driver: name, version and hash of its binary.
        profile_sha256: Of the profile version's content.
        overrides: The plan's own settings over the profile's; JSON values.
    """
    document = {
        "layout": layout_sha256,
        "printer_class": printer_class,
        "slicer": slicer_digest,
        "profile": profile_sha256,
        "overrides": dict(overrides or {}),
        "labelling": REVISION,
    }
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
