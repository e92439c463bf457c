"""What the database refuses about profiles and their versions."""

from __future__ import annotations

import pytest

from apps.profiles.states import ProfileState
from tests.factories.catalog import make_material
from tests.factories.context import NOW
from tests.factories.profiles import make_draft_version, make_profile, make_profile_version
from tests.violations import Violation, missing, refused, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def same_key() -> None:
    make_profile(printer_class_key="Voron", name="one")
    make_profile(printer_class_key="Voron", name="two")


def same_material() -> None:
    material = make_material()
    make_profile(printer_class_key="Voron", material=material, name="one")
    make_profile(printer_class_key="Voron", material=material, name="two")


def same_name() -> None:
    make_profile(printer_class_key="Voron")
    make_profile(printer_class_key="Voron", nozzle_diameter_um=600)


def same_number() -> None:
    profile = make_profile()
    make_draft_version(profile=profile)
    make_draft_version(profile=profile)


def two_in(state: ProfileState) -> None:
    profile = make_profile()
    make_profile_version(profile=profile, state=state)
    make_profile_version(profile=profile, state=state, patch=1)


VIOLATIONS = [
    Violation("one_profile_per_key", "profile-exists", same_key),
    Violation("one_profile_per_material", "profile-of-material-exists", same_material),
    Violation("one_profile_per_name", "profile-name-taken", same_name),
    Violation("profiles_have_a_name_and_a_class", "profile-unnamed", lambda: make_profile(name="")),
    Violation("profile_nozzle_diameter_um_in_range", "profile-nozzle-invalid", lambda: make_profile(nozzle_diameter_um=0)),
    Violation("one_profile_version_per_number", "profile-version-exists", same_number),
    Violation("one_version_in_production", "profile-in-production-already", lambda: two_in(ProfileState.IN_PRODUCTION)),
    Violation("one_previous_version_per_profile", "profile-previous-already", lambda: two_in(ProfileState.PREVIOUS)),
    Violation("profile_version_numbers_are_not_negative", "profile-version-number-invalid", lambda: make_draft_version(minor=-1)),
    Violation(
        "profile_version_content_sha256_is_a_sha256", "profile-version-hash-invalid", lambda: make_draft_version(content_sha256="ab")
    ),
    Violation("versions_beyond_draft_have_content", "profile-version-empty", lambda: make_profile_version(settings=None)),
    Violation("promoted_versions_say_when_and_by_whom", "profile-promotion-unsigned", lambda: make_profile_version(promoted_by="")),
    Violation("flagged_promotions_say_why", "profile-promotion-without-reason", lambda: make_profile_version(promoted_while_failing=True)),
    Violation(
        "withdrawn_versions_say_when_and_why",
        "profile-withdrawal-incomplete",
        lambda: make_profile_version(state=ProfileState.WITHDRAWN, withdrawn_at=NOW),
    ),
]


class TestTheDatabase:
    @pytest.mark.parametrize(
        "violation",
        [*VIOLATIONS, *unknown_codes("profiles", {"Profile": make_profile, "ProfileVersion": make_draft_version})],
        ids=str,
    )
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("profiles", VIOLATIONS) == set()

    def test_lets_no_draft_claim_a_promotion(self) -> None:
        refusal = refused(lambda: make_draft_version(promoted_at=NOW, promoted_by="person:1"))

        assert refusal.code == "profile-promotion-unsigned"


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        profile = make_profile()
        make_profile(printer_class_key=profile.printer_class_key, nozzle_diameter_um=600, name="PLA_0.6_Standard")
        make_profile(printer_class_key=profile.printer_class_key, material=make_material(), name="PLA_CF_0.4_Standard")
        make_profile_version(profile=profile)
        make_profile_version(profile=profile, state=ProfileState.PREVIOUS, minor=1)
        make_profile_version(profile=profile, state=ProfileState.RETIRED, minor=2)
        make_profile_version(profile=profile, state=ProfileState.RETIRED, minor=3, promoted_at=None, promoted_by="")
        make_draft_version(profile=profile, minor=4, settings=None, content_sha256="")

        assert profile.versions.count() == 5
