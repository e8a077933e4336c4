"""Requests that a policy describes go to the hosts it names, and into private networks only where it says so."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.ci.http.client import CiClient, Peer
from bot.ci.http.resolver import HostRefusedError, PublicAddresses, require_allowed
from bot.ci.http.response import CiResponse, NotSent
from tests.bot.ci_api.turned import TurnedClock
from tests.bot.ci_api.wire import OK, answering, wire

CANARY = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "00000177.1",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ip6-localhost",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::1%25lo]",
    "[::ffff:127.0.0.1%25lo]",
    "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    "127.0.0.1%00.example.org",
    "127.0.0.1%2eexample.org",
    "example.org@127.0.0.1",
    "example.org:80@127.0.0.1",
    "example.org%40127.0.0.1",
]
"""Ways to write the address of this very machine, or to look like another one."""

PRIVATE = [
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "2001:db8::1",
    "2001:0:7f00:1::",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::192.168.0.1",
    "2002:a00:1::1",
    "2002:c0a8:0101::",
    "2002:808:808::1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


class Names(AbstractResolver):
    """A name server that answers in turn; its last answer again and again."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in found
        ]

    async def close(self) -> None:
        """Hold nothing."""


@pytest.mark.parametrize("written", CANARY)
async def test_this_machine_is_not_reached_however_it_is_written(written: str) -> None:
    """Even where the policy names the host itself: only as a private one it is spoken to."""
    host = written.strip("[]").replace("%25", "%")
    peer_hosts = frozenset({host, host.lower(), written, "example.org", "127.0.0.1"})
    async with wire(answering(OK)) as canary:
        client = CiClient(Peer("ci", "", hosts=peer_hosts), TurnedClock())
        url = f"http://{written}:{canary.port}/"
        sent, read = await client.send("POST", url), await client.read(url)
        await client.close()
    assert isinstance(sent, NotSent)
    assert read is None
    assert canary.connections == 0


async def test_this_machine_is_reached_where_it_is_named_as_private() -> None:
    for host in ("127.0.0.1", "localhost"):
        async with wire(answering(OK)) as server:
            named = frozenset({host})
            client = CiClient(Peer("ci", "", hosts=named, private_hosts=named), TurnedClock())
            assert isinstance(await client.send("POST", f"http://{host}:{server.port}/"), CiResponse)
            await client.close()


async def test_a_name_that_leads_into_a_private_network_is_refused_for_good() -> None:
    client = CiClient(Peer("ci", "", hosts=frozenset({"localhost"})), TurnedClock())
    sent = await client.send("POST", "http://localhost:9/")
    await client.close()
    why = "localhost is in a private network: name it under `private_hosts` if that is meant"
    assert sent == NotSent(why, final=True)


@pytest.mark.parametrize(
    "host", ["example.org.", "sub.example.org", "example.org.evil.test", "", "EXAMPLE.ORG"]
)
def test_a_host_that_is_not_named_is_refused(host: str) -> None:
    with pytest.raises(HostRefusedError):
        require_allowed(host, {"example.org"}, {"example.org"})


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_addresses(address: str) -> None:
    with pytest.raises(HostRefusedError):
        require_allowed(address, {address}, ())
    with pytest.raises(HostRefusedError):
        await PublicAddresses((), Names([address])).resolve("ci.example.org", 443)
    require_allowed(address, {address}, {address})
    assert await PublicAddresses({"ci.example.org"}, Names([address])).resolve("ci.example.org", 443)


@pytest.mark.parametrize("address", PUBLIC)
async def test_public_addresses(address: str) -> None:
    require_allowed(address, {address}, ())
    found = await PublicAddresses((), Names([address])).resolve("ci.example.org", 443)
    assert [each["host"] for each in found] == [address]


async def test_of_mixed_addresses_the_public_ones_are_left() -> None:
    found = await PublicAddresses((), Names(["10.0.0.1", "8.8.8.8", "::1"])).resolve("ci.example.org", 443)
    assert [each["host"] for each in found] == ["8.8.8.8"]


async def test_a_name_that_changes_its_mind_is_looked_at_each_time() -> None:
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    resolver = PublicAddresses((), names)
    assert await resolver.resolve("ci.example.org", 443)
    with pytest.raises(HostRefusedError):
        await resolver.resolve("ci.example.org", 443)


async def test_a_redirect_into_a_private_network_is_not_followed() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n"
    named = frozenset({"localhost"})
    async with wire(answering(OK)) as canary, wire(answering(redirect % canary.port)) as server:
        client = CiClient(Peer("ci", "", hosts=named, private_hosts=named), TurnedClock())
        read = await client.read(f"http://localhost:{server.port}/")
        await client.close()
    assert read is not None
    assert read.status == 302
    assert canary.connections == 0
