"""Reads of printers: what keeps one from starting, what matching may know, what an attempt pins."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet import queries
from apps.fleet.domain.matching import Loaded, Machine
from apps.fleet.states import Bed, Connection, FeedContent, Health, NozzleMaterial, Occupancy, PrinterWait
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_site
from tests.factories.catalog import CAPABILITY, make_printer_class
from tests.factories.context import NOW
from tests.factories.fleet import make_calibration, make_capability, make_feed, make_occupied_printer, make_printer

pytestmark = pytest.mark.django_db

WORN: dict[str, Any] = {"health": Health.DEGRADED, "health_reason": Reason.CLOG}


class TestWhatKeepsAPrinterFromStarting:
    @pytest.mark.parametrize(
        ("values", "waits"),
        [
            ({}, []),
            ({"retired_at": NOW}, [PrinterWait.RETIRED]),
            ({"bed": Bed.NOT_CLEAR}, [PrinterWait.BED_NOT_CLEAR]),
            ({"bed": Bed.UNKNOWN}, [PrinterWait.BED_UNKNOWN]),
            ({"connection": Connection.UNKNOWN}, [PrinterWait.CONNECTION_UNKNOWN]),
            ({"connection": Connection.MISCONFIGURED}, [PrinterWait.MISCONFIGURED]),
            (WORN, [PrinterWait.DEGRADED]),
            ({**WORN, "connection": Connection.OFFLINE, "bed": Bed.UNKNOWN}, ["offline", "degraded", "bed_unknown"]),
            ({"health": Health.MAINTENANCE}, [PrinterWait.MAINTENANCE]),
            ({"occupancy": Occupancy.FOREIGN, "bed": Bed.NOT_CLEAR}, [PrinterWait.FOREIGN]),
            ({"occupancy": Occupancy.OURS, "current_run_id": uuid4(), "bed": Bed.NOT_CLEAR}, [PrinterWait.PRINTING]),
        ],
    )
    def test_is_named_most_serious_first(self, values: dict[str, Any], waits: list[str]) -> None:
        assert queries.waits(make_printer(**values)) == waits


class TestWhatMatchingMayKnow:
    def test_is_nothing_but_the_fittings_where_no_capability_is_recorded(self) -> None:
        printer = make_printer(nozzle_diameter_um=None)

        known = queries.machine(printer)

        assert known == Machine(printer_class=f"{printer.printer_class.key}@1", nozzle_material=NozzleMaterial.UNKNOWN)

    def test_is_the_machines_own_capability_and_what_is_loaded(self) -> None:
        printer = make_printer(build_sheet="PEI")
        make_capability(printer=printer, max_nozzle_c=260, material_flags=["flexible"], tags=["quiet"])
        feed = make_feed(printer=printer)
        make_feed(printer=printer, position=1, content=FeedContent.UNKNOWN, spool=None, by="")

        known = queries.machine(printer)

        assert (known.max_nozzle_c, known.flags, known.tags, known.sheet) == (260, frozenset({"flexible"}), frozenset({"quiet"}), "PEI")
        assert known.volume_um == (CAPABILITY["volume_x_um"], CAPABILITY["volume_y_um"], CAPABILITY["volume_z_um"])
        assert feed.spool is not None
        assert known.feeds[0] == Loaded("loaded", "PLA", str(feed.spool.material_id), None, 500_000, str(feed.spool_id))
        assert known.feeds[1] == Loaded("unknown")


class TestWhatAnAttemptPins:
    def test_is_the_whole_machine_in_json_values(self) -> None:
        printer = make_printer(printer_class=make_printer_class(key="Voron_250"), connection_evidence={"software_version": "v0.12"})
        make_capability(printer=printer)
        feed = make_feed(printer=printer)
        make_calibration(printer=printer, value=0.97, measured_at=NOW - timedelta(days=1))
        make_calibration(printer=printer, value=0.98)

        pinned = queries.snapshot(printer)

        assert json.loads(json.dumps(pinned)) == pinned
        assert (pinned["class"], pinned["firmware"], pinned["nozzle"]["diameter_um"]) == ("Voron_250@1", "v0.12", 400)
        assert pinned["capability"]["volume_x_um"] == CAPABILITY["volume_x_um"]
        assert pinned["calibration"]["flow_factor"]["value"] == 0.98
        assert pinned["feeds"][0]["spool"] == str(feed.spool_id)

    def test_never_holds_the_access_key(self) -> None:
        assert "sealed-key" not in json.dumps(queries.snapshot(make_printer(access_key_sealed="sealed-key")))


class TestPrintersInService:
    def test_are_those_of_the_site_that_have_not_left(self) -> None:
        here, printing, _gone = make_printer(), make_occupied_printer(), make_printer(retired_at=NOW)
        elsewhere = make_printer(site=make_site())

        assert {one.pk for one in queries.printers_in_service(here.site_id)} == {here.pk, printing.pk}
        assert elsewhere.pk in {one.pk for one in queries.printers_in_service()}

    def test_that_do_not_exist_are_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.get(uuid4())
