"""``profiles.retire_version``: offered no more."""

from __future__ import annotations

import pytest

from apps.journal.context import Context
from apps.profiles import commands
from apps.profiles.models import ProfileVersion
from apps.profiles.states import ProfileState
from tests.recorded import refusal_of

from .starting import make_pair, promote, write_version

pytestmark = pytest.mark.django_db(transaction=True)


class TestRetiring:
    def test_gives_up_the_previous_version(self, ctx: Context) -> None:
        pair = make_pair()
        before = promote(write_version(pair))
        promote(write_version(pair, perimeters="5"))
        previous = ProfileVersion.objects.get(pk=before.pk)

        commands.retire_version(ctx, version_id=previous.pk, expected_version=previous.version)

        assert ProfileVersion.objects.get(pk=before.pk).state == ProfileState.RETIRED

    def test_of_the_one_in_use_is_refused(self, ctx: Context) -> None:
        used = promote(write_version(make_pair()))

        refused = refusal_of(lambda: commands.retire_version(ctx, version_id=used.pk, expected_version=used.version))

        assert refused.code == "illegal-transition"
