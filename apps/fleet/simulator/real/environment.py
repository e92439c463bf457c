"""Programs that are somebody else's: each in an environment of its own beside our code, installed from the package registry at the first use."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parents[4] / ".test-services"


class NotInstalled(Exception):
    """It cannot be installed; the text is what pip said."""


def python_with(package: str, version: str) -> Path:
    """Return the Python of an environment that has ``package`` in this version.

    Raises:
        NotInstalled: the registry does not answer, or does not have it for this Python.
    """
    place = PLACE / f"{package}-{version}"
    PLACE.mkdir(exist_ok=True)
    lock = os.open(PLACE / f"{package}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            _install(place, f"{package}=={version}")
    finally:
        os.close(lock)
    return place / "bin" / "python"


def _install(place: Path, wanted: str) -> None:
    """Make the environment whole or not at all. Scripts in it name the place where it was made, so they are not used."""
    unfinished = place.with_name(f"{place.name}-unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(unfinished)], check=True)
    pip = [str(unfinished / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, wanted], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotInstalled(f"{wanted} cannot be installed: {done.stderr.strip()[-600:]}")
    unfinished.rename(place)
