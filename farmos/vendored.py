"""JavaScript of others that our pages load, by name and version. ``./farm manage vendor_js`` fetches it; what it wrote is committed.

Adding a package: a line here, ``./farm manage vendor_js``, commit the folder it made, and a line in docs/decisions/dependencies.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "apps" / "board" / "static" / "vendor"
RECORD = "vendored.json"
"""In each package's folder: where it came from, its licence and the SHA-256 of everything in it."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the npm registry.

    Args:
        name: Its name there.
        version: Exactly this one.
        licence: What its ``package.json`` must say, so that a change of licence is noticed.
        files: The modules our pages load, as the package names them; they keep their places, so that their relative imports hold.
        exports: Names a classic script defines that a line ``export { … };`` is added for, by file.
        licence_file: The package's licence text, kept beside its files.
    """

    name: str
    version: str
    licence: str
    files: tuple[str, ...]
    exports: dict[str, tuple[str, ...]] = field(default_factory=dict)
    licence_file: str = "LICENSE"

    @property
    def folder(self) -> Path:
        """Return where it is kept: the version is part of its address."""
        return FOLDER / f"{self.name.removeprefix('@').replace('/', '-')}@{self.version}"


PACKAGES = (
    Package("idiomorph", "0.8.0", "0BSD", ("dist/idiomorph.min.js",), exports={"dist/idiomorph.min.js": ("Idiomorph",)}),
    Package(
        "three",
        "0.185.1",
        "MIT",
        (
            "build/three.core.min.js",
            "build/three.module.min.js",
            "examples/jsm/controls/OrbitControls.js",
            "examples/jsm/libs/fflate.module.js",
            "examples/jsm/loaders/3MFLoader.js",
            "examples/jsm/loaders/STLLoader.js",
            "examples/jsm/utils/BufferGeometryUtils.js",
        ),
    ),
)
ENTRIES = {"three": "build/three.module.min.js"}
"""What a bare import such as ``from 'three'`` means, by package: pages have no import map (it would have to be inline)."""
