"""The page of dead letters: what farmos gave up on, why, and the two things a person can do about it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import commands, queries, subscriptions
from .event import SUBJECT_KINDS
from .http.context import context_for
from .models import Delivery
from .refusals import Invalid

SHOWN_AT_MOST = 100


@require_safe
@permission_required("journal.view_delivery", raise_exception=True)
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Show a card for each given-up effect, newest first, at most a hundred."""
    waiting = queries.dead_letters()
    context = {
        **admin.site.each_context(request),
        "title": _("Given up"),
        "is_own_page": True,
        "cards": [_card(delivery) for delivery in waiting[:SHOWN_AT_MOST]],
        "count": waiting.count(),
        "may_settle": request.user.has_perm("journal.retry_delivery"),
    }
    return render(request, "journal/dead_letters.html", context)


def _card(delivery: Delivery) -> dict[str, Any]:
    """Return one card. Its key belongs to the page: pressing a button twice does it once."""
    about = [{"kind": SUBJECT_KINDS.get(kind, kind), "id": identifier} for kind, identifier in json.loads(delivery.event.subjects)]
    label = subscriptions.label_of(delivery.subscriber)
    return {"delivery": delivery, "label": label, "about": about, "key": uuid4().hex}


@require_POST
@permission_required("journal.retry_delivery", raise_exception=True)
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Try a given-up effect again, and go back to the page."""
    ctx = context_for(request, key=request.POST.get("key", ""))
    commands.retry_delivery(ctx, delivery_id=delivery_id, expected_version=_version(request))
    messages.success(request, _("It is being tried again. If it fails for good, it comes back here."))
    return HttpResponseRedirect(reverse("dead-letters"))


@require_POST
@permission_required("journal.abandon_delivery", raise_exception=True)
def abandon(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Close a given-up effect with a reason, and go back to the page."""
    ctx = context_for(request, key=request.POST.get("key", ""))
    note = request.POST.get("note", "")
    commands.abandon_delivery(ctx, delivery_id=delivery_id, expected_version=_version(request), note=note)
    messages.success(request, _("It is closed and will not be done. Your reason is kept with it."))
    return HttpResponseRedirect(reverse("dead-letters"))


def _version(request: HttpRequest) -> int:
    """Return the version the page showed.

    Raises:
        Invalid: the form does not say one.
    """
    shown = request.POST.get("version", "")
    if not (shown.isascii() and shown.isdigit() and len(shown) < 10):
        raise Invalid({"version": _("Open the page again and press the button there.")})
    return int(shown)
