"""Clients of a running platform that speak its protocol without a browser: typists and people who run cells."""

import contextlib
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Self

from pycrdt import Doc, Map, Text, TransactionEvent, create_sync_message, create_update_message, handle_sync_message
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.running import RunningPlatform, until

SYNC = 0


class Caller:
    """A person's session cookie for a running platform, and the sockets they can open with it."""

    def __init__(self, platform: RunningPlatform, email: str) -> None:
        self.platform, self.email = platform, email
        self.port = platform.port
        platform.testctl("user", email)
        session = platform.testctl("session", email)
        self.cookie = f"{session['name']}={session['value']}"

    def socket(self, path: str, *, open_timeout: float = 10, **headers: str) -> ClientConnection:
        address = f"ws://localhost:{self.port}{path}"
        sent = {"Cookie": self.cookie} | headers
        origin = Origin(self.platform.address)
        return connect(address, origin=origin, additional_headers=sent, max_size=8 * 2**20, open_timeout=open_timeout)

    def get_json(self, path: str) -> Any:
        return json.loads(self.platform.get(path, cookies=self.cookie, timeout=30))


class Typist:
    """Types words into one cell, reconnects by itself, and knows which words were acknowledged and after how long."""

    def __init__(self, caller: Caller, notebook: str, cell: str, size: int = 0) -> None:
        self.caller, self.notebook, self.cell, self.size = caller, notebook, cell, size
        self.acknowledged: list[str] = []
        self.typed = 0
        self.doc: Doc[Any] = Doc()
        self.cells = self.doc.get("cells", type=Map)
        self.problems: list[str] = []
        self.closed_with: list[int | None] = []
        self.delays: list[float] = []
        self._typed_at: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._name = uuid.uuid4().hex[:4]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self, *, seconds: float = 30) -> None:
        """Stop typing; return when everything typed is acknowledged."""
        self._stop.set()
        self._thread.join(seconds)
        assert not self._thread.is_alive(), f"{self.typed - len(self.acknowledged)} words are not acknowledged"

    def _work(self) -> None:
        while not (self._stop.is_set() and len(self.acknowledged) == self.typed):
            try:
                with contextlib.suppress(InvalidHandshake, OSError, TimeoutError, EOFError):
                    self._connected()
            except ConnectionClosed as closed:
                self.closed_with.append(closed.rcvd.code if closed.rcvd else None)
            time.sleep(0.2)

    def _connected(self) -> None:
        with self.caller.socket(f"/ws/notebooks/{self.notebook}") as socket:
            sent = acknowledged = 0
            waiting: list[tuple[int, int]] = []
            synced = False
            socket.send(create_sync_message(self.doc))
            last = 0.0
            while not (self._stop.is_set() and len(self.acknowledged) == self.typed):
                with contextlib.suppress(TimeoutError):
                    frame = socket.recv(timeout=0.02)
                    if isinstance(frame, bytes):
                        reply = handle_sync_message(frame[1:], self.doc) if frame[0] == SYNC else None
                        if reply is not None:
                            socket.send(reply)
                            sent += 1
                            synced = True
                            waiting.append((sent, self.typed))
                    else:
                        message = json.loads(frame)
                        if message["type"] == "ack":
                            acknowledged = message["count"]
                        elif message["type"] == "refused":
                            self.problems.append(message["message"])
                            waiting = [entry for entry in waiting if entry[0] != message.get("count")]
                while waiting and waiting[0][0] <= acknowledged:
                    self._acknowledge(waiting.pop(0)[1])
                if synced and not self._stop.is_set() and time.monotonic() - last > 0.05:
                    last = time.monotonic()
                    for update in self._type():
                        socket.send(create_update_message(update))
                        sent += 1
                    waiting.append((sent, self.typed))

    def _type(self) -> list[bytes]:
        updates: list[bytes] = []

        def remember(event: TransactionEvent) -> None:
            updates.append(event.update)

        if self.cell not in self.cells:
            return []
        subscription = self.doc.observe(remember)
        source: Text = self.cells[self.cell]["source"]
        source += self.word(self.typed)
        self.doc.unobserve(subscription)
        self.typed += 1
        self._typed_at.append(time.monotonic())
        return updates

    def word(self, number: int) -> str:
        filling = random.Random(number).randbytes(self.size // 2).hex()  # which nothing can compress to nothing
        return f"<{self._name}{number}.{filling}>"

    def _acknowledge(self, upto: int) -> None:
        now = time.monotonic()
        self.delays.extend(now - typed_at for typed_at in self._typed_at[len(self.acknowledged) : upto])
        self.acknowledged.extend(self.word(number) for number in range(len(self.acknowledged), upto))


class Runner:
    """Runs code on one's own machine for a notebook, over the runtime socket."""

    def __init__(self, caller: Caller, notebook: str) -> None:
        self.caller, self.notebook = caller, notebook
        self.frames: list[dict[str, Any]] = []
        self._stack = contextlib.ExitStack()
        self.reconnect()

    def reconnect(self) -> None:
        """Open the socket, again if need be."""
        self.socket = self._stack.enter_context(self.caller.socket(f"/ws/runtimes/{self.notebook}"))

    def close(self) -> None:
        self._stack.close()

    def ask(self, kind: str, *, seconds: float = 60, **values: Any) -> dict[str, Any]:
        """Send a request; its `ok` or `refused` frame."""
        name = uuid.uuid4().hex
        self.socket.send(json.dumps({"type": kind, "id": name, **values}))
        return self.expect(
            lambda frame: frame.get("id") == name and frame["type"] in {"ok", "refused"}, seconds=seconds
        )

    def expect(self, wanted: Callable[[dict[str, Any]], bool], *, seconds: float = 60) -> dict[str, Any]:
        """The next frame that is `wanted`; those that came before it are kept in `frames`."""
        for frame in self._incoming(seconds):
            self.frames.append(frame)
            if wanted(frame):
                return frame
        raise AssertionError("unreachable")

    def run(self, code: str, *, execution: str | None = None, **values: Any) -> str:
        """Ask for a run; the execution's id."""
        execution = execution or str(uuid.uuid4())
        reply = self.ask("run", execution=execution, code=code, cell="cell", **values)
        assert reply["type"] == "ok", reply
        return execution

    def result(self, execution: str, *, seconds: float = 60) -> dict[str, Any]:
        """The execution and its outputs once it has ended, read over HTTP as a page would."""

        def ended() -> dict[str, Any] | None:
            found = self.read(execution)
            return found if found and found["state"] not in {"queued", "sent", "running"} else None

        return dict(until(ended, seconds=seconds, every=0.1, what=f"execution {execution}"))

    def read(self, execution: str) -> dict[str, Any] | None:
        path = f"/api/notebooks/{self.notebook}/outputs?execution={execution}"
        found: dict[str, Any] = self.caller.get_json(path)["executions"]
        return found.get(execution)

    def _incoming(self, seconds: float) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        while True:
            frame = self.socket.recv(timeout=max(0.0, deadline - time.monotonic()))
            if isinstance(frame, str):
                yield json.loads(frame)


def text_of(result: dict[str, Any]) -> str:
    """All stream text of a result."""
    return "".join(output["text"] for output in result["outputs"] if output["output_type"] == "stream")
