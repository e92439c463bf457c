"""The face of every record in the admin."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_list import result_headers, results
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, SuspiciousOperation
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.accounts.models import Site
from apps.journal import clock
from apps.journal.readonly import ReadOnlyAdmin

from . import columns, filters
from .detail import facts_of, related_to
from .export import csv_of
from .keyset import KeysetList, take_start
from .looks import name_of, page_of, timeline_of


def faced(admin_class: type[Any] | None) -> type[Any] | None:
    """Return ``admin_class`` with our face; other classes than read-only ones are left alone."""
    if admin_class is None or not issubclass(admin_class, ReadOnlyAdmin):
        return admin_class
    return type(admin_class.__name__, (RecordFace, admin_class), {"__doc__": admin_class.__doc__, "__module__": admin_class.__module__})


class RecordFace(ReadOnlyAdmin[Any]):
    """Lists with badges, search, filters, CSV and paging that never counts; detail pages that read well."""

    change_list_template = "admin/record_list.html"
    change_form_template = "admin/record.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the CSV of the list."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        """Return the list that never counts."""
        return KeysetList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns the app named, each as people read it."""
        return [columns.shown(self.model, name) for name in super().get_list_display(request)]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters the app named; those over open texts offer what the code knows instead of reading the table."""
        return [filters.quick(self.model, named) for named in super().get_list_filter(request)]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search ids as ids (an index), everything else as its app declared."""
        term, wanted = search_term.strip(), super().get_search_fields(request)
        by_id = [name for name in wanted if _is_id(self.model, name)]
        identifier = _uuid(term)
        if identifier is not None and by_id:
            found = models.Q()
            for name in by_id:
                found |= models.Q(**{name.removeprefix("="): identifier})
            return queryset.filter(found), any("__" in name for name in by_id)
        if term and not [name for name in wanted if name not in by_id]:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the fields that are searched as text, or, where there are only ids, these: so that the page shows a search field."""
        wanted = super().get_search_fields(request)
        texts = [name for name in wanted if not _is_id(self.model, name)]
        return texts or list(wanted)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list in our frame."""
        take_start(request)
        with site_time():
            return self._list(request, extra_context or {})

    def _list(self, request: HttpRequest, extra_context: dict[str, Any]) -> HttpResponse:
        response = super().changelist_view(request, {**extra_context, "is_own_page": True})
        if isinstance(response, TemplateResponse) and response.context_data and "cl" in response.context_data:
            cl = response.context_data["cl"]
            response.context_data |= {
                "title": capfirst(str(self.opts.verbose_name_plural)),
                "about": self.__doc__ or "",
                "headers": list(result_headers(cl)),
                "rows": list(results(cl)),
                "filters": filters.shown(cl),
                "export_url": f"{reverse(f'admin:{self.opts.app_label}_{self.opts.model_name}_export')}{cl.get_query_string()}",
            }
        return response

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Return the filtered list as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        take_start(request)
        try:
            cl = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise SuspiciousOperation("a filter of the list cannot be read") from error
        name = f"{self.opts.model_name}-{clock.now():%Y-%m-%d}"
        return csv_of(cl.queryset, self._readable_fields(request), name)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one record for reading: what is known, what is related, and where operators see to it."""
        row = self.get_object(request, unquote(object_id))
        shown: dict[str, Any] = {"is_own_page": True}
        if row is not None and self.has_view_permission(request, row):
            columns.name_people([row])
            with site_time():
                known, empty = facts_of(row, self._readable_fields(request), self.admin_site, request)
            shown |= {
                "row": row,
                "row_name": name_of(row),
                "known": known,
                "empty": empty,
                "related": related_to(row, self.admin_site, request),
                "page": page_of(row),
                "timeline": timeline_of(row),
                "title": _("%(kind)s: %(name)s") % {"kind": capfirst(str(self.opts.verbose_name)), "name": name_of(row)},
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def _readable_fields(self, request: HttpRequest) -> list[Any]:
        hidden = set(self.get_exclude(request) or ())
        fields = [field for field in self.opts.concrete_fields if field.name not in hidden]
        return [field for field in fields if not isinstance(field, models.BinaryField)]


def site_time() -> AbstractContextManager[None]:
    """Show times as clocks at the shop do, while this lasts."""
    shop = Site.objects.filter(is_default=True).first()
    return timezone.override(shop.zone if shop else None)


def _is_id(model: type[models.Model], name: str) -> bool:
    if not name.startswith("="):
        return False
    at: Any = model
    field: Any = None
    for step in name.removeprefix("=").split("__"):
        try:
            field = at._meta.pk if step == "pk" else at._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        at = field.related_model
    return isinstance(field, models.UUIDField)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
