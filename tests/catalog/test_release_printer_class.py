"""``catalog.release_printer_class``: a version is fixed for ever."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.catalog import commands
from apps.catalog.models import PrinterClass
from apps.catalog.states import ClassState
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.catalog import make_draft_class
from tests.factories.context import NOW
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestReleasingAClass:
    def test_lets_printers_use_it(self, ctx: Context) -> None:
        draft = make_draft_class()

        commands.release_printer_class(ctx, printer_class_id=draft.pk, expected_version=1)

        released = PrinterClass.objects.get(pk=draft.pk)
        assert (released.state, released.released_at) == (ClassState.RELEASED, NOW)
        assert the_event("PrinterClassReleased")[1] == {("printer_class", draft.pk)}

    def test_twice_is_refused(self, ctx_factory: Callable[..., Context]) -> None:
        draft = make_draft_class()
        commands.release_printer_class(ctx_factory(), printer_class_id=draft.pk, expected_version=1)

        refused = refusal_of(lambda: commands.release_printer_class(ctx_factory(), printer_class_id=draft.pk, expected_version=2))

        assert refused.code == "illegal-transition"

    def test_that_does_not_exist_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.release_printer_class(ctx, printer_class_id=uuid4(), expected_version=1)
