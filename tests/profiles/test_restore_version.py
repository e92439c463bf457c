"""``profiles.restore_version``: an earlier one is used again."""

from __future__ import annotations

import pytest

from apps.journal.context import Context
from apps.profiles import commands
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.context import make_context
from tests.recorded import refusal_of, the_event

from .starting import make_pair, promote, write_version

pytestmark = pytest.mark.django_db(transaction=True)


class TestRestoring:
    def test_brings_back_one_that_was_retired_after_production(self, ctx: Context) -> None:
        pair = make_pair()
        versions = [promote(write_version(pair, perimeters=str(n))) for n in (2, 3, 4)]
        for bad in (versions[2], versions[1]):
            now = ProfileVersion.objects.get(pk=bad.pk)
            commands.withdraw_version(make_context(), version_id=bad.pk, expected_version=now.version, reason="Bad")
        retired = ProfileVersion.objects.get(pk=versions[0].pk)

        commands.restore_version(ctx, version_id=retired.pk, expected_version=retired.version)

        assert ProfileVersion.objects.get(pk=retired.pk).state == ProfileState.IN_PRODUCTION

    def test_while_another_is_in_production_is_refused(self, ctx: Context) -> None:
        pair = make_pair()
        before = promote(write_version(pair))
        promote(write_version(pair, perimeters="5"))
        previous = ProfileVersion.objects.get(pk=before.pk)

        refused = refusal_of(lambda: commands.restore_version(ctx, version_id=previous.pk, expected_version=previous.version))

        assert refused.code == "profile-in-production-already"

    def test_of_a_candidate_that_never_made_it_is_refused(self, ctx: Context) -> None:
        draft = write_version(make_pair())
        commands.nominate_version(make_context(), version_id=draft.pk, expected_version=1)
        commands.retire_version(make_context(), version_id=draft.pk, expected_version=2)

        refused = refusal_of(lambda: commands.restore_version(ctx, version_id=draft.pk, expected_version=3))

        assert refused.code == "illegal-transition"
        assert the_event("ProfileVersionRetired")[0]["number"] == "1.0.0"
