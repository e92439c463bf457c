"""Who may do what with lots and spools."""

from __future__ import annotations

from apps.accounts.rights import EVERYBODY, FLOOR, PLANNING, declare, seen

declare(
    "inventory",
    acts={
        "receive_lot": FLOOR | PLANNING,
        "receive_spool": FLOOR | PLANNING,
        "open_spool": FLOOR,
        "weigh_spool": FLOOR,
        "use_up_spool": FLOOR,
        "discard_spool": FLOOR,
    },
    sights={
        "lot": seen(EVERYBODY, "site"),
        "spool": seen(EVERYBODY, "site"),
        "weighing": seen(EVERYBODY, "spool__site"),
    },
)
