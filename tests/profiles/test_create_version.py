"""``profiles.create_version``: settings become a version, hashed and signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured

from apps.journal.context import Context
from apps.journal.refusals import NotFound
from apps.profiles import commands, queries
from apps.profiles.domain import signing
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.catalog import make_draft_class, make_material, make_printer_class
from tests.recorded import refusal_of, the_event

from .starting import make_pair, settings, write_version

pytestmark = pytest.mark.django_db(transaction=True)


class TestWritingAVersion:
    def test_keeps_its_settings_hashed_and_signed(self, ctx: Context) -> None:
        profile, printer_class = make_pair()

        version_id = commands.create_version(
            ctx, profile_id=profile.pk, printer_class_id=printer_class.pk, settings=settings(layer_height=" 0.20 ")
        )

        version = queries.get(version_id)
        assert (version.number, version.state, version.printer_class) == ("1.0.0", ProfileState.DRAFT, printer_class)
        assert queries.settings_of(version) == settings()
        assert signing.is_signed(version.content_sha256, version.signature, secret=configured.SECRET_KEY)
        data, subjects = the_event("ProfileVersionCreated")
        assert data["content_sha256"] == version.content_sha256
        assert subjects == {("profile_version", version_id), ("profile", profile.pk)}

    @pytest.mark.parametrize(
        ("changes", "number"),
        [
            ({"infill_speed": "90"}, "1.0.1"),
            ({"perimeters": "4"}, "1.1.0"),
            ({"perimeters": "4", "infill_speed": "90"}, "1.1.0"),
            ({"end_gcode": "M84"}, "2.0.0"),
        ],
    )
    def test_numbers_it_by_how_much_changed(self, changes: dict[str, str], number: str) -> None:
        pair = make_pair()
        write_version(pair)

        assert write_version(pair, **changes).number == number

    def test_without_a_change_is_refused(self, ctx: Context) -> None:
        profile, printer_class = pair = make_pair()
        write_version(pair)

        refused = refusal_of(
            lambda: commands.create_version(ctx, profile_id=profile.pk, printer_class_id=printer_class.pk, settings=settings())
        )

        assert refused.code == "profile-version-unchanged"

    @pytest.mark.parametrize(
        ("number", "code"), [("1.0.0", "profile-version-exists"), ("1.0", "invalid"), ("v2", "invalid"), ("1.0.-1", "invalid")]
    )
    def test_under_a_number_that_is_none_or_taken_is_refused(self, ctx: Context, number: str, code: str) -> None:
        profile, printer_class = pair = make_pair()
        write_version(pair)

        refused = refusal_of(
            lambda: commands.create_version(
                ctx, profile_id=profile.pk, printer_class_id=printer_class.pk, settings=settings(perimeters="5"), number=number
            )
        )

        assert refused.code == code


class TestSettingsThatCannotBe:
    @pytest.mark.parametrize(
        ("changes", "code", "named"),
        [
            ({"wall_loops": "3"}, "profile-keys-unknown", "wall_loops"),
            ({"layer_heigth": "0.2"}, "profile-keys-unknown", "layer_height?"),
            ({"bed_shape": None}, "profile-keys-missing", "bed_shape"),
            ({"start_gcode": " "}, "profile-keys-missing", "start_gcode"),
            ({"perimeter_generator": "arachne"}, "profile-settings-unfit", "perimeter_generator"),
            ({"gcode_flavor": "klipper"}, "profile-settings-unfit", "gcode_flavor"),
            ({"post_process": "/bin/sh -c 'rm -rf /'"}, "profile-settings-unfit", "post_process"),
            ({"nozzle_diameter": "0.6"}, "profile-settings-unfit", "nozzle_diameter"),
            ({"nozzle_diameter": "0.4,0.4"}, "profile-settings-unfit", "nozzle_diameter"),
            ({"temperature": "400"}, "profile-settings-unfit", "temperature"),
            ({"temperature": "nan"}, "profile-settings-unfit", "temperature"),
            ({"temperature": "2_1_0"}, "profile-settings-unfit", "temperature"),
            ({"temperature": "\u0662\u0661\u0660"}, "profile-settings-unfit", "temperature"),
            ({"temperature": "9" * 500}, "profile-settings-unfit", "temperature"),
            ({"bed_temperature": "-5"}, "profile-settings-unfit", "bed_temperature"),
            ({"filament_density": "0"}, "profile-settings-unfit", "filament_density"),
            ({"layer_height": "0.5"}, "profile-settings-unfit", "layer_height"),
            ({"bed_shape": "0x0,900x0,900x900,0x900"}, "profile-settings-unfit", "bed_shape"),
            ({"bed_shape": "a round one"}, "profile-settings-unfit", "bed_shape"),
            ({"layer_gcode": ""}, "profile-settings-unfit", "layer_gcode"),
            ({"fill_density": "150%"}, "profile-settings-unfit", "fill_density"),
            ({"complete_objects": "1"}, "profile-settings-unfit", "complete_objects"),
        ],
    )
    def test_are_refused_by_name(self, ctx: Context, changes: dict[str, str | None], code: str, named: str) -> None:
        profile, printer_class = make_pair()

        refused = refusal_of(
            lambda: commands.create_version(ctx, profile_id=profile.pk, printer_class_id=printer_class.pk, settings=settings(**changes))
        )

        assert refused.code == code
        assert named in refused.detail
        assert not ProfileVersion.objects.exists()

    def test_outside_the_materials_range_are_refused(self, ctx: Context) -> None:
        profile, printer_class = make_pair(material=make_material(nozzle_min_c=230, nozzle_max_c=250))

        refused = refusal_of(
            lambda: commands.create_version(ctx, profile_id=profile.pk, printer_class_id=printer_class.pk, settings=settings())
        )

        assert {one["key"] for one in refused.params["found"]} == {"temperature", "first_layer_temperature"}

    def test_on_another_or_unreleased_class_are_refused(self, ctx_factory: Callable[..., Context]) -> None:
        profile, _right = make_pair()
        wrong: list[Any] = [make_printer_class(), make_draft_class(key=profile.printer_class_key, class_version=2)]

        for printer_class in wrong:
            refused = refusal_of(
                lambda one=printer_class: commands.create_version(  # type: ignore[misc]
                    ctx_factory(), profile_id=profile.pk, printer_class_id=one.pk, settings=settings()
                )
            )
            assert refused.code == "printer-class-unfit"

    def test_for_nothing_anybody_knows_are_not_found(self, ctx_factory: Callable[..., Context]) -> None:
        profile, printer_class = make_pair()

        for profile_id, class_id in ((uuid4(), printer_class.pk), (profile.pk, uuid4())):
            with pytest.raises(NotFound):
                commands.create_version(ctx_factory(), profile_id=profile_id, printer_class_id=class_id, settings=settings())
