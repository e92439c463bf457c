"""What farmos needs from the system beside Python, and how it gets there: through apt where that is allowed, else by telling the person."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from farmos.supervisor.place import ROOT

POLICY = Path("/usr/sbin/policy-rc.d")
NO_SERVICES = "#!/bin/sh\n# Made by farmos for the time of one installation: installed services are not started.\nexit 101\n"


@dataclass(frozen=True)
class Need:
    """A Debian package, how to see that what it brings is there, and the services it would start."""

    package: str
    is_there: Callable[[], bool]
    services: tuple[str, ...] = ()


def _has_postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def _has_redis() -> bool:
    return shutil.which("redis-server") is not None


def _has_browser_if_used() -> bool:
    return shutil.which("chromium") is not None or not any(ROOT.glob("tests/browser/test_*.py"))


def _has_slicer() -> bool:
    wanted = os.environ.get("FARMOS_PRUSA_SLICER") or "prusa-slicer"
    return shutil.which(wanted, path=f"{os.environ.get('PATH', '')}:/usr/bin") is not None


SLICER = Need("prusa-slicer", _has_slicer)
"""What slicing needs: the demo and the tests."""

NEEDS = (
    Need("postgresql", _has_postgres, services=("postgresql",)),
    Need("redis-server", _has_redis, services=("redis-server",)),
    Need("chromium", _has_browser_if_used),
    SLICER,
)
"""What all the tests need."""


class CannotInstall(Exception):
    """Packages are missing and may not be, or could not be, installed; the message says which and how."""


def ensure(needs: Sequence[Need] = NEEDS) -> None:
    """Install the packages that are missing. Their services are neither started now nor at the next boot.

    Raises:
        CannotInstall: apt is not there, not allowed, or failed.
    """
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    packages = [need.package for need in missing]
    by_hand = f"Install them, then run this again:  sudo apt-get install {' '.join(packages)}"
    root = _as_root()
    if root is None or shutil.which("apt-get") is None:
        raise CannotInstall(f"Packages are needed that are not installed: {', '.join(packages)}. {by_hand}")
    print(f"Installing {', '.join(packages)} …", flush=True)
    with _without_starting_services(root):
        _run(root, "apt-get", "update", "-qq")
        _run(root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    for service in (service for need in missing for service in need.services):
        if shutil.which("systemctl"):
            subprocess.run([*root, "systemctl", "disable", "--now", service], check=False, capture_output=True)
    if still := [need.package for need in missing if not need.is_there()]:
        raise CannotInstall(f"apt finished, but {', '.join(still)} cannot be found. {by_hand}")


def _as_root() -> list[str] | None:
    """Return what to put before a command to run it as root, None when we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None or subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode != 0:
        return None
    return [sudo, "-n"]


@contextmanager
def _without_starting_services(root: list[str]) -> Iterator[None]:
    """Have Debian's own switch forbid packages to start services, unless the machine has a policy of its own: then that one decides."""
    if POLICY.exists():
        yield
        return
    _run(root, "sh", "-c", f"cat > {POLICY} && chmod 755 {POLICY}", given=NO_SERVICES)
    try:
        yield
    finally:
        _run(root, "rm", "-f", str(POLICY))


def _run(root: list[str], *command: str, given: str | None = None) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run([*root, *command], check=False, capture_output=True, text=True, input=given, env=environment)
    if done.returncode != 0:
        raise CannotInstall(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
