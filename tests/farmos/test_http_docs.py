"""The commands of docs/integrators/http.md do what it says they do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.states import Role
from apps.parts.models import Upload
from apps.policy.models import Hold
from tests.factories.accounts import make_api_token, make_user, shop

pytestmark = [pytest.mark.django_db(transaction=True)]

DOCS = Path(__file__).parents[2] / "docs" / "integrators" / "http.md"


def test_the_quick_start_runs_as_it_stands(live_server: Any, tmp_path: Path) -> None:
    shop()
    secret = "fos_quick-start"
    make_api_token(secret, user=make_user(Role.ADMIN), scopes=[Role.ADMIN.value])
    (tmp_path / "bracket.stl").write_bytes(b"solid bracket\nendsolid bracket\n")
    script = "set -euo pipefail\n" + "\n".join(re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.S))
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "FARM": live_server.url, "TOKEN": secret}

    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    hold = Hold.objects.get()
    assert (hold.note, hold.release_note) == ("Smoke.", "The air is clear.")
    assert Upload.objects.get().original_name == "bracket.stl"
