"""The policy a new shop starts with: automation on, asking where the risk is high, stopping where nobody may go on."""

from __future__ import annotations

from typing import Any

from .predicates import MET, WATCHED

EVERY_START = ["plate.slice", "run.queue", "run.dispatch", "run.resume", "item.reprint", "plan.approve", "intent.release"]


def default_body() -> dict[str, Any]:
    """Return the body of the default policy, a fresh copy each time."""
    return {
        "auto": {"auto_release": True, "auto_approve": True, "auto_slice": True, "auto_dispatch": True, "auto_pause": False},
        "limits": {"automatic_starts_per_hour": 240, "gather_seconds": 5},
        "rules": [
            _rule("model-can-be-made", ["intent.release", "plan.approve"], "model_can_be_made"),
            _rule("big-orders-are-looked-at", ["intent.release"], "order_value_is_at_most", ask=True, minor=500_000),
            _rule("nothing-on-hold-starts", EVERY_START, "nothing_holds_it"),
            _rule("reviews-are-answered", ["plan.approve"], "no_review_is_open"),
            _rule("risky-plans-are-looked-at", ["plan.approve"], "plan_risk_is_at_most", ask=True, level="MEDIUM"),
            _rule("locked-plans-stay", ["run.queue", "run.dispatch", "item.reprint"], "plan_is_not_locked", automatic=True),
            _rule("warnings-are-looked-at", ["run.queue"], "slice_warnings_are_at_most", ask=True, limit=3),
            _rule("printer-answers", ["run.dispatch"], "printer_is_online"),
            _rule("printer-is-fit", ["run.dispatch"], "printer_is_ok"),
            _rule("bed-is-clear", ["run.dispatch"], "bed_is_clear"),
            _rule("circuits-carry-it", ["run.dispatch"], "circuit_has_room"),
            watched_start(15),
            _rule("material-is-there", ["run.dispatch"], "material_is_enough"),
            _rule("risky-prints-are-looked-at", ["run.dispatch"], "run_risk_is_at_most", ask=True, level="MEDIUM"),
            _rule("attempts-have-an-end", ["run.queue", "item.reprint"], "attempts_in_total_are_below", limit=3),
            _rule("attempts-a-day-have-an-end", ["run.queue", "item.reprint"], "attempts_in_24_h_are_below", limit=3),
            _rule(
                "automation-repeats-some-failures",
                ["item.reprint"],
                "failure_may_be_repeated",
                automatic=True,
                families=["FIRST_LAYER", "QUALITY", "EXTRUSION", "MACHINE", "CONNECTIVITY", "HUMAN", "QA"],
            ),
            _rule("automation-is-in-bounds", ["run.dispatch", "item.reprint"], "automation_is_not_tripped", automatic=True),
        ],
    }


def watched_start(minutes: int) -> dict[str, Any]:
    """Return the rule that automation starts a print only while somebody is there, and for so long."""
    return _rule("starts-are-watched", ["run.dispatch"], WATCHED, automatic=True, minutes=minutes)


def met_end(grace_minutes: int) -> dict[str, Any]:
    """Return the rule that automation starts what ends while somebody is there, or at most so long after they left."""
    return _rule("ends-are-met", ["run.dispatch"], MET, automatic=True, grace_minutes=grace_minutes)


def _rule(name: str, moves: list[str], predicate: str, *, ask: bool = False, automatic: bool = False, **params: Any) -> dict[str, Any]:
    """Return one rule: a block, or (``ask``) an approval, which binds automation only."""
    return {
        "id": name,
        "transitions": list(moves),
        "predicate": predicate,
        "params": params,
        "otherwise": "REQUIRE_APPROVAL" if ask else "BLOCK",
        "only_automatic": ask or automatic,
    }
