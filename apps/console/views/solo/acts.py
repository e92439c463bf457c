"""What the buttons of a one-person shop ask for: take this file, print so many of this part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.queries import sites_of
from apps.artifacts.store import deposit
from apps.catalog.states import QualityTier
from apps.console.views.page import Act
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound
from apps.orders import commands as orders
from apps.orders.commands import QuoteRequestLine
from apps.parts import commands as parts

MOST_PIECES = 1000


class AtSite(Act):
    """A button about a site."""

    versioned = False
    home = "/admin/solo/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site the form names, if the asker works there."""
        asked = self.request.POST.get("site", "")
        found = sites_of(self.request.user.pk).filter(code=asked).values_list("pk", flat=True).first()  # type: ignore[arg-type]
        if found is None:
            raise NotFound("site", id=asked[:40])
        return found


class SendFile(AtSite):
    """Take a file in: it is checked at once."""

    command = staticmethod(parts.ingest_upload)
    receipt = gettext_lazy("The file is here. It is being checked.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Keep the file's bytes, and say what it is called."""
        sent = self.request.FILES.get("file")
        if not isinstance(sent, UploadedFile) or not sent.size:
            raise Invalid({"file": _("Choose a file first.")})
        stored = deposit(sent)
        return {"site_id": self.site_of({}), "stored": stored, "original_name": str(sent.name or "file")[:255]}


class PrintIt(AtSite):
    """Print: so many of this part, of this material, for somebody."""

    command = staticmethod(orders.order_internally)
    receipt = gettext_lazy("It is on its way: it is prepared, then printed on the next free bed.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what, how many, of what, for whom."""
        line = QuoteRequestLine(
            part_revision_id=form.uuid("revision"),
            quantity=form.number("quantity", least=1, most=MOST_PIECES),
            material_id=form.uuid("material"),
            quality_tier=form.one_of("quality", QualityTier) if form.text("quality") else QualityTier.STANDARD,
        )
        return {"site_id": self.site_of({}), "line": line, "for_whom": form.text("for_whom", most=120)}
