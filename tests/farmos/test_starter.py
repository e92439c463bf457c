"""``./farm manage starter``: what a new shop needs, made once."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.catalog.models import Color, Material, PrinterClass
from apps.inventory.models import Spool
from apps.inventory.states import SpoolState
from apps.journal.models import Event
from apps.orders.models import PriceList
from apps.orders.states import PriceListState
from apps.policy.models import Policy
from apps.policy.states import PolicyState
from apps.profiles import commands as profiles
from apps.profiles import queries
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.accounts import shop
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


def starter(**options: Any) -> str:
    said = StringIO()
    call_command("starter", stdout=said, **options)
    return said.getvalue()


class TestTheStarterData:
    def test_lets_a_shop_plan_every_starter_material_and_tier(self) -> None:
        site = shop()

        starter()

        printer_class = PrinterClass.objects.get(key="Generic_Klipper_250", state="released")
        for family in ("PLA", "PETG"):
            material = Material.objects.get(family=family)
            for tier in ("draft", "standard"):
                version = queries.released_version(
                    material_family=family, material_id=material.pk, quality_tier=tier, printer_class_key=printer_class.key, nozzle_um=400
                )
                assert version is not None
                assert queries.settings_of(version)["filament_type"] == family
        assert set(Color.objects.values_list("name", flat=True)) == {"Black", "White", "Grey", "Orange"}
        assert Spool.objects.filter(site=site, state=SpoolState.SEALED).count() == 8
        assert PriceList.objects.get(site=site).state == PriceListState.RELEASED
        assert Policy.objects.get(site=site).state == PolicyState.ACTIVE

    def test_keeps_starter_prints_off_the_line_that_fills_the_nozzle(self) -> None:
        shop()

        starter()

        (box,) = PrinterClass.objects.get(key="Generic_Klipper_250").keep_outs
        settings = queries.settings_of(ProfileVersion.objects.first() or ProfileVersion())
        assert "G1 X10 Y3" in settings["start_gcode"]
        assert "X110" in settings["start_gcode"]
        assert box["x_um"] <= 10_000
        assert box["x_um"] + box["width_um"] >= 110_000
        assert box["y_um"] <= 3_000 <= box["depth_um"]

    def test_made_again_is_not_made_again(self) -> None:
        shop()
        starter()
        before = Event.objects.count()

        assert "there already" in starter()
        assert Event.objects.count() == before

    def test_goes_on_where_an_interrupted_one_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        shop()
        with monkeypatch.context() as patch:
            patch.setattr(profiles, "promote_version", lambda *_args, **_values: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                starter()
        assert not ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION).exists()

        starter()

        assert ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION).count() == 4
        assert ProfileVersion.objects.count() == 4

    def test_never_undoes_what_the_shop_changed(self) -> None:
        shop()
        starter()
        version = ProfileVersion.objects.filter(state=ProfileState.IN_PRODUCTION).first()
        assert version is not None
        profiles.withdraw_version(make_context(), version_id=version.pk, expected_version=version.version, reason="Not for us")

        starter()

        assert ProfileVersion.objects.get(pk=version.pk).state == ProfileState.WITHDRAWN
        assert ProfileVersion.objects.count() == 4

    def test_makes_as_many_spools_as_asked(self) -> None:
        shop()

        starter(spools=2)
        starter(spools=3)

        assert Spool.objects.count() == 24

    def test_without_a_shop_says_what_to_do(self) -> None:
        with pytest.raises(CommandError, match="shop"):
            starter()

    @pytest.mark.parametrize("spools", [-1, 51])
    def test_refuses_a_number_of_spools_nobody_means(self, spools: int) -> None:
        shop()

        with pytest.raises(CommandError, match="0 to 50"):
            starter(spools=spools)
