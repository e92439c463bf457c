"""Who may do what with models and their checks."""

from __future__ import annotations

from apps.accounts.rights import CUSTOMERS, EVERYBODY, FLOOR, INTEGRATORS, PLANNING, SERVICES, declare, seen

declare(
    "parts",
    acts={
        "ingest_upload": FLOOR | PLANNING | INTEGRATORS | CUSTOMERS,
        "accept_finding": PLANNING | CUSTOMERS,  # the customer's choice, or told by telephone
        "request_review": PLANNING | CUSTOMERS,
        "review_finding": PLANNING,
        "record_preflight": SERVICES,
        "refuse_upload": SERVICES,
    },
    sights={
        "part": seen(EVERYBODY, "site", account="account"),
        "partrevision": seen(EVERYBODY, "part__site", account="part__account"),
        "revisionfile": seen(EVERYBODY, "revision__part__site", account="revision__part__account"),
        "upload": seen(EVERYBODY, "site", account="account"),
        "uploadpart": seen(EVERYBODY, "upload__site", account="upload__account"),
        "preflight": seen(EVERYBODY, "upload__site", account="upload__account"),
        "findinganswer": seen(EVERYBODY, "preflight__upload__site", account="preflight__upload__account"),
    },
)
