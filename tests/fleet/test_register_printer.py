"""``fleet.register_printer``: a machine joins the farm and is only watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from apps.fleet import commands, queries
from apps.fleet.models import Capability, Feed, Printer
from apps.fleet.states import Bed, Connection, ConnectorKind, Health, NozzleMaterial, Occupancy
from apps.journal.context import Context
from apps.journal.models import Event, Receipt
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_circuit, make_site, shop
from tests.factories.catalog import make_draft_class, make_printer_class
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "5b2d8f0c1e934a7e8d6c5b4a39281706"


def register(ctx: Context, **values: Any) -> UUID:
    given = {
        "site_id": shop().pk,
        "code": "V3",
        "name": "Voron 3",
        "connector": ConnectorKind.MOONRAKER,
        "address": "http://192.168.1.20:7125",
        **values,
    }
    return commands.register_printer(ctx, **{"printer_class_id": given.pop("printer_class_id", None) or make_printer_class().pk, **given})


class TestRegisteringAPrinter:
    def test_knows_nothing_about_its_state_yet(self, ctx: Context) -> None:
        printer_id = register(ctx)

        printer = Printer.objects.get(pk=printer_id)
        assert (printer.connection, printer.bed, printer.occupancy, printer.health) == (
            Connection.UNKNOWN,
            Bed.UNKNOWN,
            Occupancy.FREE,
            Health.OK,
        )
        assert (printer.nozzle_diameter_um, printer.nozzle_material, printer.build_sheet) == (None, NozzleMaterial.UNKNOWN, "")
        assert the_event("PrinterRegistered")[1] == {("printer", printer_id), ("site", shop().pk)}

    def test_can_what_its_class_can_and_has_feeds_nobody_looked_into(self, ctx: Context) -> None:
        printer_class = make_printer_class(feeds=2, max_nozzle_c=275, tags=["quiet"])

        printer_id = register(ctx, printer_class_id=printer_class.pk)

        capability = Capability.objects.get(printer_id=printer_id)
        assert (capability.max_nozzle_c, capability.tags, capability.volume_x_um) == (275, ["quiet"], 250_000)
        feeds = Feed.objects.filter(printer_id=printer_id).order_by("position")
        assert [(feed.position, feed.content, feed.spool_id) for feed in feeds] == [(0, "unknown", None), (1, "unknown", None)]

    def test_writes_its_address_in_one_spelling(self, ctx: Context) -> None:
        printer_id = register(ctx, address=" HTTP://Voron3.Local/ ")

        assert Printer.objects.get(pk=printer_id).address == "http://voron3.local:80"


class TestItsAccessKey:
    def test_is_encrypted_at_rest_and_nowhere_else(self, ctx: Context) -> None:
        printer_id = register(ctx, api_key=f" {KEY} ")

        printer = Printer.objects.get(pk=printer_id)
        assert KEY not in printer.access_key_sealed
        assert queries.access_key(printer) == KEY
        assert KEY not in Event.objects.get().data
        assert all(KEY.encode() not in bytes(receipt.fingerprint) and KEY not in str(receipt.result) for receipt in Receipt.objects.all())

    def test_is_empty_where_none_is_asked_for(self, ctx: Context) -> None:
        printer = Printer.objects.get(pk=register(ctx))

        assert (printer.access_key_sealed, queries.access_key(printer)) == ("", "")

    def test_cannot_be_read_with_another_secret(self, ctx: Context) -> None:
        printer = Printer.objects.get(pk=register(ctx, api_key=KEY))

        with override_settings(SECRET_KEY="another"):
            refused = refusal_of(lambda: queries.access_key(printer))

        assert refused.code == "access-key-unreadable"

    @pytest.mark.parametrize("key", ["x" * 513, "a\nb", "a\x00b"])
    def test_that_no_machine_has_is_refused(self, ctx: Context, key: str) -> None:
        assert "api_key" in refusal_of(lambda: register(ctx, api_key=key)).params["fields"]


class TestASecondOne:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"address": "http://192.168.1.21:7125"}, "printer-code-taken"),
            ({"code": "V4"}, "printer-address-taken"),
            ({"code": "V4", "address": "HTTP://192.168.1.20:7125/"}, "printer-address-taken"),
        ],
    )
    def test_is_not_the_same_machine_again(self, ctx_factory: Callable[..., Context], values: dict[str, Any], code: str) -> None:
        register(ctx_factory())

        assert refusal_of(lambda: register(ctx_factory(), **values)).code == code
        assert Printer.objects.count() == 1

    def test_sent_twice_is_one(self, ctx: Context) -> None:
        printer_class_id = make_printer_class().pk

        assert register(ctx, printer_class_id=printer_class_id) == register(ctx, printer_class_id=printer_class_id)
        assert Printer.objects.count() == 1


class TestBadInput:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"code": " "}, "printer-unnamed"),
            ({"name": ""}, "printer-unnamed"),
            ({"code": "x" * 21}, "invalid"),
            ({"name": "x" * 300}, "invalid"),
            ({"nozzle_diameter_um": -400}, "printer-nozzle-invalid"),
            ({"nozzle_diameter_um": 2**31}, "invalid"),
            ({"connector": "telepathy"}, "unknown-code"),
            ({"nozzle_material": "butter"}, "unknown-code"),
            ({"address": ""}, "invalid"),
            ({"address": "http://[::1]@evil"}, "invalid"),
            ({"address": "http://169.254.169.254"}, "invalid"),
            ({"address": "file:///etc/passwd"}, "invalid"),
            ({"address": "http://" + "a" * 400}, "invalid"),
        ],
    )
    def test_is_refused_and_leaves_nothing(self, ctx: Context, values: dict[str, Any], code: str) -> None:
        assert refusal_of(lambda: register(ctx, **values)).code == code
        assert not Printer.objects.exists()
        assert not Feed.objects.exists()

    @pytest.mark.parametrize("unknown", ["site_id", "printer_class_id", "circuit_id"])
    def test_with_an_unknown_id_is_not_found(self, ctx: Context, unknown: str) -> None:
        with pytest.raises(NotFound):
            register(ctx, **{unknown: uuid4()})

    def test_on_another_sites_circuit_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            register(ctx, circuit_id=make_circuit(site=make_site()).pk)

    def test_of_a_class_that_is_still_written_is_refused(self, ctx: Context) -> None:
        assert refusal_of(lambda: register(ctx, printer_class_id=make_draft_class().pk)).code == "printer-class-not-released"
