"""Who may do what with plans and plates."""

from __future__ import annotations

from apps.accounts.rights import EVERYBODY, FLOOR, PLANNING, SERVICES, WORKERS, declare, seen

declare(
    "planning",
    acts={
        "draft_plan": SERVICES,
        "approve_plan": PLANNING,
        "revise_plan": PLANNING,
        "void_plan": PLANNING,
        "request_review": WORKERS,
        "resolve_review": PLANNING,
        "acknowledge_plan": PLANNING,
        "request_composition": FLOOR | PLANNING,
        "compose_plate": FLOOR | PLANNING,
        "approve_plate": FLOOR | PLANNING,
        "void_plate": FLOOR | PLANNING,
        "request_slice": FLOOR | PLANNING,
        "reuse_output": SERVICES,
        "record_output": SERVICES,
        "fail_slice": SERVICES,
    },
    sights={
        "layout": seen(EVERYBODY, "plates__site"),  # shared by the sites that put it on a plate
        "layoutslot": seen(EVERYBODY, "layout__plates__site"),
        "output": seen(EVERYBODY, "layout__plates__site"),
        "plan": seen(EVERYBODY, "requirement__line__intent__site"),
        "planreview": seen(EVERYBODY, "plan__requirement__line__intent__site"),
        "buildplate": seen(EVERYBODY, "site"),
        "plateitem": seen(EVERYBODY, "plate__site"),
        "slicefailure": seen(EVERYBODY, "plate__site"),
    },
)
