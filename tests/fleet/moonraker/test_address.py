"""Addresses people type, and where names lead."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from apps.fleet.drivers import BadAddress
from apps.fleet.drivers.address import Address, check
from apps.fleet.drivers.moonraker import Moonraker


class TestAnAddress:
    @pytest.mark.parametrize(
        ("typed", "url"),
        [
            ("http://192.168.1.20:7125", "http://192.168.1.20:7125"),
            (" 10.0.0.4:7125/ ", "http://10.0.0.4:7125"),
            ("https://voron.local", "https://voron.local:443"),
            ("HTTP://Voron.local", "http://voron.local:80"),
            ("http://[fd12:3456::7]:7125", "http://[fd12:3456::7]:7125"),
            ("127.0.10.3:8000", "http://127.0.10.3:8000"),
        ],
    )
    def test_is_read(self, typed: str, url: str) -> None:
        assert Address.parse(typed).url == url

    @pytest.mark.parametrize(
        "typed",
        [
            *(
                "",
                "   ",
                "http://",
                "ftp://printer",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "http://user:pw@printer",
                "http://@printer",
            ),
            *("http://printer/path", "http://printer?x=1", "http://printer#x", "http://printer:99999", "http://printer:x", "http://a b"),
            *("http://169.254.169.254", "http://[::ffff:169.254.169.254]", "http://[fe80::1]", "http://0.0.0.0", "http://224.0.0.1"),
            *(
                "http://255.255.255.255",
                "http://240.0.0.1",
                "http://[::]",
                "http://[fd00:ec2::254]",
                "http://pri\nnter",
                "http://prü.local",
            ),
            *("http://100.100.100.200", "http://168.63.129.16", "http://192.0.0.192", "http://[fd20:ce::254]"),
            *("http://[64:ff9b::169.254.169.254]", "http://[2002:a9fe:a9fe::1]", "http://[2001:0:4136:e378:8000:63bf:5601:5601]"),
            "http://" + "a" * 400,
        ],
    )
    def test_is_refused(self, typed: str) -> None:
        with pytest.raises(BadAddress):
            Moonraker(typed)


class TestANumber:
    @pytest.mark.parametrize("number", ["169.254.0.1", "fe80::1%eth0", "ff02::1", "::ffff:0.0.0.0", "nonsense"])
    def test_no_printer_has_is_refused(self, number: str) -> None:
        with pytest.raises(BadAddress):
            check(number)

    @pytest.mark.parametrize("number", ["192.168.0.9", "127.0.10.1", "::1", "fd00::9", "203.0.113.5"])
    def test_a_printer_may_have_passes(self, number: str) -> None:
        check(number)


@pytest.mark.asyncio
class TestAName:
    async def test_that_leads_to_a_clouds_secrets_is_refused_when_it_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def lookup(*_args: Any, **_more: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        async with Moonraker("http://innocent.example", timeout_s=2) as machine:
            with pytest.raises(BadAddress):
                await machine.server_info()
            seen = await machine.observe()

        assert (seen.reachable, seen.trouble) == (False, "bad_address")

    @pytest.mark.parametrize("written", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376"])
    async def test_that_is_a_number_in_disguise_is_refused_when_it_is_used(self, written: str) -> None:
        async with Moonraker(f"http://{written}", timeout_s=2) as machine:
            seen = await machine.observe()

        assert seen.trouble in ("bad_address", "unreachable")
        assert not seen.reachable
