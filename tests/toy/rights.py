"""Who may do what with jars."""

from __future__ import annotations

from apps.accounts.rights import FLOOR, SERVICES, declare, seen

declare(
    "toy",
    acts={
        "open_jar": FLOOR,
        "add_bolts": FLOOR,
        "empty_jar": FLOOR,
        "drop_bolts": FLOOR,
        "seal_jar": FLOOR,
        "note_written": SERVICES,
    },
    sights={"jar": seen(FLOOR), "addition": seen(FLOOR)},
)
