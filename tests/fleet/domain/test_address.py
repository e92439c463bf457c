"""One machine, one address: what is typed is read strictly and spelt in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.address import UnusableAddress, normal_address

GOOD = {
    "http://192.168.1.20:7125": "http://192.168.1.20:7125",
    "192.168.1.20:7125": "http://192.168.1.20:7125",
    "voron": "http://voron:80",
    " HTTPS://Voron.Local./ ": "https://voron.local:443",
    "http://[::1]:7125": "http://[::1]:7125",
    "http://[FE80:0:0::1]": "http://[fe80::1]:80",
    "http://xn--bcher-kva.example": "http://xn--bcher-kva.example:80",
}
BAD = [
    "",
    "   ",
    "http://",
    "http://[::1]@evil",
    "http://user@printer",
    "http://user:secret@printer:7125",
    "http://printer:7125/server/info",
    "http://printer?x=1",
    "http://printer?",
    "http://printer#top",
    "http://printer:",
    "http://printer:0",
    "http://printer:65536",
    "http://printer:-1",
    "http://printer:٧١٢٥",
    "ftp://printer",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://127.1",
    "http://0x7f000001",
    "http://2130706433",
    "http://0177.0.0.1",
    "http://192.168.1.256",
    "http://[::1",
    "http://[fe80::1%25eth0]",
    "http://[v1.x]",
    "http://pri nter",
    "http://printer\n.evil",
    "http://printer\\@evil",
    "http://-printer",
    "http://pri..nter",
    "http://drücker",
    "http://" + "a" * 64,
    "http://" + "a." * 200 + "b",
    "http://%31%32%37.0.0.1",
]


class TestAnAddress:
    @pytest.mark.parametrize("typed", GOOD)
    def test_has_one_spelling(self, typed: str) -> None:
        assert normal_address(typed) == GOOD[typed]
        assert normal_address(GOOD[typed]) == GOOD[typed]

    @pytest.mark.parametrize("typed", BAD)
    def test_that_could_mean_something_else_is_refused(self, typed: str) -> None:
        with pytest.raises(UnusableAddress):
            normal_address(typed)

    @given(st.text(max_size=60) | st.text("htps:/[]@.0123456789abx%?#", max_size=60))
    def test_is_either_refused_or_spelt_for_good(self, typed: str) -> None:
        try:
            found = normal_address(typed)
        except UnusableAddress:
            return
        assert normal_address(found) == found
        assert "@" not in found
