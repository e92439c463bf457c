"""Pages and buttons about one record: where the asker does not work it does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.journal import queries as journal
from apps.journal.http.access import may
from apps.journal.refusals import NotFound, Refusal

from .happened import entries
from .page import Act, Page


class RecordPage(Page):
    """A page about one record, at that record's site.

    Attributes:
        commands: What a person may ask for on this page; the template finds in ``can`` which of them this one may.
    """

    commands: ClassVar[Iterable[str]] = ()

    def find(self, sites: QuerySet[Site]) -> tuple[Any, Site] | None:
        """Return the record and its site when it is at one of these sites, else None."""
        raise NotImplementedError

    @cached_property
    def _found(self) -> tuple[Any, Site]:
        found = self.find(sites_of(UUID(str(self.request.user.pk))))
        if found is None:
            raise NotFound(str(self.title), id=str(next(iter(self.kwargs.values()), "")))
        return found

    @property
    def record(self) -> Any:
        """The record this page is about."""
        return self._found[0]

    @cached_property
    def site(self) -> Site:
        """Return the record's site.

        Raises:
            NotFound: there is no such record where this person works.
        """
        return self._found[1]

    def can(self, command: str) -> bool:
        """May this person ask for a command at this site?"""
        return may(self.request.user, command, self.site.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what this person may do here, by the last word of each command."""
        allowed = {name.rsplit(".", 1)[-1]: self.can(name) for name in self.commands}
        return {**super().get_context_data(**kwargs), "can": allowed}


class RecordAct(Act):
    """A button about one record.

    Attributes:
        model: What the record is.
        key: The part of the address that is its id.
        site_path: From the record to its site, as in a lookup.
        kind: How timelines call it: whoever was first is looked up there. Empty: nobody is looked up.
    """

    model: ClassVar[type[Model]]
    key: ClassVar[str]
    site_path: ClassVar[str] = "site"
    kind: ClassVar[str] = ""

    def site_of(self, place: dict[str, Any]) -> UUID | None:
        """Return the record's site.

        Raises:
            NotFound: there is no such record where the asker works.
        """
        mine = sites_of(UUID(str(self.request.user.pk)))
        rows = self.model._default_manager.filter(pk=place[self.key], **{f"{self.site_path}__in": mine})
        found: UUID | None = rows.values_list(f"{self.site_path}_id" if "__" not in self.site_path else self.site_path, flat=True).first()
        if found is None:
            raise NotFound(str(self.model._meta.verbose_name), id=str(place[self.key]))
        return found

    def refused(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        """Say also who was first, and when, where somebody was."""
        self._is_late = refusal.code in ("stale-version", "illegal-transition")
        return super().refused(request, refusal)

    def surroundings(self, request: HttpRequest) -> dict[str, Any]:
        """Add the newest entry of the record's timeline when somebody was first."""
        shown = super().surroundings(request)
        if not (getattr(self, "_is_late", False) and self.kind):
            return shown
        newest = journal.timeline(self.kind, self.kwargs[self.key], limit=1)
        if not newest:
            return shown
        entry = entries(newest)[0]
        return {**shown, "first": newest[0], "first_who": entry.who, "first_text": entry.text}
