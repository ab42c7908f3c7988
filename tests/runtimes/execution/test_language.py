"""A language server in the machine, as a page speaks with it: with the real agent and the real server."""

import asyncio
import json
from typing import Any

import pytest
from channels.db import database_sync_to_async

from runtimes.allocation.models import Runtime
from runtimes.execution.rights import Rights

from .conftest import until

MOST = 4


class Server:
    """A page that speaks the Language Server Protocol over a stream."""

    def __init__(self, stream, opened):
        self.stream, self.opened = stream, opened
        self.kept, self.arrived = b"", 0

    @classmethod
    async def of(cls, stream):
        opened = await stream.open(kind="language")
        assert opened["type"] == "opened", opened
        return cls(stream, opened)

    async def say(self, method, **params):
        id_ = {"id": 1} if method == "initialize" else {}
        body = json.dumps({"jsonrpc": "2.0", **id_, "method": method, "params": params}).encode()
        await self.stream.send(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def hear(self):
        while b"\r\n\r\n" not in self.kept or len(self.kept) < sum(self._lengths()):
            piece = await self.stream.next()
            assert isinstance(piece, bytes), piece
            self.kept += piece
            self.arrived += len(piece)
            await self.stream.say(type="arrived", bytes=self.arrived)
        head, length = self._lengths()
        message, self.kept = self.kept[head : head + length], self.kept[head + length :]
        return json.loads(message)

    def _lengths(self):
        head, _, _ = self.kept.partition(b"\r\n\r\n")
        return len(head) + 4, int(head.split(b":")[1])

    async def problems(self, *cells):
        """What it says of these cells of a notebook, in their order."""
        folder = f"file://{self.opened['folder']}"
        options = {"configuration": {"environment": {"python": self.opened["python"]}}}
        await self.say("initialize", capabilities={}, rootUri=folder, initializationOptions=options)
        while "result" not in await self.hear():
            pass
        await self.say("initialized")
        names = [f"vscode-notebook-cell:{self.opened['folder']}/notebook.ipynb#{place}" for place in range(len(cells))]
        texts = [
            {"uri": name, "languageId": "python", "version": 1, "text": text}
            for name, text in zip(names, cells, strict=True)
        ]
        notebook = {
            "uri": f"{folder}/notebook.ipynb",
            "notebookType": "jupyter-notebook",
            "version": 1,
            "cells": [{"kind": 2, "document": name} for name in names],
        }
        await self.say("notebookDocument/didOpen", notebookDocument=notebook, cellTextDocuments=texts)
        said: dict[str, Any] = {}
        while len(said) < len(cells):
            message = await self.hear()
            if message.get("method") == "textDocument/publishDiagnostics":
                said[message["params"]["uri"]] = message["params"]["diagnostics"]
        return [[problem["code"] for problem in said[name]] for name in names]


async def test_it_tells_what_is_wrong_in_the_cells_together(machine, open_stream) -> None:
    server = await Server.of(await open_stream())
    said = await server.problems(
        "import os\nhere = 1", "%cd /tmp\n!ls {here}\nprint(os, here, nowhere)", "def f(:\n  pass"
    )
    assert said[:2] == [[], ["unresolved-reference"]]
    assert set(said[2]) == {"invalid-syntax"}


async def test_it_knows_the_packages_of_the_machine_and_the_files_beside_the_code(
    machine, open_stream, content
) -> None:
    (content / "mine.py").write_text("value = 1\n")
    server = await Server.of(await open_stream())
    assert server.opened["folder"] == str(content)
    assert await server.problems("import zmq, mine, nosuchpackage") == [["import-not-found"]]


async def test_there_are_not_more_than_a_few_and_each_ends_with_its_stream(machine, open_stream) -> None:
    streams = [await open_stream() for _ in range(MOST + 1)]
    for stream in streams[:MOST]:
        await Server.of(stream)
    refused = await streams[MOST].open(kind="language")
    assert (refused["type"], refused["code"]) == ("refused", "too-many")

    await streams[0].close()
    await until(lambda: begins(streams[MOST]))


async def begins(stream):
    return (await stream.open(kind="language"))["type"] == "opened"


@pytest.mark.parametrize("rights", [Rights.LOOK, Rights.NOTHING])
async def test_who_may_not_run_any_more_loses_it(machine, open_stream, roles, rights) -> None:
    stream = await open_stream()
    await Server.of(stream)
    roles.rights = rights
    while (message := await stream.socket.receive_output(20))["type"] != "websocket.close":
        pass
    assert message["code"] == 4404


async def test_who_may_only_look_gets_none(machine, open_stream, roles) -> None:
    roles.rights = Rights.LOOK
    refused = await (await open_stream()).open(kind="language")
    assert (refused["type"], refused["code"]) == ("refused", "read-only")


async def test_checking_code_is_no_use_of_the_machine(machine, open_stream, monkeypatch) -> None:
    monkeypatch.setattr("runtimes.execution.stream_pages.LOOK_EVERY", 0.05)
    before = await last_activity()
    await (await Server.of(await open_stream())).problems("here = 1")
    await asyncio.sleep(0.5)  # ten times what a page's use is written down after
    assert await last_activity() == before


@database_sync_to_async
def last_activity():
    return Runtime.objects.get().last_activity_at
