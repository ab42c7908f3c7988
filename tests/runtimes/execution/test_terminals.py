"""Terminals, from a page's key press to a shell of the machine, with the real agent."""

import re

import pytest

from runtimes.execution.rights import Rights

from .conftest import until

WINDOW = 2**20


class View:
    """A page that looks at a terminal, and confirms what it has shown."""

    def __init__(self, stream):
        self.stream, self.text, self.arrived = stream, "", 0
        self.is_confirming = True

    @classmethod
    async def of(cls, stream, terminal):
        opened = await stream.open(kind="terminal", terminal=terminal)
        assert opened["type"] == "opened", opened
        return cls(stream)

    async def type(self, text):
        await self.stream.send(text.encode())

    async def until(self, pattern):
        """Read on until this is shown."""
        while not (found := re.search(pattern, self.text)):
            await self.step()
        return found

    async def step(self):
        frame = await self.stream.next()
        if isinstance(frame, bytes):
            self.text = (self.text + frame.decode(errors="replace"))[-100_000:]
            self.arrived += len(frame)
            if self.is_confirming:
                await self.stream.say(type="arrived", bytes=self.arrived)
        return frame


async def runs(page, program):
    """Whether this is what runs in the one terminal."""
    return (await page.ask("terminals", do="list"))["terminals"][0]["title"] == program


async def begin(page):
    return (await page.ask("terminals", do="new"))["terminal"]


async def test_a_shell_answers_what_is_typed(machine, open_page, open_stream, content) -> None:
    view = await View.of(await open_stream(), await begin(await open_page()))
    await view.type("pwd; echo $((6*7)); tty\n")
    await view.until(re.escape(str(content)))
    await view.until("42")
    await view.until("/dev/pts/")
    await view.type("env\n")
    await view.until("TERM=xterm-256color")
    assert "TOMONI_" not in view.text


async def test_control_c_and_job_control_work(machine, open_page, open_stream) -> None:
    page = await open_page()
    view = await View.of(await open_stream(), await begin(page))
    await view.type("sleep 600\n")
    await until(lambda: runs(page, "sleep"))
    await view.type("\x03")
    await view.type("echo ended by $?\n")
    await view.until("ended by 130")


async def test_its_size_follows_the_page(machine, open_page, open_stream) -> None:
    stream = await open_stream()
    view = await View.of(stream, await begin(await open_page()))
    await stream.say(type="size", columns=132, rows=43)
    await view.type("stty size\n")
    await view.until("43 132")


async def test_a_page_that_comes_again_sees_what_was_printed(machine, open_page, open_stream) -> None:
    page, first = await open_page(), await open_stream()
    terminal = await begin(page)
    view = await View.of(first, terminal)
    await view.type("kept=1; for i in 1 2 3; do echo line-$i; done\n")
    await view.until("line-3")
    await first.close()

    assert [one["id"] for one in (await page.ask("terminals", do="list"))["terminals"]] == [terminal]
    again = await View.of(await open_stream(), terminal)
    await again.until("line-1(?s:.)*line-3")
    await again.type("echo still $kept\n")
    await again.until("still 1")


async def test_two_pages_see_the_same_and_several_terminals_are_apart(machine, open_page, open_stream) -> None:
    page = await open_page()
    one, other = await begin(page), await begin(page)
    here, there, apart = [await View.of(await open_stream(), name) for name in (one, one, other)]
    await here.type("echo to-$((1+1))-pages\n")
    await there.until("to-2-pages")
    await apart.type("echo alone\n")
    await apart.until("alone")
    assert "to-2-pages" not in apart.text


async def test_a_flood_waits_for_its_reader_and_ends_when_told(machine, open_page, open_stream) -> None:
    stream = await open_stream()
    view = await View.of(stream, await begin(await open_page()))
    view.is_confirming = False
    await view.type("yes $(printf 'x%.0s' {1..200})\n")
    while view.arrived < WINDOW:
        await view.step()
    assert await stream.socket.receive_nothing(0.5)
    assert view.arrived < 2 * WINDOW

    view.is_confirming = True
    await stream.say(type="arrived", bytes=view.arrived)
    await view.type("\x03")
    await view.type("echo the-end\n")
    await view.until(r"[\r\n]the-end")


async def test_a_flood_that_nobody_watches_goes_on(machine, open_page, open_stream, content) -> None:
    stream = await open_stream()
    terminal = await begin(await open_page())
    view = await View.of(stream, terminal)
    await view.type("seq 1 300000; touch done\n")
    await view.step()
    await stream.close()
    again = await View.of(await open_stream(), terminal)
    await again.until("300000")
    assert len(again.text) <= 100_000


async def test_its_end_is_told_whoever_ends_it(machine, open_page, open_stream) -> None:
    page = await open_page()
    one, other = await begin(page), await begin(page)
    first, second = await View.of(await open_stream(), one), await View.of(await open_stream(), other)
    await first.type("exit 3\n")
    while (frame := await first.step()) != {"type": "exited", "code": 3}:
        assert isinstance(frame, bytes)
    assert (await page.ask("terminals", do="end", terminal=other))["type"] == "ok"
    while isinstance(frame := await second.step(), bytes):
        pass
    assert frame["type"] == "exited"
    assert (await page.ask("terminals", do="list"))["terminals"] == []
    refused = await (await open_stream()).open(kind="terminal", terminal=one)
    assert (refused["type"], refused["code"]) == ("refused", "terminal-over")


async def test_there_are_not_more_than_a_few(machine, open_page) -> None:
    page = await open_page()
    replies = [await page.ask("terminals", do="new") for _ in range(9)]
    assert [reply["type"] for reply in replies] == ["ok"] * 8 + ["refused"]
    assert replies[-1]["code"] == "too-many"


@pytest.mark.parametrize("rights", [Rights.LOOK, Rights.NOTHING])
async def test_who_may_not_run_any_more_loses_the_terminal(machine, open_page, open_stream, roles, rights) -> None:
    stream = await open_stream()
    await View.of(stream, await begin(await open_page()))
    roles.rights = rights
    while (message := await stream.socket.receive_output(20))["type"] != "websocket.close":
        pass
    assert message["code"] == 4404
