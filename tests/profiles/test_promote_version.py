"""``profiles.promote_version``: new plans use it."""

from __future__ import annotations

from typing import Any

import pytest

from apps.journal.context import Context
from apps.journal.refusals import Refusal
from apps.profiles import commands, queries
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.context import NOW, make_context
from tests.factories.profiles import make_profile_version
from tests.recorded import refusal_of, the_event
from tests.writers import Writers

from .starting import make_pair, promote, write_version

pytestmark = pytest.mark.django_db(transaction=True)


def states(*versions: ProfileVersion) -> list[str]:
    return [ProfileVersion.objects.get(pk=one.pk).state for one in versions]


class TestPromoting:
    def test_makes_it_what_new_plans_use(self) -> None:
        profile, printer_class = pair = make_pair()

        version = promote(write_version(pair))

        assert (version.state, version.promoted_at, version.promoted_by, version.promoted_while_failing) == (
            ProfileState.IN_PRODUCTION,
            NOW,
            "service:tests",
            False,
        )
        asked: dict[str, Any] = {"material_family": "PLA", "material_id": None, "quality_tier": "standard"}
        assert queries.released_version(**asked, printer_class_key=printer_class.key, nozzle_um=400) == version
        assert queries.classes_with_profile(**asked) == [printer_class.key]
        assert the_event("ProfilePromoted")[1] == {("profile_version", version.pk), ("profile", profile.pk)}

    def test_keeps_the_one_before_for_a_roll_back_and_retires_the_one_before_that(self) -> None:
        pair = make_pair()
        first, second, third = (promote(write_version(pair, perimeters=str(n))) for n in (2, 3, 4))

        assert states(first, second, third) == [ProfileState.RETIRED, ProfileState.PREVIOUS, ProfileState.IN_PRODUCTION]

    def test_in_spite_of_failing_tests_is_flagged_for_ever(self, ctx: Context) -> None:
        draft = write_version(make_pair())
        commands.nominate_version(make_context(), version_id=draft.pk, expected_version=1)

        commands.promote_version(ctx, version_id=draft.pk, expected_version=2, despite_failing="Stringing is fine for drafts")

        version = ProfileVersion.objects.get(pk=draft.pk)
        assert (version.promoted_while_failing, version.promotion_reason) == (True, "Stringing is fine for drafts")
        assert the_event("ProfilePromoted")[0]["while_failing"] is True

    def test_of_a_draft_is_refused_and_moves_nothing(self) -> None:
        pair = make_pair()
        used, draft = promote(write_version(pair)), write_version(pair, perimeters="5")

        refused = refusal_of(lambda: commands.promote_version(make_context(), version_id=draft.pk, expected_version=1))

        assert refused.code == "illegal-transition"
        assert states(used, draft) == [ProfileState.IN_PRODUCTION, ProfileState.DRAFT]

    def test_of_what_was_not_signed_here_is_refused(self, ctx: Context) -> None:
        forged = make_profile_version(state=ProfileState.CANDIDATE, promoted_at=None, promoted_by="", signature="ed25519:AAAA:AAAA")

        refused = refusal_of(lambda: commands.promote_version(ctx, version_id=forged.pk, expected_version=1))

        assert refused.code == "profile-signature-invalid"


@pytest.mark.both_engines
class TestTwoCandidatesPromotedAtOnce:
    def test_leave_one_in_production(self, writers: Writers) -> None:
        pair = make_pair()
        candidates = [write_version(pair, perimeters=str(n)) for n in (2, 3)]
        for one in candidates:
            commands.nominate_version(make_context(), version_id=one.pk, expected_version=1)

        outcomes = writers.in_threads(
            lambda n: commands.promote_version(make_context(), version_id=candidates[n].pk, expected_version=2), 2
        )

        assert all(outcome.error is None or isinstance(outcome.error, Refusal) for outcome in outcomes)
        assert sorted(states(*candidates)).count(ProfileState.IN_PRODUCTION) == 1
