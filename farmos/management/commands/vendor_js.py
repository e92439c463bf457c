"""``./farm manage vendor_js``: fetch the JavaScript packages of ``farmos/vendored.py`` and write the named files, with sums and licence."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from farmos import vendored
from farmos.vendored import Package

_BARE = re.compile(r"""(?P<before>\b(?:from|import)\s*\(?\s*)(?P<quote>['"])(?P<name>[@a-z][\w@/.-]*)(?P=quote)""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FETCH_S = 120


class Command(BaseCommand):
    """Write every package anew, or with ``--check`` say what differs from the record."""

    help = "Fetch the JavaScript packages that farmos/vendored.py names and write their files under apps/board/static/vendor/."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which package, and whether only to look."""
        parser.add_argument("packages", nargs="*", help="only these (default: all)")
        parser.add_argument("--check", action="store_true", help="fetch nothing; say whether the files are what was recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for each package.

        Raises:
            CommandError: a package is unknown, cannot be fetched, or is not what is expected.
        """
        known = {package.name: package for package in vendored.PACKAGES}
        strange = [name for name in options["packages"] if name not in known]
        if strange:
            raise CommandError(f"farmos/vendored.py names no {', '.join(strange)}. It names: {', '.join(known)}.")
        for name, package in known.items():
            if options["packages"] and name not in options["packages"]:
                continue
            if options["check"]:
                differing = differences(package)
                if differing:
                    raise CommandError(f"{name}: {'; '.join(differing)}. Fetch it again:  ./farm manage vendor_js {name}")
            else:
                fetch(package)
            self.stdout.write(f"{name} {package.version}: {'as recorded' if options['check'] else f'written to {package.folder}'}")


def differences(package: Package) -> list[str]:
    """Return in words how a package's folder differs from its record; empty when it does not."""
    record = package.folder / vendored.RECORD
    if not record.exists():
        return ["it was never fetched"]
    kept = json.loads(record.read_text())
    there = {str(file.relative_to(package.folder)) for file in package.folder.rglob("*") if file.is_file()} - {vendored.RECORD}
    found = [f"{name} is missing" for name in kept["files"] if name not in there]
    found += [f"{name} is not on record" for name in sorted(there - set(kept["files"]))]
    found += [f"{name} was changed" for name in kept["files"] if name in there and _sum(package.folder / name) != kept["files"][name]]
    if set(package.files) - set(kept["files"]) or kept["version"] != package.version:
        found.append("farmos/vendored.py asks for something else")
    return found


def fetch(package: Package) -> None:
    """Fetch a package with npm, which verifies the registry's own sum, and replace its folder."""
    with tempfile.TemporaryDirectory() as scratch:
        tarball = _pack(package, Path(scratch))
        with tarfile.open(tarball) as archive:
            archive.extractall(scratch, filter="data")
        unpacked = Path(scratch) / "package"
        manifest = json.loads((unpacked / "package.json").read_text())
        if (manifest["name"], manifest["version"], manifest["license"]) != (package.name, package.version, package.licence):
            raise CommandError(f"{package.name} says it is {manifest['name']} {manifest['version']} under {manifest['license']}.")
        shutil.rmtree(package.folder, ignore_errors=True)
        for name in package.files:
            _write(package.folder / name, _as_module(package, name, (unpacked / name).read_text()))
        _write(package.folder / "LICENSE", (unpacked / package.licence_file).read_text())
        record = {
            "name": package.name,
            "version": package.version,
            "licence": package.licence,
            "tarball_sha256": _sum(tarball),
            "files": {str(file.relative_to(package.folder)): _sum(file) for file in sorted(package.folder.rglob("*")) if file.is_file()},
        }
        _write(package.folder / vendored.RECORD, json.dumps(record, indent=2) + "\n")


def _pack(package: Package, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise CommandError("npm is missing; it is only needed for this. Install it:  sudo apt-get install npm")
    command = [npm, "pack", f"{package.name}@{package.version}", "--pack-destination", str(scratch), "--json", "--ignore-scripts"]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=FETCH_S, check=False)
    if done.returncode:
        raise CommandError(f"npm could not fetch {package.name} {package.version}: {done.stderr.strip()[-300:]}")
    return next(scratch.glob("*.tgz"))


def _as_module(package: Package, name: str, text: str) -> str:
    """Return the text of a file with bare imports made relative, and what it defines exported where it is a classic script."""
    comments = [match.span() for match in _COMMENT.finditer(text)]

    def relative(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in comments):
            return match[0]
        return f"{match['before']}{match['quote']}{_address(package, name, match['name'])}{match['quote']}"

    exported = package.exports.get(name)
    return _BARE.sub(relative, text) + (f"\nexport {{ {', '.join(exported)} }};\n" if exported else "")


def _address(package: Package, name: str, wanted: str) -> str:
    entry = vendored.ENTRIES.get(wanted)
    target = next((other for other in vendored.PACKAGES if other.name == wanted), None)
    if entry is None or target is None:
        raise CommandError(f"{package.name}/{name} imports {wanted!r}, which farmos/vendored.py does not name.")
    way = os.path.relpath(target.folder / entry, (package.folder / name).parent)
    return str(PurePosixPath(way)) if way.startswith(".") else f"./{way}"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
