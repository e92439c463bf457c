"""Photos that show what became of a part, and pictures of a print by a camera: adding them, and giving them to who may see them."""

from __future__ import annotations

from contextlib import closing
from functools import cached_property
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.artifacts.models import Artifact
from apps.artifacts.photos import JPEG, keep_photo
from apps.artifacts.store import open_verified
from apps.console.views.page import Page
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.runs import commands as runs
from apps.runs.commands import MOST_PHOTOS
from apps.runs.models import OutcomePhoto, RunSnapshot

from .acts import OnOutcome


class AddPhotos(OnOutcome):
    """Add photos of one part."""

    command = staticmethod(runs.add_photos)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Draw the photos anew, without anything that is not seen, and keep them."""
        sent = self.request.FILES.getlist("photos")
        if not sent:
            raise Invalid({"photos": _("Choose a photo first.")})
        if len(sent) > MOST_PHOTOS:
            raise Refusal("outcome-photos-many", most=MOST_PHOTOS)
        return {"photos": tuple(keep_photo(one) for one in sent)}

    def receipt_for(self, result: Any) -> str:
        """Say how many were added."""
        return (
            ngettext("%(n)d photo added.", "%(n)d photos added.", len(result)) % {"n": len(result)} if result else _("It is there already.")
        )


class Picture(Page):
    """A picture that hangs on an attempt, for who may look at its site.

    ``model`` is the row that names it, ``key`` the part of the address that names the row, ``run`` the way from the row to its attempt.
    """

    model: type[OutcomePhoto | RunSnapshot]
    key: str
    run: str

    @cached_property
    def row(self) -> Any:
        """The row of the address.

        Raises:
            NotFound: there is none where the asker works, or its bytes were destroyed.
        """
        at_site = f"{self.run}__plate__site"
        rows = self.model._default_manager.filter(**{f"{at_site}__in": sites_of(UUID(str(self.request.user.pk)))})
        found = rows.select_related("artifact", at_site).filter(pk=self.kwargs[self.key]).first()
        if found is None or found.artifact.purged_at is not None:
            raise NotFound(str(self.model._meta.verbose_name), id=str(self.kwargs[self.key]))
        return found

    @cached_property
    def site(self) -> Site:
        """The site of its attempt."""
        site: Site = attrgetter(self.run.replace("__", "."))(self.row).plate.site
        return site

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Return the picture as it was drawn when it came in."""
        return picture_of(self.row.artifact)


class Photo(Picture):
    """One photo of a part."""

    permission = "runs.view_outcomephoto"
    model, key, run = OutcomePhoto, "photo_id", "outcome__run"


class Snapshot(Picture):
    """One picture of a print by its printer's camera."""

    permission = "runs.view_runsnapshot"
    model, key, run = RunSnapshot, "snapshot_id", "run"


def picture_of(artifact: Artifact) -> HttpResponse:
    """Return an answer with a picture that was drawn anew when it came in; nothing in it runs, nobody else keeps it."""
    with closing(open_verified(artifact)) as content:
        answer = HttpResponse(content.read(), content_type=JPEG)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
