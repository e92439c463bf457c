"""What is owed because a part was checked: its pictures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.parts import events
from apps.parts.models import Preflight
from apps.parts.queries import pictures
from apps.parts.states import PreflightKind


@subscribe(
    events.PreflightPassed,
    events.PreflightWarned,
    events.PreflightFailed,
    label=_("Draw the pictures of a part"),
    lane=Lane.DEFAULT,
    lease_s=60,
)
def draw_pictures(owed: Owed) -> None:
    """Draw what pages show of a part. Pictures that are there are left alone, so that doing it twice does nothing."""
    preflight = Preflight.objects.select_related("artifact").get(pk=owed.event.preflight_id)
    if preflight.kind != PreflightKind.MESH or preflight.artifact.purged_at is not None:
        return
    pictures.poster(preflight.artifact)
    pictures.thumb(preflight.artifact)
    pictures.shown_mesh(preflight.artifact)
