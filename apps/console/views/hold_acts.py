"""Buttons about holds: hang one on something, take one off."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from apps.accounts.queries import sites_of
from apps.fleet.models import Printer
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
from apps.orders.models import Intent, LineItem
from apps.planning.models import BuildPlate, Plan
from apps.policy import commands
from apps.policy.models import Hold
from apps.policy.states import HoldReason, HoldScope

from .page import Act
from .record import RecordAct

HELD: dict[str, tuple[type[Model], str]] = {
    HoldScope.ORDER: (Intent, "site"),
    HoldScope.LINE: (LineItem, "intent__site"),
    HoldScope.PLAN: (Plan, "requirement__line__intent__site"),
    HoldScope.PLATE: (BuildPlate, "site"),
    HoldScope.PRINTER: (Printer, "site"),
}
"""What pages let people hold, and where its site is."""


class PlaceHold(Act):
    """Keep something from starting, by hand and by itself."""

    command = staticmethod(commands.place_hold)
    versioned = False
    receipt = _("On hold: nothing of it starts until somebody releases it")
    reasons: ClassVar[Any] = HoldReason

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of what is held.

        Raises:
            NotFound: there is no such thing where the asker works.
        """
        model, path = HELD.get(place["scope"], (None, ""))
        if model is not None:
            mine = sites_of(UUID(str(self.request.user.pk)))
            found: UUID | None = (
                model._default_manager.filter(pk=place["scope_id"], **{f"{path}__in": mine}).values_list(path, flat=True).first()
            )
            if found is not None:
                return found
        raise NotFound(str(_("record")), id=str(place["scope_id"]))

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why, and what it waits for."""
        place = {"scope": self.kwargs["scope"], "scope_id": self.kwargs["scope_id"]}
        return {
            "site_id": self.site_of(place),
            "scope": HoldScope(place["scope"]),
            "reason": HoldReason(form.one_of("reason", self.reasons)),
            "note": form.text("note", most=2000),
        }


class ReleaseHold(RecordAct):
    """Take a hold off."""

    command = staticmethod(commands.release_hold)
    receipt = _("The hold is released")
    model = Hold
    key = "hold_id"
    kind = "hold"

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return the note."""
        return {"note": form.text("note", most=2000)}
