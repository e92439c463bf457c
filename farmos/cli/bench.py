"""``./farm bench NAME [--json]``: run one of the measurements in ``bench/``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from farmos.supervisor.place import ROOT

NOT_BENCHES = frozenset({"__init__", "boards", "figures", "floor"})


def names() -> list[str]:
    """Return the benches there are."""
    return sorted(path.stem for path in ROOT.glob("bench/*.py") if path.stem not in NOT_BENCHES)


def main(arguments: Sequence[str]) -> int:
    """Run the bench; return its exit status."""
    name = arguments[0] if arguments else ""
    if name not in names():
        print(f"usage: ./farm bench NAME [--json]\n\nbenches: {', '.join(names())}", file=sys.stderr)
        return 0 if name in ("-h", "--help") else 2
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *arguments[1:]], cwd=ROOT, check=False).returncode
