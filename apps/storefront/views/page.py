"""What every page of the shop has in common: who asks, the frame, and refusals in the shop's own look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from apps.journal.context import Context
from apps.journal.http import house
from apps.journal.http.headers import content_security_policy
from apps.journal.http.page_command import Form
from apps.journal.http.problem import headers_of
from apps.journal.http.translation import refusal_from
from apps.journal.refusals import Refusal
from apps.orders import queries as money
from apps.storefront import queries

from .visiting import Asker, asker_of, context_for, remember, welcome


class ShopView(View):
    """A page of the shop. Refusals become a page that says what is wrong, why and what one can do, with the refusal's own status."""

    asker: Asker

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out who asks, answer, and let a new guest's browser keep who it is."""
        self.asker = before = asker_of(request)
        with timezone.override(before.site.zone):
            try:
                response = super().dispatch(request, *args, **kwargs)
            except Exception as error:
                refusal = refusal_from(error)
                if refusal is None:
                    raise
                response = self.refused(refusal)
        if self.asker is not before:
            remember(response, self.asker, secure=request.is_secure())
        response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Content-Security-Policy", content_security_policy(forms_lead_to=money.checkout_origins()))
        return response

    def ctx(self, form: Form | None = None, suffix: str = "") -> Context:
        """Return the context of one command: under the key of the form, so that sending a page twice does it once."""
        key = "" if form is None else form.text("key", most=150)
        return context_for(self.request, self.asker, f"{key}{suffix}" if key else "")

    def become_somebody(self) -> None:
        """Make a stranger the guest of this browser."""
        self.asker = welcome(self.request, self.asker)

    def show(self, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
        """Return a page in the shop's frame."""
        return render(self.request, template, {**self.frame(), **shown}, status=status)

    def frame(self) -> dict[str, Any]:
        """Return what the frame around every page shows."""
        account = self.asker.account
        return {
            "shop_name": house.remember(self.asker.site.name),
            "site": self.asker.site,
            "basket_count": 0 if account is None else queries.count_in_basket(account.pk),
            "is_known": account is not None,
        }

    def refused(self, refusal: Refusal, *, back: str = "") -> HttpResponse:
        """Return the page that says what was refused."""
        is_closed = refusal.status in (403, 404)  # the page asked for would only say so again
        way_back = back or (self.request.path if self.request.method == "GET" and not is_closed else "/")
        response = self.show("shop/refused.html", status=refusal.status, refusal=refusal, title=refusal.words.title, back=way_back)
        for name, value in headers_of(refusal).items():
            response[name] = value
        return response

    def go(self, to: str, said: str = "") -> HttpResponse:
        """Send the browser on after something was done."""
        if said:
            messages.success(self.request, said)
        return HttpResponseRedirect(to, status=303)
