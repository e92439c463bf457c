"""Check a file's bytes the way the program does, without a process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from apps.parts.domain.check import Request, check
from apps.parts.domain.volumes import PrinterVolume

ORDINARY = PrinterVolume("Ordinary@1", 250_000, 210_000, 210_000)


def report(content: bytes, *, unit: str = "millimeter", volumes: tuple[PrinterVolume, ...] = (ORDINARY,), seed: int = 7) -> dict[str, Any]:
    """Return the report on a file with these bytes; meshes come as bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "file"
        source.write_bytes(content)
        found = check(source, Request(is_gcode=False, unit=unit, name="part", volumes=volumes, seed=seed), folder)
        for part in found.get("parts", []):
            part["mesh"] = (folder / part["mesh"]).read_bytes()
    return found


def refusal(content: bytes, **options: Any) -> str:
    """Return the code with which a file is refused."""
    code: str = report(content, **options)["refused"]["code"]
    return code


def only(content: bytes, **options: Any) -> dict[str, Any]:
    """Return the one part of a file."""
    (part,) = report(content, **options)["parts"]
    found: dict[str, Any] = part
    return found


def codes(part: dict[str, Any]) -> list[str]:
    """Return the codes of what was found, in their order."""
    return [finding["code"] for finding in part["findings"]]
