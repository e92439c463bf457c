"""Years of finished work: orders, plates, attempts, events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.archive.copying import copy, identity, in_bulk

RUNS_PER_ORDER, EVENTS_PER_RUN = 5, 10
INTENT, LINE, REQUIREMENT, PLAN, PIECE, PLATE, ITEM, RUN, EVENT = (f"0000000{digit}" for digit in "123456789")


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished order, row by row: what all others are copied from."""

    run: Any
    item: Any
    event: Any
    part: Any
    account: Any


def finished_order() -> Finished:
    """Make the one order that the archive consists of."""
    from apps.accounts.models import Account
    from apps.journal.models import Event
    from apps.parts.models import Part
    from apps.planning.models import PlateItem
    from tests.factories.context import NOW
    from tests.factories.floor import make_floor
    from tests.factories.policy import WHO
    from tests.factories.runs import make_completed_run
    from tests.runs.driving import dispatched

    floor = make_floor()
    dispatched(floor.plate(), floor.printer(code="OLD2", retired_at=None))
    printer = floor.printer(code="OLD1", retired_at=NOW)
    plate = floor.plate_of(floor.component(number="A-0", fulfilled_at=NOW, state="fulfilled"), pieces=1)
    run = make_completed_run(plate=plate, output=plate.output, printer=printer, judged_at=NOW, judged_by=WHO)
    item = PlateItem.objects.select_related("piece__requirement__line__intent", "plan").get(plate=plate)
    event = Event.objects.order_by("id")[0]
    part = Part.objects.order_by("id")[0]
    account = Account.objects.order_by("id")[0]
    return Finished(run, item, event, part, account)


def grow(source: Finished, runs_before: int, runs: int) -> None:
    """Add finished work until there are ``runs`` attempts and ten times as many events."""
    with in_bulk():
        _orders(source, runs_before // RUNS_PER_ORDER + 1, runs // RUNS_PER_ORDER)
        _attempts(source, runs_before + 1, runs)
        _events(source, runs_before * EVENTS_PER_RUN + 1, runs * EVENTS_PER_RUN)


def _orders(source: Finished, first: int, last: int) -> None:
    requirement = source.item.piece.requirement
    line = requirement.line
    copy(line.intent, first, last, id=identity(INTENT), number="'A-' || n")
    copy(line, first, last, id=identity(LINE), intent_id=identity(INTENT))
    copy(requirement, first, last, id=identity(REQUIREMENT), line_id=identity(LINE))
    copy(source.item.plan, first, last, id=identity(PLAN), requirement_id=identity(REQUIREMENT))
    copy(source.part, first, last, id=identity("0000000a"), name="'Part ' || n", sku="''")
    copy(source.account, first, last, id=identity("0000000b"), name="'Customer ' || n", email="'buyer' || n || '@example.org'")


def _attempts(source: Finished, first: int, last: int) -> None:
    order = f"(n - 1) / {RUNS_PER_ORDER} + 1"
    number = f"(n - 1) % {RUNS_PER_ORDER} + 1"
    gone = {"state": "'shipped'", "allocated_to": "NULL", "reason": "''"}
    copy(source.item.piece, first, last, id=identity(PIECE), requirement_id=identity(REQUIREMENT, order), number=number, **gone)
    copy(source.run.plate, first, last, id=identity(PLATE), number="'P-' || n")
    no = "0" if _is_sqlite() else "false"
    made_by = {"plate_id": identity(PLATE), "piece_id": identity(PIECE), "plan_id": identity(PLAN, order)}
    copy(source.item, first, last, id=identity(ITEM), live=no, **made_by)
    copy(source.run, first, last, id=identity(RUN), plate_id=identity(PLATE))


def _events(source: Finished, first: int, last: int) -> None:
    from apps.journal.models import EventSubject

    place = "n + 1000"
    run = f"(n - 1) / {EVENTS_PER_RUN} + 1"
    story = f"(n - 1) / {EVENTS_PER_RUN * RUNS_PER_ORDER} + 1"
    known = {"id": place, "event_id": identity(EVENT), "feed_seq": place, "chain_hash": "t.content_hash"}
    copy(source.event, first, last, **known, correlation_id=identity(INTENT, story))
    subject = EventSubject.objects.filter(event_id=source.event.pk).order_by("id")[0]
    copy(subject, first, last, id="n + 10000", event_id=place, kind="'run'", subject_id=identity(RUN, run))


def _is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"
