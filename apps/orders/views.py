"""The two pages of payments: where providers write to, and the page on which test payments are made."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.http import problem
from apps.journal.http.request_id import request_id_of
from apps.journal.http.translation import refusal_from
from apps.journal.identity import new_id
from apps.journal.refusals import Refusal

from . import commands, payments
from .domain.money import spelled
from .payments import Unverified, pretend
from .states import Provider

MAX_BYTES = 262_144
"""The largest message of a provider."""

log = logging.getLogger("farmos.payments")
ACTIONS = {"pay": "checkout.paid", "decline": "checkout.payment_failed", "leave": "checkout.expired"}
CARDS = {"4242424242424242": "pay", "4000000000000002": "decline"}
"""Card numbers of test payments, and what becomes of them. No other number is taken, so that nobody types a real one."""


@csrf_exempt
@require_POST
@never_cache
def payment_hook(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a provider's message: prove whom it is from, keep it as it came, answer 200. What it means is worked out afterwards."""
    try:
        _keep(request, provider)
    except Refusal as refusal:
        if refusal.code != "webhook-known":
            return _refused(request, refusal)
    except (UnreadablePostError, SuspiciousOperation) as error:
        return _refused(request, refusal_from(error) or Refusal("bad-request"))
    return HttpResponse(status=200)


def _keep(request: HttpRequest, name: str) -> None:
    provider = payments.provider_named(name)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES or len(request.body) > MAX_BYTES:
        raise Refusal("webhook-too-large", limit=MAX_BYTES)
    now = clock.now()
    try:
        message = provider.verify(request.headers, request.body, now=now)
    except Unverified as error:
        log.warning("a message to the payment hook of %s was refused: %s", name, error.code)
        raise Refusal("webhook-unverified", reason=error.code) from error
    ctx = Context(actor=Actor.service(f"payments.{name}"), now=now, key=new_id().hex, request_id=request_id_of(request), is_automatic=True)
    commands.store_webhook(
        ctx,
        provider=Provider(name),
        event_id=message.event_id,
        kind=message.type,
        headers={header: request.headers.get(header, "")[:1000] for header in provider.proof_headers},
        body=request.body,
    )


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    document = problem.members(refusal, request_id=request_id_of(request), instance=request.path)
    response = HttpResponse(problem.encoded(document), status=refusal.status, content_type=problem.MEDIA_TYPE)
    for name, value in problem.headers_of(refusal).items():
        response[name] = value
    return response


@method_decorator(never_cache, name="dispatch")
class TestPayment(View):
    """The page of a pretended provider: pay, be declined, or leave. It tells farmos by a signed message, as a real one would."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read what the address says.

        Raises:
            Http404: test payments are off, or the address is not one of ours.
        """
        super().setup(request, *args, **kwargs)
        found = pretend.ticket_in(kwargs["token"]) if settings.FARMOS_TEST_PAYMENTS else None
        if found is None:
            raise Http404
        self.ticket = found

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what is to be paid."""
        return self._page(request, done=request.GET.get("done", ""))

    def _page(self, request: HttpRequest, *, status: int = 200, **said: str) -> HttpResponse:
        shown = {
            "number": self.ticket.number,
            "amount": spelled(self.ticket.amount, self.ticket.currency),
            "back": self.ticket.back,
            **said,
        }
        return render(request, "orders/test_payment.html", shown, status=status)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what was chosen and tell farmos. With a card, the card decides: one is good, one is declined."""
        chosen = request.POST.get("action", "")
        if chosen not in ACTIONS:
            raise Refusal("unknown-code", field="action")
        if chosen == "pay" and "card" in request.POST:
            card = "".join(request.POST["card"].split())
            if card not in CARDS:
                return self._page(request, status=422, wrong=request.POST["card"][:40])
            chosen = CARDS[card]
        now = clock.now()
        body = pretend.message_about(self.ticket, ACTIONS[chosen], now=now, code="card_declined" if chosen == "decline" else "")
        try:
            pretend.send(body, to=_own_address(request) + reverse("payment-hook", args=[Provider.TEST.value]), now=now)
        except OSError as error:
            raise Refusal("unavailable") from error
        if self.ticket.back and chosen == "pay":
            return redirect(self.ticket.back)
        return redirect(f"{request.path}?done={chosen}")


def _own_address(request: HttpRequest) -> str:
    """Return where this very process listens; never what the browser says it asked."""
    name = str(request.META["SERVER_NAME"])
    return f"http://{f'[{name}]' if ':' in name else name}:{request.META['SERVER_PORT']}"
