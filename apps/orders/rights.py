"""Who may do what with quotes, orders and money."""

from __future__ import annotations

from apps.accounts.rights import ADMINS, CUSTOMERS, EVERYBODY, FLOOR, INTEGRATORS, LEADS, SERVICES, WORKERS, declare, seen

declare(
    "orders",
    acts={
        "issue_quote": FLOOR | INTEGRATORS | CUSTOMERS,
        "accept_quote": FLOOR | INTEGRATORS | CUSTOMERS,
        "order_internally": FLOOR,
        "decline_quote": LEADS | INTEGRATORS | CUSTOMERS,
        "expire_quote": SERVICES,
        "release_price_list": ADMINS,
        "amend_cancel_qty": LEADS | CUSTOMERS,
        "cancel_intent": LEADS | INTEGRATORS | CUSTOMERS,
        "cancel_started": LEADS,  # a right beside the two above: also what is being made or was made
        "release_intent": LEADS,
        "open_checkout": LEADS | CUSTOMERS,
        "close_checkout": LEADS | CUSTOMERS,
        "record_session": SERVICES,
        "fail_checkout": SERVICES,
        "record_manual_payment": LEADS,
        "settle_payment_review": LEADS,
        "request_refund": LEADS,
        "issue_refund": LEADS,  # saying that it was given back by hand; providers' refunds are booked by farmos
        "fail_refund": SERVICES,
        "store_webhook": SERVICES,
        "apply_webhook": SERVICES,
    },
    proven=("request_refund", "issue_refund", "settle_payment_review"),
    sights={
        "pricelist": seen(LEADS, "site"),
        "quote": seen(LEADS | INTEGRATORS, "site", account="account"),
        "quoteline": seen(LEADS | INTEGRATORS, "quote__site", account="quote__account"),
        "intent": seen(EVERYBODY, "site", account="account"),
        "customersnapshot": seen(WORKERS | INTEGRATORS, "intent__site", account="intent__account"),
        "release": seen(EVERYBODY, "intent__site"),
        "lineitem": seen(EVERYBODY, "intent__site", account="intent__account"),
        "requirement": seen(EVERYBODY, "line__intent__site", account="line__intent__account"),
        "amendment": seen(EVERYBODY, "intent__site", account="intent__account"),
        "amendmentline": seen(EVERYBODY, "amendment__intent__site", account="amendment__intent__account"),
        "ledgerentry": seen(LEADS, "site", account="intent__account"),
        "numberseries": seen(LEADS, "site"),
        "checkout": seen(LEADS, "intent__site", account="intent__account"),
        "webhookmessage": seen(LEADS, "intent__site", "entry__site"),
        "refund": seen(LEADS, "intent__site", account="intent__account"),
        "piece": seen(EVERYBODY, "requirement__line__intent__site", account="requirement__line__intent__account"),
        "piecefact": seen(EVERYBODY, "piece__requirement__line__intent__site"),
    },
)
