"""What a printer's camera sees, when somebody asks: one picture, drawn anew here, so that nothing of the camera's reaches a browser."""

from __future__ import annotations

import base64
import threading
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import Site
from apps.artifacts.photos import drawn_anew
from apps.console.views.page import Page
from apps.console.views.seen import printer_for
from apps.fleet.drivers import MachineError
from apps.fleet.drivers.camera import look_through
from apps.fleet.models import Printer
from apps.journal import clock
from apps.journal.refusals import Refusal

MOST_LOOKS = 4
"""Of one process at a time: a camera may take its time, and drawing a picture anew takes memory."""

_looks = threading.BoundedSemaphore(MOST_LOOKS)


class Camera(Page):
    """The picture, or why there is none."""

    permission = "fleet.view_printer"
    template_name = "console/printers/camera.html"

    @cached_property
    def printer(self) -> Printer:
        """The printer of the address."""
        return printer_for(self.request, pk=self.kwargs["printer_id"])

    @cached_property
    def site(self) -> Site:
        """Its site."""
        site: Site = self.printer.site
        return site

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the camera, now."""
        shown = {"title": self.printer.code, "printer": self.printer, "taken_at": clock.now()}
        return {**super().get_context_data(**kwargs), **shown, **self._looked()}

    def _looked(self) -> dict[str, str]:
        if not self.printer.address or self.printer.retired_at is not None:
            return {"trouble": _("Nobody knows where this printer is: it has no address, or left the farm.")}
        if not _looks.acquire(blocking=False):
            return {"trouble": _("Others are looking through cameras now. Try again in a moment.")}
        try:
            return {"picture": base64.b64encode(drawn_anew(look_through(self.printer).content)).decode()}
        except (MachineError, Refusal) as problem:
            return {"trouble": str(problem)[:300]}
        finally:
            _looks.release()
