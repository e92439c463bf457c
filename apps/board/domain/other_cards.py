"""Cards of everything that is neither an attempt nor a printer: questions, plans, money, pieces after the print, what was given up."""

from __future__ import annotations

from .cards import Action, Card, Cause, Section
from .known import Batch, Matter
from .promises import Promise

CAUSES = {
    "approval": Cause.NEEDS_APPROVAL,
    "plan": Cause.PLAN_LOCKED,
    "review": Cause.PLAN_REVIEW,
    "breaker": Cause.BREAKER,
    "delivery": Cause.DEAD_LETTER,
    "payment": Cause.PAYMENT_REVIEW,
    "shipment": Cause.TO_SHIP,
    "incident": Cause.INCIDENT,
}
PAGES = {
    "approval": "page:approval",
    "plan": "page:plan",
    "review": "page:plan",
    "breaker": "form:breaker",
    "delivery": "page:given-up",
    "payment": "page:payment",
    "shipment": "form:ship",
    "incident": "page:incident",
}
STAGES = {"cooling": Cause.COOLING, "qa": Cause.IN_QA, "rework": Cause.REWORK, "passed": Cause.TO_PACK}
NEXT_STEPS = {
    Cause.COOLING: ("fulfilment.cool_pieces", ""),
    Cause.IN_QA: ("fulfilment.pass_qa", "form:reject"),
    Cause.REWORK: ("fulfilment.finish_rework", ""),
    Cause.TO_PACK: ("fulfilment.pack_pieces", ""),
}
"""What is done next with pieces at a stage, and the other thing there is."""


def card_of_matter(matter: Matter) -> Card:
    """Return the card of one thing that waits for a person."""
    cause = CAUSES[matter.kind]
    about = matter.about if matter.kind in ("review", "payment") and matter.about else matter.id
    return Card(
        Section.READY if cause is Cause.TO_SHIP else Section.ATTENTION,
        cause,
        matter.kind,
        matter.id,
        matter.version,
        matter.since,
        is_safety=cause is Cause.INCIDENT,
        promise=Promise(matter.order, matter.due_at) if matter.due_at else None,
        primary=Action(PAGES[matter.kind], matter.kind, about, matter.version, {"order": matter.order}),
        facts={
            "code": matter.code,
            "order": matter.order,
            "name": matter.name,
            "count": matter.count,
            "note": matter.note,
            "about": matter.about,
            "kind": matter.about_kind,
        },
    )


def card_of_batch(batch: Batch) -> Card:
    """Return the card of pieces that stand together after the printer."""
    cause = STAGES[batch.state]
    first, second = NEXT_STEPS[cause]
    pieces = {"piece_ids": batch.piece_ids, "count": batch.count}
    return Card(
        Section.READY,
        cause,
        "batch",
        f"{batch.state}-{batch.requirement_id}",
        0,
        batch.since,
        promise=Promise(batch.order, batch.due_at) if batch.due_at else None,
        primary=Action(first, "requirement", batch.requirement_id, 0, pieces),
        secondary=Action(second, "requirement", batch.requirement_id, 0, pieces) if second else None,
        facts={"name": batch.name, "order": batch.order, "count": batch.count, "revision": batch.revision},
    )
