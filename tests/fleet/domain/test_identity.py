"""Which machine it is: what contradicts, what agrees, and what proves nothing."""

from __future__ import annotations

import pytest

from apps.fleet.domain.identity import MachineIdentity, completed, is_another, is_the_same

KNOWN = MachineIdentity("10000000abcd", ("b8:27:eb:00:00:01",), "0f1e", "voron-3")


def who(**said: object) -> MachineIdentity:
    return MachineIdentity.of(**said)  # type: ignore[arg-type]


class TestAnotherMachine:
    @pytest.mark.parametrize(
        "seen",
        [
            pytest.param(who(board="20000000abcd", install="7777"), id="another printer"),
            pytest.param(who(board="20000000abcd", install="0f1e"), id="a copied card in another computer, or a new board"),
            pytest.param(who(board="10000000abcd", install="7777"), id="another printer on the same computer, or one installed anew"),
            pytest.param(who(install="7777"), id="one that says no serial number, and has another installation"),
            pytest.param(who(cards=["b8:27:eb:00:00:09"]), id="one of which only the network card is known"),
        ],
    )
    def test_contradicts_what_is_known(self, seen: MachineIdentity) -> None:
        assert is_another(KNOWN, seen)
        assert is_another(seen, KNOWN)
        assert not is_the_same(KNOWN, seen)


class TestTheSameMachine:
    @pytest.mark.parametrize(
        "seen",
        [
            pytest.param(KNOWN, id="as it was"),
            pytest.param(who(board="10000000ABCD ", install="0f1e", name="renamed"), id="under another name, spelled otherwise"),
            pytest.param(who(board="10000000abcd", cards=["b8:27:eb:00:00:09"]), id="with a new network card"),
            pytest.param(who(install="0f1e"), id="saying less of itself"),
            pytest.param(who(cards=["b8:27:eb:00:00:09", "b8:27:eb:00:00:01"]), id="with one network card more"),
        ],
    )
    def test_agrees_and_contradicts_nothing(self, seen: MachineIdentity) -> None:
        assert is_the_same(KNOWN, seen)
        assert not is_another(KNOWN, seen)

    @pytest.mark.parametrize("seen", [who(), who(name="voron-7"), who(name="voron-3")])
    def test_is_neither_proven_nor_denied_by_nothing_or_a_name(self, seen: MachineIdentity) -> None:
        assert not is_another(KNOWN, seen)
        assert not is_the_same(KNOWN, seen)


class TestWhatIsSaid:
    @pytest.mark.parametrize("serial", ["", "0000000000000000", "00-00", "   "])
    def test_without_a_serial_number_says_none(self, serial: str) -> None:
        assert not who(board=serial, install=serial).says_something

    @pytest.mark.parametrize("card", ["02:42:ac:11:00:02", "00:00:00:00:00:00", "no card", "", "b8:27:eb:00:00"])
    def test_of_cards_that_no_maker_numbered_counts_for_nothing(self, card: str) -> None:
        assert who(cards=[card]).cards == ()

    def test_has_bounds(self) -> None:
        told = who(board="1" * 5000, install="2" * 5000, name="n" * 5000, cards=[f"b8:27:eb:00:{n:02x}:01" for n in range(200)])

        assert max(map(len, (told.board, told.install, told.name))) <= 64
        assert len(told.cards) <= 8

    def test_is_kept_and_read_again(self) -> None:
        assert MachineIdentity.kept(KNOWN.as_kept()) == KNOWN
        assert who().as_kept() == {}

    def test_later_is_added_and_replaces_nothing(self) -> None:
        assert completed(who(install="0f1e"), KNOWN) == KNOWN
        assert completed(KNOWN, who(board="10000000abcd", cards=["b8:27:eb:00:00:09"], name="other")) == KNOWN
