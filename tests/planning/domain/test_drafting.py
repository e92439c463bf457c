"""Defaults of a plan: what is chosen, what else was possible, and what a person must look at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from apps.planning.domain import drafting
from apps.planning.domain.drafting import ClassOption, Estimate, MaterialWish, Model, ProfileOption, choose_class, draft, fits
from apps.planning.domain.recipes import Recipe

PROFILE = ProfileOption(uuid4(), "PLA_0.4_Standard v1.0.0", "a" * 64, {"layer_height": "0.2", "fill_density": "15%"})
SMALL = ClassOption(uuid4(), "Small@1", (180_000, 180_000, 180_000), False, 400, 2, PROFILE)
LARGE = ClassOption(uuid4(), "Large@3", (350_000, 350_000, 340_000), False, 400, 1, PROFILE)
MODEL = Model(uuid4(), "b" * 64, "geometry", (60_000, 40_000, 20_000), "PASS")
MATERIAL = MaterialWish(uuid4(), "PLA", uuid4(), flags=("abrasive", "hygroscopic"))


def drafted(model: Model = MODEL, options: list[ClassOption] | None = None, **values: Any) -> Recipe:
    given: dict[str, Any] = {
        "quality_tier": "standard",
        "constraints": (),
        "slicer_digest": "PrusaSlicer 2.5.0 sha256:0123",
        "estimate": Estimate(60, 12_000, 4_000),
        "risk": ("LOW", ()),
        **values,
    }
    material = given.pop("material", MATERIAL)
    return draft(model, choose_class(model, [SMALL, LARGE] if options is None else options), material, **given)


class TestTheKindOfPrinter:
    def test_with_most_printers_is_chosen_and_the_others_are_named_with_the_reason(self) -> None:
        choice = choose_class(MODEL, [LARGE, SMALL, replace(SMALL, name="Bare@1", profile=None)])

        assert choice.option == SMALL
        assert choice.record["alternatives"] == [
            {"option": "Large@3", "reason": "FEWER_PRINTERS"},
            {"option": "Bare@1", "reason": "NO_PROFILE"},
        ]
        assert choice.record["confidence"] == "MEDIUM"

    def test_must_be_big_enough(self) -> None:
        choice = choose_class(replace(MODEL, size_um=(200_000, 200_000, 20_000)), [SMALL, LARGE])

        assert choice.option == LARGE
        assert {"option": "Small@1", "reason": "TOO_SMALL"} in choice.record["alternatives"]
        assert choice.record["confidence"] == "HIGH"

    def test_without_a_printer_of_it_is_chosen_with_low_confidence(self) -> None:
        choice = choose_class(MODEL, [replace(SMALL, printers=0)])

        assert (choice.option is not None, choice.record["confidence"]) == (True, "LOW")

    @pytest.mark.parametrize(
        ("size", "expected"),
        [((180, 180, 180), True), ((181, 10, 10), False), ((10, 10, 181), False), ((180, 181, 1), False)],
    )
    def test_fits_to_the_micrometre(self, size: tuple[int, int, int], expected: bool) -> None:
        assert fits((size[0] * 1000, size[1] * 1000, size[2] * 1000), SMALL) is expected

    def test_with_a_round_bed_holds_what_its_diagonal_lets(self) -> None:
        delta = replace(SMALL, is_round=True)

        assert fits((120_000, 120_000, 10_000), delta)
        assert not fits((130_000, 130_000, 10_000), delta)

    def test_for_supplied_gcode_needs_no_profile(self) -> None:
        model = replace(MODEL, source="gcode")

        assert choose_class(model, [replace(SMALL, profile=None)]).option is not None


class TestARecipe:
    def test_pins_what_it_is_made_from(self) -> None:
        recipe = drafted()

        assert recipe.pins == {
            "source": "geometry",
            "model": "b" * 64,
            "profile": "a" * 64,
            "slicer": "PrusaSlicer 2.5.0 sha256:0123",
            "overrides": drafting.SUPPORTS_AUTO,
        }
        assert recipe.profile_version_id == PROFILE.version_id

    def test_says_what_it_asks_of_a_machine(self) -> None:
        asked = drafted().printer_requirements

        assert asked["min_build_volume"] == [60_000, 40_000, 20_000]
        assert (asked["nozzle_diameter"], asked["printer_class"], asked["material_flags"]) == (400, "Small@1", ["abrasive"])

    def test_shows_its_settings_and_explains_each_choice(self) -> None:
        recipe = drafted()

        assert (recipe.slicing["layer_height"], recipe.slicing["infill"], recipe.slicing["supports"]) == ("0.2", "15%", "auto")
        assert [one["choice"] for one in recipe.auto_choices] == ["printer_class", "profile", "orientation", "supports"]
        assert all(one["reasons"] and one["confidence"] for one in recipe.auto_choices)

    def test_of_supplied_gcode_has_neither_profile_nor_slicer_and_is_looked_at(self) -> None:
        recipe = drafted(replace(MODEL, source="gcode"))

        assert (recipe.profile_version_id, recipe.slicer_digest, recipe.slicing) == (None, "", {})
        assert recipe.source_artifact_id == MODEL.artifact_id
        assert "nozzle_diameter" not in recipe.printer_requirements
        assert [one.code for one in recipe.reviews] == ["EXTERNAL_GCODE"]


class TestReviews:
    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            ("strength_axis", "STRENGTH_AXIS"),
            ("cosmetic_face", "COSMETIC_FACE"),
            ("no_support_marks_faces", "NO_SUPPORT_MARKS_FACES"),
            ("custom", "CUSTOM"),
        ],
    )
    def test_are_asked_for_by_every_wish_that_automation_cannot_judge(self, kind: str, code: str) -> None:
        assert [one.code for one in drafted(constraints=[{"kind": kind}]).reviews] == [code]

    def test_are_not_asked_for_by_what_preflight_checks(self) -> None:
        assert drafted(constraints=[{"kind": "watertight"}]).reviews == ()

    def test_repeat_no_words_of_the_customer(self) -> None:
        (review,) = drafted(constraints=[{"kind": "custom", "text": "for my mother Ann"}, {"kind": "custom", "text": "x"}]).reviews

        assert review.evidence == {"asked": [{"kind": "custom"}, {"kind": "custom"}]}

    def test_say_what_was_tried_when_nothing_fits(self) -> None:
        recipe = drafted(replace(MODEL, size_um=(900_000, 10_000, 10_000)))

        assert [one.code for one in recipe.reviews] == ["NO_MATCH"]
        assert {one["reason"] for one in recipe.reviews[0].evidence["alternatives"]} == {"TOO_SMALL"}
        assert recipe.profile_version_id is None

    @pytest.mark.parametrize(
        ("changes", "code"), [({"preflight_status": "FAIL"}, "PREFLIGHT_FINDING"), ({"is_repaired": True}, "REPAIRED_MODEL")]
    )
    def test_are_asked_for_by_the_state_of_the_model(self, changes: dict[str, Any], code: str) -> None:
        assert [one.code for one in drafted(replace(MODEL, **changes)).reviews] == [code]
