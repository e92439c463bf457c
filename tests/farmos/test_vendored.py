"""Scripts of others: exactly what was fetched, under their licence, importing nothing by a bare name."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from farmos import vendored
from farmos.management.commands.vendor_js import _as_module, differences

IMPORT = re.compile(r"""^(?:\}|import|export)[^\n*]*?\bfrom\s*['"]([^'"]+)['"]""", re.MULTILINE)
packages = pytest.mark.parametrize("package", vendored.PACKAGES, ids=lambda package: package.name)


class TestWhatIsCommitted:
    @packages
    def test_is_what_was_fetched(self, package: vendored.Package) -> None:
        assert differences(package) == []

    @packages
    def test_has_its_licence_beside_it(self, package: vendored.Package) -> None:
        assert len((package.folder / "LICENSE").read_text()) > 300

    @packages
    def test_imports_only_files_that_are_there(self, package: vendored.Package) -> None:
        for name in package.files:
            file = package.folder / name
            for address in IMPORT.findall(file.read_text()):
                assert address.startswith("."), f"{file} imports {address}"
                assert (file.parent / address).resolve().is_file(), f"{file} imports {address}"

    def test_is_all_named(self) -> None:
        assert {folder.name for folder in vendored.FOLDER.iterdir()} == {package.folder.name for package in vendored.PACKAGES}


class TestTheCheck:
    def test_sees_a_file_that_was_changed_added_or_lost(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        package = vendored.PACKAGES[0]
        shutil.copytree(package.folder, tmp_path / package.folder.name)
        monkeypatch.setattr(vendored, "FOLDER", tmp_path)
        script = package.folder / package.files[0]
        script.write_text(script.read_text() + "\n")
        (package.folder / "more.js").write_text("1;")
        (package.folder / "LICENSE").unlink()

        assert differences(package) == ["LICENSE is missing", "more.js is not on record", "dist/idiomorph.min.js was changed"]

    def test_sees_a_package_that_was_never_fetched(self) -> None:
        assert differences(replace(vendored.PACKAGES[0], version="9.9.9")) == ["it was never fetched"]


class TestMakingAModule:
    def test_turns_a_bare_import_into_a_relative_one_but_not_in_comments(self) -> None:
        three = vendored.PACKAGES[1]
        text = "/* import { X } from 'three'; */\nimport { X } from 'three';\n"

        made = _as_module(three, "examples/jsm/loaders/STLLoader.js", text)

        assert made == "/* import { X } from 'three'; */\nimport { X } from '../../../build/three.module.min.js';\n"

    def test_exports_what_a_classic_script_defines(self) -> None:
        package = vendored.PACKAGES[0]

        assert _as_module(package, package.files[0], "var Idiomorph = 1;").endswith("\nexport { Idiomorph };\n")
