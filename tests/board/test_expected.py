"""When an order is expected to be made: the last of its pieces, or nobody says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.board.domain.expected import PieceFacts, expected_at
from tests.factories.context import NOW

SOON, LATE = NOW + timedelta(hours=1), NOW + timedelta(hours=5)
PRINTS, MADE = PieceFacts("printing", SOON), PieceFacts("qa")


def test_is_when_the_last_one_is_made() -> None:
    assert expected_at([PRINTS, PieceFacts("owed", LATE), MADE]) == LATE


def test_counts_what_was_scrapped_as_still_to_make() -> None:
    assert expected_at([PRINTS, PieceFacts("scrapped", LATE)]) == LATE


@pytest.mark.parametrize("other", [PieceFacts("owed"), PieceFacts("printing", LATE, is_doubtful=True)], ids=["no plan", "in doubt"])
def test_nobody_says_as_soon_as_one_is_not_known(other: PieceFacts) -> None:
    assert expected_at([PRINTS, other]) is None


def test_nothing_is_expected_of_what_is_made() -> None:
    assert expected_at([MADE, PieceFacts("canceled", LATE)]) is None
    assert expected_at([]) is None
