"""Countries are called by their names where people read them."""

from __future__ import annotations

import pytest

from apps.accounts.states import COUNTRIES, country_name


@pytest.mark.parametrize(("code", "name"), [("DE", "Germany"), ("US", "United States"), ("XX", "XX"), ("", "")])
def test_a_code_is_called_by_its_name(code: str, name: str) -> None:
    assert country_name(code) == name


def test_every_code_is_there_once() -> None:
    codes = [code for code, _name in COUNTRIES]

    assert len(set(codes)) == len(codes)
    assert all(len(code) == 2 and code.isupper() for code in codes)
