"""The proxy connects where its policy allows, to the address that it checked, and says why not."""

import asyncio
import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from runtimes.machines import egress, traffic
from runtimes.machines.box import Box
from runtimes.machines.egress import Proxy, Refused, listen, read_wish
from runtimes.machines.policies import Outward, Policy
from runtimes.machines.traffic import CONNECTIONS, FAILURES, Shares, sightings
from tests.running import until
from tests.runtimes.machines.inhabitants import Town


class Anywhere:
    """The policy of a proxy whose mechanics are under test."""

    def refuses_host(self, host: str, port: int) -> str:
        return "Not there." if host == "forbidden.example" else ""

    def refuses_address(self, address: str) -> str:
        return ""


class Echo(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = f"{self.requestline}\n{self.headers['Host']}\n{self.headers['Proxy-Authorization']}\n".encode() + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def website() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
async def ask(tmp_path: Path) -> AsyncIterator[object]:
    """Sends bytes to a proxy of a policy and gives all that comes back."""
    servers: list[asyncio.Server] = []

    async def ask(policy: Policy, request: bytes) -> bytes:
        path = tmp_path / f"{len(servers)}.sock"
        servers.append(await Proxy(tmp_path, policy, Shares()).serve(listen(path)))
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer

    yield ask
    for server in servers:
        server.close()


@pytest.fixture
def no_own_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The websites of these tests are on this host, which the proxy rightly refuses."""
    monkeypatch.setattr(egress, "_is_own", lambda address: "")


async def test_a_plain_request_is_passed_on(ask, website, no_own_addresses) -> None:
    request = (
        f"POST http://127.0.0.1:{website}/a?b=c HTTP/1.1\r\nHost: other.example\r\nContent-Length: 2\r\n"
        "Proxy-Authorization: secret\r\n\r\nhi"
    )
    answer = await ask(Anywhere(), request.encode())
    assert answer.startswith(b"HTTP/1.0 200")
    assert answer.endswith(f"POST /a?b=c HTTP/1.1\n127.0.0.1:{website}\nNone\nhi".encode())


async def test_a_tunnel_carries_bytes_both_ways(ask, website, no_own_addresses) -> None:
    inner = b"POST /t HTTP/1.0\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
    answer = await ask(Anywhere(), f"CONNECT 127.0.0.1:{website} HTTP/1.1\r\n\r\n".encode() + inner)
    assert answer.startswith(b"HTTP/1.1 200 Connected\r\n\r\nHTTP/1.0 200")
    assert answer.endswith(b"\nhi")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"])
async def test_p82_however_this_host_is_written_outward_refuses_it(ask, website, name: str) -> None:
    answer = await ask(Outward(), f"CONNECT {name}:{website} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 502 Bad Gateway", b"HTTP/1.1 400")), answer
    assert b"200" not in answer


async def test_p82_the_address_is_judged_after_the_name_was_resolved(ask, website, monkeypatch) -> None:
    """A public name that leads inside, as a name server of a stranger may answer."""

    async def resolve(self: object, host: str, port: int, **_: object) -> list[object]:
        assert host == "harmless.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", website))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    answer = await ask(Outward(), f"CONNECT harmless.example:{website} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"public addresses only" in answer


async def test_p82_an_own_public_address_is_refused(ask, website) -> None:
    answer = await ask(Anywhere(), f"CONNECT 127.0.0.1:{website} HTTP/1.1\r\n\r\n".encode())
    assert b"this host itself" in answer


async def test_p82_a_refused_name_is_not_even_looked_up(ask, monkeypatch) -> None:
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", None)
    answer = await ask(Anywhere(), b"CONNECT forbidden.example:443 HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert answer.endswith(b"Not there.\n")


@pytest.mark.parametrize(
    ("greeting", "is_seen"),
    [
        (b'{"id": 1, "method": "mining.subscribe", "params": ["cpuminer/2.5"]}\n', True),
        (b'{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"w","pass":"x","agent":"XMRig/6"}}\n', True),
        (b'{"method": "login", "params": {"name": "Ada"}}\n', False),
        (b"GET / HTTP/1.1\r\n\r\n", False),
    ],
)
async def test_p96_a_miner_that_greets_its_pool_is_cut_off_and_seen(
    ask, no_own_addresses, tmp_path: Path, monkeypatch, greeting: bytes, is_seen: bool
) -> None:
    box = Box(tmp_path, "one")
    box.folder.mkdir(parents=True)
    (tmp_path / "identities").mkdir()
    (tmp_path / "identities/7").write_text("one")
    monkeypatch.setattr(traffic, "slot_of", lambda connection: 7)
    heard = bytearray()

    async def pool(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(1000))
        writer.close()

    async with await asyncio.start_server(pool, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await ask(Anywhere(), b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % port + greeting)

    found = [(sighting.kind, sighting.what) for sighting in sightings(box)]
    assert found == ([("pool", f"a miner's protocol to 127.0.0.1:{port}")] if is_seen else [])
    assert bytes(heard) == (b"" if is_seen else greeting)


async def test_an_endless_head_is_cut(ask) -> None:
    assert (await ask(Anywhere(), b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000)).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    "head",
    [b"GET / HTTP/1.1", b"nonsense", b"CONNECT host HTTP/1.1", b"CONNECT :80 HTTP/1.1", b"GET ftp://a/ HTTP/1.1",
     b"CONNECT a:99999 HTTP/1.1", b"CONNECT a b:80 HTTP/1.1", b"GET http://a\x00b/ HTTP/1.1",
     b"CONNECT [::1:80 HTTP/1.1"],
)  # fmt: skip
def test_what_is_no_request_is_refused(head: bytes) -> None:
    with pytest.raises(Refused):
        read_wish(head + b"\r\n\r\n")


@pytest.fixture
def ways_out(town: Town) -> Iterator[None]:
    command = [sys.executable, "-m", "runtimes.machines.egress", "--home", str(town.home)]
    proxy = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    sockets = [town.home / "run/net" / name / "proxy.sock" for name in ("registries", "outward")]
    until(lambda: all(path.is_socket() for path in sockets), what="the proxies")
    yield
    proxy.terminate()
    assert proxy.wait(10) == 0


FETCH = """
import urllib.request, urllib.error
try:
    print(urllib.request.urlopen({address!r}, timeout=20).status)
except urllib.error.URLError as problem:
    print(problem, getattr(problem, 'code', ''))
"""


def test_p82_a_box_reaches_what_its_policy_allows(town: Town, ways_out: None, website: int) -> None:
    box = town.start("reader", network="registries")
    assert "403" in box.says(FETCH.format(address=f"http://127.0.0.1.nip.io:{website}/"))
    assert "403" in box.says(FETCH.format(address="https://example.org/"))
    town.machines.stop("reader")
    box = town.start("walker", network="outward")
    for address in [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        f"http://[::ffff:127.0.0.1]:{website}/",
    ]:
        assert "403" in box.says(FETCH.format(address=address)), address
    town.machines.stop("walker")


SCAN = """
import http.client
for number in range({tries}):
    proxy = http.client.HTTPConnection("127.0.0.1", 3128, timeout=20)
    proxy.request("GET", f"http://10.0.0.{{number}}:22/")
    answer = proxy.getresponse()
print(answer.status, answer.read().decode())
"""
HOLD = """
import socket
held = [socket.create_connection(("127.0.0.1", 3128)) for _ in range({number})]
for one in held:
    one.sendall(b"GET http://10.0.0.1/ HTTP/1.1\\r\\n")
one.settimeout(20)
print(one.recv(100).decode().splitlines()[0])
"""


def test_p96_a_box_that_tries_place_after_place_is_slowed_down_and_seen(town: Town, ways_out: None) -> None:
    box, other = town.start("scanner", network="outward"), town.start("other", network="outward")
    assert town.machines.traffic("scanner") == []
    assert box.says(SCAN.format(tries=FAILURES)).startswith("403")
    assert box.says(SCAN.format(tries=1)).startswith("429 This machine tried")
    [sighting] = town.machines.traffic("scanner")
    assert (sighting.kind, "10.0.0.0:22" in sighting.what) == ("scan", True)
    assert other.says(SCAN.format(tries=1)).startswith("403")
    assert town.machines.traffic("other") == []
    town.machines.stop("scanner")
    town.machines.stop("other")


def test_p96_a_box_that_takes_all_connections_takes_only_its_own(town: Town, ways_out: None) -> None:
    box, other = town.start("greedy", network="outward"), town.start("modest", network="outward")
    assert "429" in box.says(HOLD.format(number=CONNECTIONS + 1))
    assert other.says(SCAN.format(tries=1)).startswith("403")
    town.machines.stop("greedy")
    town.machines.stop("modest")


def test_p82_without_a_network_there_is_no_proxy(town: Town, ways_out: None) -> None:
    box = town.start("hermit", network="none")
    assert box.says("import os; print(os.path.exists('/run/tomoni/net'), os.environ.get('http_proxy'))") == "False None"
    assert "refused" in box.run("import socket; socket.create_connection(('127.0.0.1', 3128))").output
    town.machines.stop("hermit")


@pytest.fixture
def pypi() -> None:
    try:
        socket.create_connection(("pypi.org", 443), timeout=5).close()
    except OSError:
        pytest.skip("pypi.org cannot be reached from here")


def test_pip_installs_into_the_box(town: Town, ways_out: None, pypi: None) -> None:
    box = town.start("installer", network="registries", memory_bytes=2**30)
    assert box.run("import os; exit(os.system('pip install -q emoji'))", seconds=120).status == 0
    assert box.says("import emoji; print(emoji.__file__)").startswith("/usr/local/lib/python3")
    town.machines.stop("installer")
