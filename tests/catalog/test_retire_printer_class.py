"""``catalog.retire_printer_class``: a version is offered no longer."""

from __future__ import annotations

import pytest

from apps.catalog import commands
from apps.catalog.models import PrinterClass
from apps.catalog.states import ClassState
from apps.journal.context import Context
from tests.factories.catalog import make_draft_class, make_printer_class
from tests.factories.fleet import make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestRetiringAClass:
    def test_leaves_its_printers_where_they_are(self, ctx: Context) -> None:
        released = make_printer_class()
        printer = make_printer(printer_class=released)

        commands.retire_printer_class(ctx, printer_class_id=released.pk, expected_version=1)

        assert PrinterClass.objects.get(pk=released.pk).state == ClassState.RETIRED
        assert PrinterClass.objects.get(printers=printer) == released
        assert the_event("PrinterClassRetired")[0]["key"] == released.key

    def test_is_refused_for_a_draft(self, ctx: Context) -> None:
        draft = make_draft_class()

        refused = refusal_of(lambda: commands.retire_printer_class(ctx, printer_class_id=draft.pk, expected_version=1))

        assert refused.code == "illegal-transition"
