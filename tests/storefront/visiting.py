"""A shop with visitors: browsers that send files, fill baskets and order, over HTTP and without scripts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Account
from apps.orders.models import Intent, Quote
from apps.parts.domain.findings import Finding
from apps.parts.models import PartRevision, Upload
from apps.storefront import queries
from apps.storefront.commands import BasketWish
from apps.storefront.models import BasketLine, Visitor
from farmos.demo.shapes import SAMPLES, stl
from tests.factories.parts import make_part, make_part_revision, make_preflight
from tests.orders.selling import Shop

KNOB = stl(SAMPLES["knob"]())
HOME = {"email": "jo@halden.example", "recipient": "Jo Halden", "line1": "Werfstraat 18", "city": "Ghent", "country": "BE"}


class Browser:
    """Somebody's browser at the shop."""

    def __init__(self, **options: Any) -> None:
        self.client = Client(**options)

    def get(self, address: str, **values: Any) -> Any:
        """Open a page."""
        return self.client.get(address, **values)

    def post(self, address: str, /, **fields: Any) -> Any:
        """Press a button on a page that holds these fields."""
        return self.client.post(address, fields)

    def page(self, address: str, **values: Any) -> str:
        """Return a page's text as one reads it."""
        answer = self.get(address, **values)
        assert answer.status_code == 200, (answer.status_code, answer.content[:500])
        return text_of(answer)

    def send(self, *files: tuple[str, bytes], **fields: Any) -> Any:
        """Send files through the form of the first page."""
        sent = [SimpleUploadedFile(name, content, "model/stl") for name, content in files]
        return self.client.post("/", {"key": "a-form", "files": sent, **fields})

    @property
    def account(self) -> Account:
        """Whose things this browser sees."""
        return Visitor.objects.order_by("-id")[0].account

    def arrive(self) -> Account:
        """Become a guest, with the first file, and return them."""
        assert self.send(("knob.stl", KNOB)).status_code == 303
        return self.account


def text_of(answer: Any) -> str:
    """Return what a page says, without its marks, on one line."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def part_for(account: Account, *findings: Finding, name: str = "Bracket", **preflight: Any) -> PartRevision:
    """Return a part of this customer's whose check is done."""
    revision = make_part_revision(part=make_part(account=account, name=name))
    make_preflight(*findings, revision=revision, **preflight)
    return revision


def wish(shop: Shop, **values: Any) -> BasketWish:
    """Return how a part is wanted: two pieces."""
    return BasketWish(**{"material_id": shop.material.pk, "quantity": 2, **values})


def chosen(shop: Shop, **values: Any) -> dict[str, Any]:
    """Return the fields of the form on a part's page."""
    return {"key": "part-form", "material": str(shop.material.pk), "tier": "standard", "quantity": "2", **values}


def into_basket(browser: Browser, shop: Shop, revision: PartRevision, **values: Any) -> BasketLine:
    """Put a part into the basket as the page does."""
    answer = browser.post(f"/parts/{revision.pk}/basket/", **chosen(shop, key=f"k-{revision.pk}", **values))
    assert answer.status_code == 303, text_of(answer)
    return BasketLine.objects.get(part_revision=revision)


def offer(browser: Browser, **values: Any) -> Quote:
    """Go on from the basket."""
    answer = browser.post("/basket/offer/", **{"key": "basket-form", "delivery": "ship", **values})
    assert answer.status_code == 303, text_of(answer)
    return Quote.objects.get(pk=UUID(answer["Location"].split("/")[2]))


def order(browser: Browser, quote: Quote, **values: Any) -> Any:
    """Press the button that orders and pays."""
    return browser.post(f"/checkout/{quote.pk}/", **{"key": "checkout-form", **HOME, **values})


def link(intent: Intent) -> str:
    """Return the address of an order's page."""
    return f"/orders/{queries.token_for(intent.pk)}/"


def last_upload() -> Upload:
    """Return what was sent last."""
    return Upload.objects.order_by("-id")[0]
