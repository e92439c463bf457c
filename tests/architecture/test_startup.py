"""Processes start small: heavy libraries are imported where they are used (together they cost 65 MB and more than a second per process)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from .source import ROOT

HEAVY = ("numpy", "scipy", "aiohttp", "trimesh", "boto3", "botocore", "stripe", "moto", "zeroconf", "segno")

START = """
import json, sys
{first}
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from importlib import import_module
from importlib.util import find_spec
from django.apps import apps
for config in apps.get_app_configs():
    for name in ("tasks", "admin", "consumers"):
        if find_spec(config.name + "." + name):
            import_module(config.name + "." + name)
for name in ("farmos.asgi", "farmos.celery"):
    if find_spec(name):
        import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def loaded_at_start(first: str = "") -> set[str]:
    """Return the modules a fresh process has after setting up Django, its addresses, tasks and servers; ``first`` runs before."""
    done = subprocess.run([sys.executable, "-c", START.format(first=first)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return set(found)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return loaded_at_start()


class TestAFreshProcess:
    def test_has_set_itself_up(self, loaded: set[str]) -> None:
        assert {"farmos.urls", "apps.journal.tasks"} <= loaded

    @pytest.mark.parametrize("library", HEAVY)
    def test_has_not_loaded_what_it_may_never_need(self, loaded: set[str], library: str) -> None:
        assert library not in loaded, f"something imports {library} at the top of a file; import it inside the function that uses it"

    def test_would_be_seen_loading_it(self) -> None:
        assert "boto3" in loaded_at_start(first="import boto3")
