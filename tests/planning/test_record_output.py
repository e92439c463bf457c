"""``planning.record_output``: keep the G-code that was made."""

from __future__ import annotations

from typing import Any

import pytest

from apps.artifacts.models import ArtifactParent
from apps.journal.models import Event
from apps.planning import commands, queries
from apps.planning.commands.slices import MadeOutput
from apps.planning.models import BuildPlate, Output
from tests.factories.artifacts import make_stored
from tests.factories.context import make_context
from tests.factories.planning import make_output
from tests.planning.test_request_slice import approved, automation
from tests.planning.workshop import set_up

pytestmark = pytest.mark.django_db(transaction=True)


def asked() -> BuildPlate:
    plate = approved(set_up())
    commands.request_slice(automation(), plate_id=plate.pk)
    return BuildPlate.objects.get(pk=plate.pk)


def made(**overrides: Any) -> MadeOutput:
    values: dict[str, Any] = {
        "gcode": make_stored(mime="text/x-gcode"),
        "preview": make_stored(mime="image/svg+xml"),
        "seconds": 3_601,
        "filament_mg": 12_000,
        "filament_mm": 4_000,
        "layers": 40,
        "warnings": ("GCODE_PAUSES",),
        "facts": {"bounds_um": [[0, 0, 200], [50_000, 60_000, 8_000]], "max_nozzle_c": 215, "max_bed_c": 60},
        "tool": "PrusaSlicer",
        "tool_version": "2.5.0 sha256:0123456789ab",
        **overrides,
    }
    return MadeOutput(**values)


class TestRecording:
    def test_gives_the_plate_its_gcode_with_estimates_and_lineage(self) -> None:
        plate = asked()

        output_id = commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made())

        output = Output.objects.get()
        assert output.pk == output_id
        assert (output.estimated_minutes, output.layers, output.warnings) == (61, 40, ["GCODE_PAUSES"])
        assert {(row.role, row.tool) for row in ArtifactParent.objects.filter(child=output.artifact)} == {
            ("layout", "PrusaSlicer"),
            ("settings", "PrusaSlicer"),
        }
        plate = BuildPlate.objects.get(pk=plate.pk)
        assert plate.output == queries.output_for(plate) == output
        event = Event.objects.get(type="Sliced")
        assert '"reused":false' in event.data
        assert event.subject_rows.filter(kind="intent").exists()

    def test_tells_matching_what_the_gcode_really_needs(self) -> None:
        plate = asked()
        commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made())

        wanted = queries.wanted_of(BuildPlate.objects.get(pk=plate.pk))

        assert (wanted.nozzle_c, wanted.bed_c, wanted.size_um) == (215, 60, (50_000, 60_000, 8_000))
        assert wanted.printer_class == "Generic_250@1"

    def test_twice_keeps_one(self) -> None:
        plate = asked()
        first = commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made())

        second = commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made())

        assert first == second
        assert Event.objects.filter(type="Sliced").count() == 1

    def test_uses_what_somebody_else_made_a_moment_earlier(self) -> None:
        plate = asked()
        other = make_output(layout=plate.layout, printer_class=plate.printer_class, slice_key=plate.slice_key)

        assert commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made()) == other.pk
        assert '"reused":true' in Event.objects.get(type="Sliced").data

    def test_for_a_plate_that_is_void_or_asked_for_something_else_does_nothing(self) -> None:
        plate = asked()

        assert commands.record_output(make_context(), plate_id=plate.pk, slice_key="f" * 64, made=made()) is None
        commands.void_plate(make_context(), plate_id=plate.pk, reason="SUPERSEDED")  # type: ignore[arg-type]
        assert commands.record_output(make_context(), plate_id=plate.pk, slice_key=plate.slice_key, made=made()) is None
        assert not Output.objects.exists()
