"""Who may do what with materials, colours and printer classes."""

from __future__ import annotations

from apps.accounts.rights import EVERYBODY, PLANNING, declare, seen

declare(
    "catalog",
    acts={
        "define_material": PLANNING,
        "define_color": PLANNING,
        "offer_material": PLANNING,
        "offer_color": PLANNING,
        "draft_printer_class": PLANNING,
        "release_printer_class": PLANNING,
        "retire_printer_class": PLANNING,
    },
    sights={
        "printerclass": seen(EVERYBODY),
        "material": seen(EVERYBODY, "site"),
        "color": seen(EVERYBODY, "site"),
        "reasoncode": seen(EVERYBODY, "site"),
    },
)
