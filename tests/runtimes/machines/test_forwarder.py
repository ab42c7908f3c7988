"""The box's way to the proxy, without a box: what one side says reaches the other, whoever goes first."""

import selectors
import socket
from collections.abc import Iterator

import pytest

from runtimes.machines.inside.init import Connection

REFUSAL = b"HTTP/1.1 429 Too Many Requests\r\n\r\nToo many.\n"


class Way:
    """A caller and a proxy, with the connection between them that a test moves on step by step."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.caller, near = socket.socketpair()
        self.proxy, far = socket.socketpair()
        self.ends = (near, far)
        Connection(self.selector, near, far).watch()

    def move(self) -> None:
        """All that can go on now, goes on."""
        while found := self.selector.get_map() and self.selector.select(timeout=0):
            for key, events in found:
                key.data(events)

    @property
    def is_closed(self) -> bool:
        return not self.selector.get_map() and all(end.fileno() == -1 for end in self.ends)

    def close(self) -> None:
        for end in (self.caller, self.proxy, *self.ends):
            end.close()
        self.selector.close()


@pytest.fixture
def way() -> Iterator[Way]:
    made = Way()
    yield made
    made.close()


def heard(end: socket.socket) -> bytes:
    """All until the end of what comes."""
    end.settimeout(5)
    return b"".join(iter(lambda: end.recv(65_536), b""))


def test_both_ways_end_each_for_itself(way: Way) -> None:
    way.caller.sendall(b"GET / HTTP/1.1\r\n\r\n")
    way.caller.shutdown(socket.SHUT_WR)
    way.move()
    assert heard(way.proxy) == b"GET / HTTP/1.1\r\n\r\n"
    way.proxy.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    way.move()
    assert not way.is_closed
    way.proxy.close()
    way.move()
    assert heard(way.caller) == b"HTTP/1.1 200 OK\r\n\r\n"
    assert way.is_closed


@pytest.mark.parametrize("seen", ["before the refusal", "after the refusal"])
def test_a_refusal_that_comes_before_the_request_was_read_reaches_the_caller(way: Way, seen: str) -> None:
    way.caller.sendall(b"GET http://10.0.0.1/ HTTP/1.1\r\n")
    if seen == "before the refusal":
        way.move()
    way.proxy.sendall(REFUSAL)
    way.proxy.close()  # over what it has not read: the socket is broken, not ended
    way.move()
    assert heard(way.caller) == REFUSAL
    assert way.is_closed


def test_a_long_answer_is_whole_though_the_request_could_not_be(way: Way) -> None:
    answer = bytes(150_000)
    way.caller.setblocking(False)
    sent = 0
    try:
        while True:
            sent += way.caller.send(bytes(65_536))
    except BlockingIOError:
        way.move()
    assert sent
    way.proxy.sendall(answer)
    way.proxy.close()
    way.move()
    way.caller.setblocking(True)
    got = b""
    while piece := way.caller.recv(65_536):
        got += piece
        way.move()
    assert got == answer


def test_who_called_and_is_gone_leaves_nothing_open(way: Way) -> None:
    way.proxy.sendall(b"an answer that nobody waits for")
    way.caller.close()
    way.move()
    way.proxy.close()
    way.move()
    assert way.is_closed
