"""Leaving a shared computer: the browser becomes a stranger again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.storefront import commands

from .page import ShopView
from .visiting import COOKIE


class ForgetMe(ShopView):
    """The button that ends what the cookie opens."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Forget the browser. Orders stay under the links that were mailed."""
        if self.asker.visitor is not None:
            commands.forget_visitor(self.ctx(), visitor_id=self.asker.visitor.pk)
        response = self.go(reverse("start"), _("This browser is forgotten here. Your orders stay under their links."))
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
