"""A guest at the farm's shop, as their browser left it: a part with something found, a basket with an offer, and an order before that."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from apps.orders import commands as orders
from apps.orders.models import Intent
from apps.parts.domain.findings import Finding, Severity
from apps.storefront.views.visiting import COOKIE, Asker, remember
from tests.factories.context import make_context
from tests.factories.storefront import make_visitor
from tests.orders.selling import BODY
from tests.storefront.visiting import Browser, offer, order, part_for

PLACED = Finding("THIN_WALLS", Severity.WARN, {"wall_um": 500}, {"wall_um": 900}, {"x_um": 10_000, "y_um": 4_000, "z_um": 3_000})


def make_guest(farm: dict[str, Any]) -> dict[str, Any]:
    """Let somebody order once and fill their basket again; return the cookie of their browser, the part, the open offer and the order."""
    orders.release_price_list(make_context(), site_id=farm["site"].pk, currency="EUR", body=BODY)
    visitor = make_visitor(site=farm["site"])
    browser, answer = Browser(), HttpResponse()
    remember(answer, Asker(farm["site"], visitor.account, visitor), secure=False)
    browser.client.cookies[COOKIE] = cookie = answer.cookies[COOKIE].value
    for name in ("Knob", "Bracket"):
        revision = part_for(visitor.account, name=name)
        wish = {"key": name, "material": str(farm["material"].pk), "tier": "standard", "quantity": "2"}
        assert browser.post(f"/parts/{revision.pk}/basket/", **wish).status_code == 303
        quote = offer(browser, key=f"offer-{name}")
        if name == "Knob":
            assert order(browser, quote).status_code == 303
    ordered = Intent.objects.get(account=visitor.account)
    return {"cookie": {"name": COOKIE, "value": cookie}, "checked": part_for(visitor.account, PLACED), "offer": quote, "ordered": ordered}
