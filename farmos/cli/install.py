"""Make ``.venv`` hold the pinned packages. Run by ``./farm`` with the system's Python, so standard library only.

A stamp in the environment says which requirement files were installed completely; when it matches nothing is done (and no network is
needed). A mark beside the environment says that an installation was interrupted half-way: then it is built again from nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = ROOT / ".venv-unfinished"
FILES = {"run": ("requirements.txt",), "dev": ("requirements.txt", "requirements-dev.txt")}
UNAVAILABLE = 69
"""Exit status (EX_UNAVAILABLE): something outside farmos is missing; the message says what."""


class CannotInstall(Exception):
    """The environment could not be made; the message says why and what to do."""


def fingerprint(wanted: str) -> str:
    """Return what the stamp of the set ``wanted`` must contain: the files' contents, the Python and where the environment is."""
    digest = hashlib.sha256()
    for name in FILES[wanted]:
        digest.update((ROOT / name).read_bytes())
    return f"{digest.hexdigest()} {'.'.join(map(str, sys.version_info[:2]))} {VENV}\n"


def stamp(wanted: str) -> Path:
    """Return where the stamp of the set ``wanted`` is."""
    return VENV / f"farmos-{wanted}.stamp"


def is_complete(wanted: str) -> bool:
    """Was exactly this set installed, by this Python, here? The development set includes the other."""
    if not PYTHON.exists():
        return False
    return any(_reads(stamp(name)) == fingerprint(name) for name in ("dev", wanted))


def install(wanted: str) -> None:
    """Bring the environment to the set ``wanted``. Two callers at once wait for each other.

    Raises:
        CannotInstall: a module of Python is missing, or pip failed; nothing that worked before was broken.
    """
    if is_complete(wanted):
        return
    guard = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not is_complete(wanted):
            _install(wanted)
    finally:
        os.close(guard)


def _install(wanted: str) -> None:
    if VENV.is_symlink():
        raise CannotInstall(f"{VENV} is a link, and making it anew would empty what it leads to. Take the link away, then run this again.")
    began = time.monotonic()
    was_interrupted = UNFINISHED.exists()
    UNFINISHED.touch()
    stamps = {name: _reads(stamp(name)) for name in FILES}
    was_moved = any(content and not content.endswith(f" {VENV}\n") for content in stamps.values())
    if was_interrupted or was_moved or not _works():
        _create()
        stamps = {}
    say(f"Installing the packages of {FILES[wanted][-1]} (this needs the network and about a minute, once) …")
    for name in FILES:
        stamp(name).unlink(missing_ok=True)
    done = _pip(
        "install", "--quiet", "--no-input", "--disable-pip-version-check", *(a for f in FILES[wanted] for a in ("-r", str(ROOT / f)))
    )
    if done.returncode == 0:
        _write(wanted, fingerprint(wanted))
        UNFINISHED.unlink()
        say(f"Installed in {time.monotonic() - began:.0f} s.")
        return
    if _pip("check").returncode == 0:  # nothing was broken: what worked before works on
        for name, content in stamps.items():
            _write(name, content)
        UNFINISHED.unlink()
    shown = "\n".join(line for line in done.stdout.splitlines() if not line.startswith("WARNING: Location"))
    raise CannotInstall(
        f"pip could not install the packages:\n{shown[-3000:]}\nIs the network reachable? farmos needs it for this step only."
    )


def _works() -> bool:
    """Does the environment's own Python run, is it the version that runs us, and does it have pip?"""
    if not PYTHON.exists():
        return False
    asked = subprocess.run(
        [PYTHON, "-I", "-c", "import sys, pip; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return asked.stdout.split() == [str(part) for part in sys.version_info[:2]]


def _create() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise CannotInstall(
                f"Python's {module} module is missing. Install it, then run this again:  sudo apt-get install python{version}-venv"
            )
    say(f"Making {VENV} with Python {sys.version.split()[0]} …")
    done = subprocess.run(
        [sys.executable, "-I", "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise CannotInstall(f"The environment could not be made:\n{done.stdout[-3000:]}")


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "pip", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )


def _write(name: str, content: str) -> None:
    if content:
        fresh = stamp(name).with_suffix(".new")
        fresh.write_text(content)
        fresh.replace(stamp(name))


def _reads(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def say(text: str) -> None:
    """Tell the person what takes time (on stderr: the verb's own output stays clean)."""
    print(f"farm: {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Install the set named on the command line; return the exit status."""
    try:
        install(sys.argv[1] if len(sys.argv) > 1 else "run")
    except CannotInstall as problem:
        say(str(problem))
        return UNAVAILABLE
    except KeyboardInterrupt:
        say("Interrupted. Run the same command again: it starts over cleanly.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
