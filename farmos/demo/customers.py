"""The demo's customers: they upload, answer what was found, take the price and pay."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import UUID

from apps.accounts import commands as accounts
from apps.accounts.models import Member
from apps.artifacts.store import deposit
from apps.catalog.states import QualityTier
from apps.journal.context import Actor
from apps.journal.refusals import Refusal
from apps.orders import commands as orders
from apps.orders.models import Checkout, Intent, Quote
from apps.orders.states import Acceptance, IntentState, Provider
from apps.parts import commands as parts
from apps.parts import queries as models
from apps.parts.domain.findings import Severity, from_record
from apps.parts.labels.findings import speak
from apps.parts.models import PartRevision, Upload, UploadPart
from apps.parts.states import PreflightStatus, UploadState

from .acting import NothingHappens, Person, chosen_color, chosen_material, pieces, say, until
from .opening import SETUP
from .shapes import SAMPLES, stl

SAMPLE_ORDERS = (
    ("Ada Ashby", (("bracket", 2), ("knob", 1))),
    ("Ben Okafor", (("cable-clip", 3),)),
    ("Chloé Núñez", (("hex-spacer", 2), ("cable-clip", 1))),
)
"""Who orders which samples, how many of each: together they fill less than a plate."""

ADDRESS = {"line1": "1 Sample Street", "city": "Sampleton", "postal_code": "10115", "country": "DE"}


@dataclass(frozen=True)
class Wish:
    """One order that is to be placed: who wants which files, how many of each."""

    key: str
    customer: str
    files: tuple[tuple[Path, str, int], ...]
    """Where the file is, what it is called, how many are wanted."""
    color: str = "Black"
    tier: QualityTier = QualityTier.DRAFT
    due_at: datetime | None = None


def wishes(request: dict[str, Any], folder: Path) -> list[Wish]:
    """Return what is to be ordered: the files that were given, one order each, or the samples."""
    if request["files"]:
        return [
            Wish(f"order-{number}", f"Customer {number + 1}", ((Path(one["file"]), one["name"], request["quantity"]),))
            for number, one in enumerate(request["files"])
        ]
    return [
        Wish(
            f"order-{number}",
            customer,
            tuple((sample(folder, name), f"{name}.stl", count * request["quantity"]) for name, count in wanted),
        )
        for number, (customer, wanted) in enumerate(SAMPLE_ORDERS)
    ]


def sample(folder: Path, name: str) -> Path:
    """Return the file of one sample model, made at its first use."""
    path = folder / "inputs" / f"{name}.stl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stl(SAMPLES[name]()))
    return path


def place_order(shop: Person, wish: Wish, *, material: str) -> UUID | None:
    """Take one wish to a placed order and return its id; None when a file cannot be made, which the customer was told."""
    account_id = accounts.open_account(
        Person(SETUP, shop.site_id).does(f"account-{wish.key}"),
        site_id=shop.site_id,
        email=f"{wish.key}@customers.example",
        name=wish.customer,
    )
    customer = Person(Actor.person(Member.objects.get(account_id=account_id).user_id), shop.site_id)
    lines = [line for number, file in enumerate(wish.files) for line in _line(customer, account_id, wish, number, file, material)]
    if len(lines) < len(wish.files):
        return None
    quote_id = orders.issue_quote(customer.does(f"quote-{wish.key}"), site_id=shop.site_id, account_id=account_id, lines=tuple(lines))
    quote = Quote.objects.get(pk=quote_id)
    say("{who} is quoted {price} for {pieces}", who=wish.customer, price=_money(quote), pieces=pieces(sum(line.quantity for line in lines)))
    return orders.accept_quote(
        customer.does(f"accept-{wish.key}"),
        quote_id=quote_id,
        expected_version=1,
        account_id=account_id,
        how=Acceptance.CLICK,
        sla_due_at=wish.due_at,
        details=orders.CustomerDetails(shipping_address={"recipient": wish.customer, **ADDRESS}),
    )


def _line(
    customer: Person, account_id: UUID, wish: Wish, number: int, file: tuple[Path, str, int], material: str
) -> list[orders.QuoteRequestLine]:
    """Upload one file, wait for its check and return what to ask a price for: one line per part in it, none when it cannot be made."""
    path, name, count = file
    with path.open("rb") as content:
        stored = deposit(content)
    upload_id = parts.ingest_upload(
        customer.does(f"upload-{wish.key}-{number}"), site_id=customer.site_id, account_id=account_id, stored=stored, original_name=name
    )
    until(lambda: Upload.objects.get(pk=upload_id).state != UploadState.RECEIVED, f"the check of {name}")
    upload = Upload.objects.get(pk=upload_id)
    if upload.state == UploadState.REFUSED:
        refusal = Refusal(upload.code, **upload.params)
        say("{name} cannot be used: {detail} {fix}", name=name, detail=refusal.detail, fix=refusal.fix)
        return []
    chosen, color = chosen_material(material), chosen_color(wish.color)
    found = list(UploadPart.objects.filter(upload=upload).order_by("position"))
    return [
        orders.QuoteRequestLine(
            part_revision_id=part.part_revision_id,
            quantity=count * part.count,
            material_id=chosen.pk,
            color_id=None if color is None else color.pk,
            quality_tier=wish.tier,
        )
        for part in found
        if _answer_findings(customer, part.part_revision)
    ]


def _answer_findings(customer: Person, revision: PartRevision) -> bool:
    """Accept the warnings about a part, as a customer does who has read them; return whether it can be made."""
    preflight = models.preflight_of(revision.pk)
    for finding in preflight.findings:
        if models.effective_status(preflight) == PreflightStatus.WARN and finding["severity"] == Severity.WARN:
            ctx = customer.does(f"accept-{preflight.pk}-{finding['code']}")
            parts.accept_finding(ctx, preflight_id=preflight.pk, code=finding["code"])
    if models.effective_status(preflight) == PreflightStatus.FAIL:
        wrong = [speak(from_record(one)) for one in preflight.findings if one["severity"] == Severity.FAIL]
        say("{part} cannot be made: {words}", part=revision.part.name, words=" ".join(f"{one.wrong} {one.fix}" for one in wrong))
        return False
    return True


def pay(customer: Person, intent_id: UUID, url: str) -> None:
    """Pay an order at the test provider, through its page, as a browser would; the provider's signed message does the rest."""
    intent = Intent.objects.get(pk=intent_id)
    if intent.state != IntentState.AWAITING_PAYMENT:
        return
    checkout_id = orders.open_checkout(customer.does(f"checkout-{intent_id}"), intent_id=intent_id, provider=Provider.TEST)
    until(lambda: Checkout.objects.get(pk=checkout_id).url, f"the payment page of order {intent.number}")
    _press_pay(urljoin(url, Checkout.objects.get(pk=checkout_id).url))
    until(
        lambda: Intent.objects.get(pk=intent_id).state != IntentState.AWAITING_PAYMENT, f"the payment of order {intent.number} to be booked"
    )
    say("order {number} is paid", number=intent.number)


def _press_pay(page: str) -> None:
    """Open the payment page and press its button, again when the shop's pages are being restarted."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    for _attempt in range(100):
        try:
            with browser.open(page, timeout=10) as answer:
                token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
            form = {"csrfmiddlewaretoken": token[1] if token else "", "action": "pay"}
            pressed = Request(page, data=urlencode(form).encode(), headers={"Referer": page})  # noqa: S310 - our own page
            with browser.open(pressed, timeout=20):
                return
        except OSError:
            time.sleep(0.2)
    raise NothingHappens(f"The payment page {page} does not answer.")


def _money(quote: Quote) -> str:
    return f"{quote.total_minor / 100:.2f} {quote.currency}"
