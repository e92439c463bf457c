"""Every finding and every refusal of a file is said in words people understand."""

from __future__ import annotations

import ast
import inspect
import string
from pathlib import Path

import pytest

from apps.journal.refusals import WORDS, Refusal
from apps.parts import domain, subscribers
from apps.parts.domain import preflight, supplied_gcode
from apps.parts.domain.findings import Finding, Severity, from_record
from apps.parts.labels.findings import FINDINGS, speak
from apps.slicing.domain.gcode import GcodeCode

from .checking import only
from .solids import binary, box, cube, inverted, together


def strings_given_to(name: str, source: str) -> set[str]:
    """Return the first arguments of all calls of ``name`` in ``source`` that are strings."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args:
            found |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def domain_sources() -> list[str]:
    return [path.read_text() for path in Path(domain.__path__[0]).rglob("*.py")]


class TestARefusedFile:
    codes = sorted(set().union(*(strings_given_to("Unusable", source) for source in domain_sources())))

    def test_there_are_many_ways_to_be_refused(self) -> None:
        assert {"archive-is-bomb", "stl-truncated", "model-without-faces", "upload-not-a-model"} <= set(self.codes)
        assert "check-too-heavy" in inspect.getsource(subscribers)

    @pytest.mark.parametrize("code", [*codes, "upload-empty", "check-too-heavy", "check-failed"])
    def test_has_words_that_need_nothing_it_is_not_given(self, code: str) -> None:
        words = WORDS[code]
        named = {name for text in (words.detail, words.fix) for _lit, name, _spec, _conv in string.Formatter().parse(str(text)) if name}
        given = set().union(*(_keywords(code, source) for source in domain_sources()))

        assert named <= given
        assert Refusal(code, **dict.fromkeys(named, 5)).detail


def _keywords(code: str, source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and code in strings_given_to("Unusable", ast.unparse(node)):
            found |= {str(keyword.arg) for keyword in node.keywords}
    return found


class TestAFinding:
    mesh = sorted(strings_given_to("Finding", inspect.getsource(preflight)))

    @pytest.mark.parametrize(
        "code", [*mesh, "EXTERNAL_GCODE", *(code.value for code in GcodeCode if code.value not in supplied_gcode.USELESS)]
    )
    def test_has_its_four_sentences(self, code: str) -> None:
        said = speak(Finding(code, Severity.WARN))

        assert all(len(sentence) > 10 for sentence in (said.wrong, said.why, said.fix, said.we_can))

    def test_that_can_be_made_has_words_and_no_other_has(self) -> None:
        gcode = {code.value for code in GcodeCode} - supplied_gcode.USELESS

        assert set(FINDINGS) == {*self.mesh, "EXTERNAL_GCODE", *gcode}

    @pytest.mark.parametrize(
        "shape",
        [
            cube(20)[:-1],
            cube(3),
            cube(300),
            cube(3_000),
            box((50, 50, 240)),
            box((50, 50, 0.1)),
            together(cube(20), cube(20, at=(50, 0, 0))),
            together(inverted(cube(20)), cube(10, at=(5, 5, 5))),
        ],
    )
    def test_says_what_was_measured(self, shape: object) -> None:
        findings = [from_record(kept) for kept in only(binary(shape))["findings"]]  # type: ignore[arg-type]

        assert findings
        for finding in findings:
            said = speak(finding)
            assert "?" not in said.wrong + said.why + said.fix + said.we_can

    def test_speaks_of_millimetres(self) -> None:
        (finding,) = [from_record(kept) for kept in only(binary(cube(300)))["findings"]]

        assert "300.0 \N{MULTIPLICATION SIGN} 300.0 \N{MULTIPLICATION SIGN} 300.0 mm" in speak(finding).wrong
        assert "250.0" in speak(finding).wrong
