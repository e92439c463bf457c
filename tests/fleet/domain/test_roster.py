"""Lists of printers: whatever a spreadsheet wrote is read or refused in words, and what was written is read again."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.address import normal_address
from apps.fleet.domain.roster import COLUMNS, MOST_BYTES, BadList, Judged, Known, Trouble, decode, judge, read, with_keys, write
from apps.fleet.states import complaint_words

VORON = UUID(int=1)
KNOWN = Known(
    classes={"Voron": VORON},
    circuits={"Ring 1": UUID(int=2)},
    connectors=("moonraker", "octoprint"),
    codes={"HERE": "http://10.0.0.1:7125", "GONE": None},
    addresses={"http://10.0.0.1:7125": "HERE"},
)
HEAD = "code,address,class\n"


def judged(text: str) -> list[Judged]:
    return judge(read(text), KNOWN, spell=normal_address)


def troubles(text: str) -> list[list[Trouble]]:
    return [[complaint.trouble for complaint in one.complaints] for one in judged(text)]


class TestReading:
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_takes_what_spreadsheets_write(self, separator: str, ending: str) -> None:
        lines = [["Class", " CODE ", "address"], ["Voron", "V1", "10.0.0.5:7125"], ["", "", ""]]

        (row,) = read(ending.join(separator.join(cells) for cells in lines))

        assert dict(row.cells) == {"class": "Voron", "code": "V1", "address": "10.0.0.5:7125"}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_takes_the_encodings_they_use(self, encoding: str) -> None:
        text = "code,name,address,class\nV1,Größe,10.0.0.5,Voron\n"

        assert read(decode(text.encode(encoding)))[0]["name"] == "Größe"

    @pytest.mark.parametrize(
        ("content", "trouble"),
        [
            (b"x" * (MOST_BYTES + 1), Trouble.TOO_LARGE),
            (b"PK\x03\x04\x00\x00\x81", Trouble.NO_TEXT),
            (b"\xff\xfe\x00", Trouble.NO_TEXT),
        ],
    )
    def test_refuses_what_is_no_list(self, content: bytes, trouble: Trouble) -> None:
        with pytest.raises(BadList) as refused:
            decode(content)

        assert refused.value.complaint.trouble == trouble
        assert "{" not in complaint_words(refused.value.complaint)

    @pytest.mark.parametrize(
        ("text", "trouble"),
        [
            ("", Trouble.NO_ROWS),
            (HEAD, Trouble.NO_ROWS),
            ("V1,10.0.0.5,Voron\n", Trouble.COLUMN_MISSING),
            ("code,address,class,shelf\nV1,x,Voron,3\n", Trouble.COLUMN_UNKNOWN),
            ("code,address,class,code\nV1,x,Voron,V1\n", Trouble.COLUMN_TWICE),
            (HEAD + '"V1,10.0.0.5,Voron\n', Trouble.UNREADABLE),
            (HEAD + "V" * 200_000 + ",x,Voron\n", Trouble.UNREADABLE),
            (HEAD + "V1,10.0.0.5,Voron\n" * 501, Trouble.TOO_MANY),
            (HEAD + "\x00", Trouble.NO_TEXT),
            ("ä" * MOST_BYTES, Trouble.TOO_LARGE),
        ],
    )
    def test_says_what_is_wrong_with_a_list_as_a_whole(self, text: str, trouble: Trouble) -> None:
        with pytest.raises(BadList) as refused:
            read(text)

        assert refused.value.complaint.trouble == trouble
        assert "{" not in complaint_words(refused.value.complaint)

    @given(st.text(max_size=300))
    def test_never_fails_in_another_way(self, text: str) -> None:
        for whole in (text, HEAD + text):
            complaints = []
            try:
                complaints = [complaint for one in judged(whole) for complaint in one.complaints]
            except BadList as refused:
                complaints = [refused.complaint]
            assert all(complaint_words(one) for one in complaints)

    def test_counts_lines_as_the_file_does(self) -> None:
        rows = read(HEAD + '\n"V\n1",x,Voron\n\nV2,y,Voron\n')

        assert [row.line for row in rows] == [3, 6]


class TestJudging:
    @pytest.mark.parametrize(
        ("row", "trouble"),
        [
            (",10.0.0.5,Voron", Trouble.MISSING),
            ("V1,,Voron", Trouble.MISSING),
            ("V1,10.0.0.5,", Trouble.MISSING),
            ("V1,10.0.0.5,Vorn", Trouble.CLASS),
            ("V1,http://user:pw@10.0.0.5,Voron", Trouble.ADDRESS),
            ("V1,10.0.0.5,Voron,more", Trouble.CELLS),
            (f"{'V' * 21},10.0.0.5,Voron", Trouble.TOO_LONG),
            ('"V\n1",10.0.0.5,Voron', Trouble.CONTROL),
            ("HERE,10.0.0.5,Voron", Trouble.CODE_TAKEN),
            ("GONE,10.0.0.5,Voron", Trouble.CODE_TAKEN),
            ("V1,10.0.0.1:7125,Voron", Trouble.ADDRESS_TAKEN),
        ],
    )
    def test_says_what_is_wrong_with_a_row(self, row: str, trouble: Trouble) -> None:
        (one,) = judged(HEAD + row)

        assert trouble in [complaint.trouble for complaint in one.complaints]
        assert not one.can_join
        assert all("{" not in complaint_words(complaint) for complaint in one.complaints)

    def test_finds_what_is_in_the_list_twice(self) -> None:
        found = troubles(HEAD + "V1,10.0.0.5,Voron\nV1,10.0.0.6,Voron\nV2,http://10.0.0.5:80/,Voron\n")

        assert found == [[Trouble.CODE_TWICE, Trouble.ADDRESS_TWICE], [Trouble.CODE_TWICE], [Trouble.ADDRESS_TWICE]]

    def test_knows_a_printer_that_is_here_already(self) -> None:
        (one,) = judged(HEAD + "HERE,HTTP://10.0.0.1:7125/,Voron")

        assert (one.is_here, one.can_join, one.complaints) == (True, False, ())

    def test_knows_circuits_and_kinds(self) -> None:
        head = "code,address,class,circuit,connector\n"

        assert troubles(head + "V1,10.0.0.5,Voron,Ring 1,OctoPrint\n") == [[]]
        assert troubles(head + "V1,10.0.0.5,Voron,Ring 9,teapot\n") == [[Trouble.CIRCUIT, Trouble.CONNECTOR]]


class TestWriting:
    @pytest.mark.parametrize("cell", ["x;=1+1;y", "x,+1,y", "x\t@SUM(A1)", "x; -1", "x;'=1", "=1;=1", "x;;=1"])
    def test_has_no_formula_for_who_separates_cells_otherwise(self, cell: str) -> None:
        """A name that a printer announced may hold the separator of the reader's spreadsheet, and a formula behind it."""
        text = write([{**dict.fromkeys(COLUMNS, "x"), "name": cell}])

        assert not any(part.strip(' "').startswith(("=", "+", "-", "@")) for line in text.splitlines() for part in re.split("[,;\t]", line))
        assert read(text)[0]["name"] == cell

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "'=1", "''=1"])
    def test_gives_no_cell_that_a_spreadsheet_runs(self, cell: str) -> None:
        text = write([{"code": "V1", "name": cell, "address": "10.0.0.5", "class": "Voron"}])

        assert read(text)[0]["name"] == cell
        assert f"V1,{cell}" not in text
        assert 'V1,"=' not in text

    @given(st.lists(st.fixed_dictionaries({name: st.text(st.characters(exclude_categories=["Cs", "Cc"])) for name in COLUMNS}), min_size=1))
    def test_is_read_again_as_it_was(self, rows: list[dict[str, str]]) -> None:
        rows = [{name: cell.strip(" ") for name, cell in row.items()} for row in rows]
        rows = [{**row, "code": row["code"] or "V"} for row in rows]

        assert [{name: row[name] for name in COLUMNS} for row in read(write(rows))] == rows

    def test_keys_are_put_back_where_one_is_kept(self) -> None:
        rows = read("code,address,class,key\nV1,x,Voron,kept\nV2,x,Voron,kept\nV3,x,Voron,new\n")

        assert [row["key"] for row in with_keys(rows, {"V1": "secret", "V3": "old"}, mark="kept")] == ["secret", "", "new"]
