"""Who may do what after the print."""

from __future__ import annotations

from apps.accounts.rights import EVERYBODY, FLOOR, LEADS, QUALITY, declare, seen

declare(
    "fulfilment",
    acts={
        "cool_pieces": FLOOR | QUALITY,
        "pass_qa": FLOOR | QUALITY,
        "reject_qa": FLOOR | QUALITY,
        "start_rework": FLOOR | QUALITY,
        "finish_rework": FLOOR | QUALITY,
        "pack_pieces": FLOOR,
        "ship": FLOOR,
        "claim_session": LEADS,
        "close_intent": LEADS,
    },
    sights={
        "shipment": seen(EVERYBODY, "site"),
        "shipmentpiece": seen(EVERYBODY, "shipment__site"),
    },
)
