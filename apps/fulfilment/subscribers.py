"""What fulfilment owes because something happened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.orders.models import Piece
from apps.planning import commands as planning

from . import events


@subscribe(events.QARejected, label=_("Find plates for rejected pieces"), lane=Lane.DEFAULT)
def recompose(owed: Owed) -> None:
    """Have a piece that is owed again put on a new plate."""
    site_id = Piece.objects.values_list("requirement__line__intent__site_id", flat=True).get(pk=owed.event.piece_id)
    planning.request_composition(owed.context(), site_id=site_id)
