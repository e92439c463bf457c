"""The board read again by itself: as a whole, because cards move between its sections."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone

from apps.accounts.models import Site, User
from apps.board.fragments import fragment
from apps.journal.refusals import NotFound

from .today import BOARD, board_for


@fragment("board", permission="runs.view_run")
def board_fragment(person: User, site_id: str) -> str:
    """Return the board of a site as HTML; its forms get their proofs and keys from the page.

    Raises:
        NotFound: no such site, or none of theirs.
    """
    site = _site(person, site_id)
    with timezone.override(site.zone):
        return render_to_string(BOARD, {"board": board_for(person, site), "site": site})


def _site(person: User, site_id: str) -> Site:
    try:
        wanted = UUID(site_id)
    except ValueError:
        raise NotFound("site", id=site_id) from None
    site = Site.objects.filter(pk=wanted).first() if wanted in person.sites_where("runs.view_run") else None
    if site is None:
        raise NotFound("site", id=site_id)
    return site
