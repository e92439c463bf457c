"""Photos that show what became of a part: adding them, and giving them to who may see them."""

from __future__ import annotations

from contextlib import closing
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.artifacts.photos import JPEG, keep_photo
from apps.artifacts.store import open_verified
from apps.console.views.page import Page
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.runs import commands as runs
from apps.runs.commands import MOST_PHOTOS
from apps.runs.models import OutcomePhoto

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


class Photo(Page):
    """One photo of a part."""

    permission = "runs.view_outcomephoto"

    @cached_property
    def photo(self) -> OutcomePhoto:
        """The photo of the address.

        Raises:
            NotFound: there is none where the asker works, or its bytes were destroyed.
        """
        rows = OutcomePhoto.objects.filter(outcome__run__plate__site__in=sites_of(UUID(str(self.request.user.pk))))
        found = rows.select_related("artifact", "outcome__run__plate__site").filter(pk=self.kwargs["photo_id"]).first()
        if found is None or found.artifact.purged_at is not None:
            raise NotFound(str(OutcomePhoto._meta.verbose_name), id=str(self.kwargs["photo_id"]))
        return found

    @cached_property
    def site(self) -> Site:
        """The site of its attempt."""
        site: Site = self.photo.outcome.run.plate.site
        return site

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Return the picture as it was drawn when it came in."""
        with closing(open_verified(self.photo.artifact)) as content:
            answer = HttpResponse(content.read(), content_type=JPEG)
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, max-age=86400, immutable"
        return answer
