"""Price lists are released, never edited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.catalog.states import MaterialFamily
from apps.journal import canonical, locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid
from apps.orders import events
from apps.orders.domain import prices
from apps.orders.labels.prices import PROBLEMS
from apps.orders.models import PriceList
from apps.orders.states import PriceListState


@command("orders.release_price_list")
def release_price_list(ctx: Context, *, site_id: UUID, currency: str, body: dict[str, Any], key: str = "standard", note: str = "") -> UUID:
    """Let new quotes use these prices from now on and return the list's id; the version in force before is retired, its quotes keep it.

    The same prices as those in force change nothing.

    Args:
        ctx: Who asks, when.
        site_id: Where.
        currency: ISO 4217; one of those farmos sells in.
        body: Rates and rules, as in docs/integrators/payments.md.
        key: Which list; ``standard`` is the shop's own.
        note: Why it differs from the one before.

    Raises:
        NotFound: no such site.
        Invalid: the body cannot be used; every problem is named by its path.
    """
    locks.site(site_id)
    _read, problems = prices.read(body, currency, tuple(MaterialFamily.values))
    if problems:
        raise Invalid({path: str(PROBLEMS[code]) for path, code in problems.items()})
    sha256 = canonical.digest({"currency": currency, "body": body}).hex()
    versions = PriceList.objects.filter(site_id=site_id, key=key)
    present = versions.filter(state=PriceListState.RELEASED).first()
    if present is not None and present.sha256 == sha256:
        return present.pk
    if present is not None:
        present.retire()
        present.save_changes("state")
    newest = versions.order_by("-list_version").values_list("list_version", flat=True).first() or 0
    made = PriceList(
        site_id=site_id, key=key, list_version=newest + 1, currency=currency, body=body, sha256=sha256, note=note, created_at=ctx.now
    )
    made.release(by=ctx.actor.who, now=ctx.now)
    made.add()
    released = events.PriceListReleased(price_list_id=made.pk, key=key, list_version=made.list_version, sha256=sha256)
    record(ctx.about(site_id=site_id), event=released, subjects=[Subject("price_list", made.pk)])
    return made.pk
