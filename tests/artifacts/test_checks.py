"""A store address that makes no sense is said at start-up."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from apps.artifacts.checks import store_address_is_usable


@pytest.mark.parametrize(
    "url", ["file:///var/lib/farmos/artifacts", "s3://parts/farm?endpoint=https://s3.example&region=eu-1", "s3://parts"]
)
def test_a_usable_address_passes(url: str, settings: Settings) -> None:
    settings.FARMOS_STORE_URL = url

    assert store_address_is_usable() == []


@pytest.mark.parametrize("url", ["file://relative/folder", "/plain/path", "ftp://host/x", "s3://", "s3://parts?endpint=https://x", ""])
def test_an_unusable_one_is_an_error_that_says_what_to_set(url: str, settings: Settings) -> None:
    settings.FARMOS_STORE_URL = url

    (error,) = store_address_is_usable()

    assert error.is_serious()
    assert "FARMOS_STORE_URL" in error.msg
    assert "s3://bucket" in str(error.hint)
