"""``profiles.nominate_version``: fixed for ever."""

from __future__ import annotations

import pytest

from apps.journal.context import Context
from apps.profiles import commands
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.factories.profiles import make_draft_version, make_profile_version
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestNominating:
    def test_makes_a_draft_a_candidate(self, ctx: Context) -> None:
        draft = make_draft_version()

        commands.nominate_version(ctx, version_id=draft.pk, expected_version=1)

        assert ProfileVersion.objects.get(pk=draft.pk).state == ProfileState.CANDIDATE
        assert the_event("ProfileVersionNominated")[0]["number"] == "1.0.0"

    def test_an_empty_draft_is_refused(self, ctx: Context) -> None:
        empty = make_draft_version(settings=None, content_sha256="")

        refused = refusal_of(lambda: commands.nominate_version(ctx, version_id=empty.pk, expected_version=1))

        assert refused.code == "profile-version-empty"

    def test_what_is_in_production_is_refused(self, ctx: Context) -> None:
        used = make_profile_version()

        refused = refusal_of(lambda: commands.nominate_version(ctx, version_id=used.pk, expected_version=1))

        assert refused.code == "illegal-transition"
