"""Access keys at rest are worth nothing without the farm's secret key."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.fleet.domain.sealing import Unreadable, seal, unseal


class TestASealedKey:
    @settings(max_examples=25, deadline=None)
    @given(st.text(st.characters(codec="utf-8"), max_size=80))
    def test_comes_back_with_the_same_secret_only(self, key: str) -> None:
        sealed = seal(key, secret="farm", at=1_700_000_000)

        assert unseal(sealed, secret="farm") == key
        if key:
            with pytest.raises(Unreadable):
                unseal(sealed, secret="farn")

    def test_does_not_show_the_key_nor_that_two_are_the_same(self) -> None:
        one, other = (seal("5b2d8f0c1e934a7e", secret="farm", at=0) for _ in range(2))

        assert "5b2d8f0c1e934a7e" not in one
        assert one != other

    @pytest.mark.parametrize("sealed", ["x", "gAAAAA", "ключ", "gAAAAABl" + "A" * 100])
    def test_that_was_altered_is_refused(self, sealed: str) -> None:
        with pytest.raises(Unreadable):
            unseal(sealed, secret="farm")
