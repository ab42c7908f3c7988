"""The Files pane's path, from a page's frame to a file of the machine and back, with the real agent."""

import asyncio
import os
import uuid

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from runtimes.execution import streams
from runtimes.execution.commands import NotDone, sessions
from runtimes.execution.downloads import CutShort, open_file, pieces
from runtimes.execution.peers import BadTicket, dial_peer, peers
from runtimes.execution.rights import Rights
from runtimes.execution.threads import in_thread

from .machine import PIECE

MIB = 2**20
LARGE = 200 * MIB


def size_of(process: int) -> int:
    return psutil.Process(process).memory_info().rss


async def test_files_are_listed_made_renamed_and_deleted(machine, open_page, content) -> None:
    page = await open_page()
    path = str(content)
    assert (await page.ask("files", do="new", path=f"{path}/データ", kind="folder"))["type"] == "ok"
    assert (await page.ask("files", do="new", path=f"{path}/データ/a.txt"))["type"] == "ok"
    assert (await page.ask("files", do="rename", path=f"{path}/データ/a.txt", to=f"{path}/b.txt"))["type"] == "ok"

    listed = await page.ask("files", do="list", path=path)
    assert [(entry["name"], entry["kind"]) for entry in listed["entries"]] == [("データ", "folder"), ("b.txt", "file")]
    assert (listed["count"], listed["writable"]) == (2, True)

    assert (await page.ask("files", do="delete", path=f"{path}/データ"))["type"] == "ok"
    assert [path.name for path in content.iterdir()] == ["b.txt"]
    again = await page.ask("files", do="new", path=f"{path}/b.txt")
    assert (again["type"], again["code"]) == ("refused", "file-exists")


NAMES = ["x" * 255, "é" * 127, "cafe\u0301", "caf\u00e9", "🦋", "a\\b", "%2e%2e", " ", "-rf"]
BAD_NAMES = ["x" * 256, "é" * 128, "a\nb", "a\x1b[31mb", "\x7f", "..", ".", "\ud800"]


async def test_a_name_is_kept_as_it_is(machine, open_page, content) -> None:
    page = await open_page()
    for name in NAMES:
        assert (await page.ask("files", do="new", path=f"{content}/{name}"))["type"] == "ok", name
    assert set(os.listdir(content)) == set(NAMES)
    listed = await page.ask("files", do="list", path=str(content))
    assert {entry["name"] for entry in listed["entries"]} == set(NAMES)


async def test_a_name_that_would_deceive_or_does_not_fit_is_refused(machine, open_page, content) -> None:
    page = await open_page()
    for name in BAD_NAMES:
        refused = await page.ask("files", do="new", path=f"{content}/{name}")
        assert (refused["type"], refused["code"]) == ("refused", "file-name"), name
    assert os.listdir(content) == []


async def test_a_name_in_no_encoding_is_shown_and_marked(machine, open_page, content) -> None:
    os.mkdir(os.fsencode(content) + b"/\xff\xfe")
    page = await open_page()
    [entry] = (await page.ask("files", do="list", path=str(content)))["entries"]
    assert (entry["name"], entry["strange"]) == ("\ufffd\ufffd", True)


async def test_a_full_folder_is_listed_in_part(machine, open_page, content) -> None:
    for number in range(1500):
        (content / f"{number:04}").touch()
    (content / "zz").mkdir()
    page = await open_page()
    listed = await page.ask("files", do="list", path=str(content))
    assert (listed["count"], len(listed["entries"]), listed["entries"][0]["name"]) == (1501, 1000, "zz")


async def test_a_file_is_sent_into_the_machine_and_comes_back(machine, open_stream, content, runtime) -> None:
    data = os.urandom(3 * MIB + 17)
    done = await (await open_stream()).upload(f"{content}/data.bin", data)
    assert (done["type"], done["size"]) == ("done", len(data))
    assert [path.name for path in content.iterdir()] == ["data.bin"]

    stream = await open_file(runtime.pk, f"{content}/data.bin")
    assert b"".join([piece async for piece in pieces(stream, stream.opened["size"])]) == data
    await stream.close()


async def test_an_upload_goes_on_where_it_broke_off(machine, open_stream, content) -> None:
    data = os.urandom(4 * PIECE)
    first = await open_stream()
    await first.open(kind="write", path=f"{content}/data.bin", upload="abcdef0123456789")
    for start in (0, PIECE):
        await first.send(data[start : start + PIECE])
        await first.hear("arrived")
    await first.close()
    assert not (content / "data.bin").exists()

    second = await open_stream()
    done = await second.upload(f"{content}/data.bin", data, upload="abcdef0123456789")
    assert (done["type"], (content / "data.bin").read_bytes()) == ("done", data)


async def test_nothing_is_replaced_that_was_not_to_be(machine, open_stream, content) -> None:
    (content / "a.txt").write_text("mine")
    refused = await (await open_stream()).upload(f"{content}/a.txt", b"new")
    assert (refused["code"], (content / "a.txt").read_text()) == ("file-exists", "mine")
    done = await (await open_stream()).upload(f"{content}/a.txt", b"new", replace=True)
    assert (done["type"], (content / "a.txt").read_text()) == ("done", "new")


async def test_an_edit_does_not_overwrite_what_the_machine_wrote_meanwhile(
    machine, open_page, open_stream, content
) -> None:
    (content / "a.py").write_text("one")
    (content / "a.py").chmod(0o755)
    page = await open_page()
    version = (await page.ask("files", do="stat", path=f"{content}/a.py"))["version"]
    (content / "a.py").write_text("two, by the machine")

    edit = {"replace": True, "version": version}
    refused = await (await open_stream()).upload(f"{content}/a.py", b"three", **edit)
    assert (refused["code"], (content / "a.py").read_text()) == ("file-changed", "two, by the machine")

    version = (await page.ask("files", do="stat", path=f"{content}/a.py"))["version"]
    edit = {"replace": True, "version": version}
    done = await (await open_stream()).upload(f"{content}/a.py", b"three", upload="fedcba9876543210", **edit)
    assert (done["type"], (content / "a.py").read_text()) == ("done", "three")
    assert (content / "a.py").stat().st_mode & 0o777 == 0o755


async def test_large_files_go_through_without_being_held(machine, open_stream, content, runtime) -> None:
    """What the agent, and this process as the platform, hold is bounded, whatever the size of the file."""
    with (content / "large").open("wb") as file:
        file.truncate(LARGE)
    before = size_of(machine.pid), size_of(os.getpid())
    stream = await open_file(runtime.pk, f"{content}/large")
    received = 0
    async for piece in pieces(stream, LARGE):
        received += len(piece)
    await stream.close()
    page = await open_stream()
    await page.open(kind="write", path=f"{content}/copy", upload="00000000000000ff")
    data = bytes(PIECE)
    for _ in range(LARGE // PIECE):
        await page.send(data)
        await page.hear("arrived")
    await page.say(type="end")
    assert ((await page.hear())["size"], received) == (LARGE, LARGE)
    grown = size_of(machine.pid) - before[0], size_of(os.getpid()) - before[1]
    assert max(grown) < LARGE / 4, grown


async def test_a_reader_who_does_not_read_stops_the_sender(machine, content, runtime) -> None:
    """A window of bytes is on its way; then the agent waits, and its file is read no further."""
    with (content / "large").open("wb") as file:
        file.truncate(LARGE)
    stream = await open_file(runtime.pk, f"{content}/large")
    arrived = 0
    while arrived < 1 * MIB:
        frame = await stream.receive()
        assert isinstance(frame, bytes)
        arrived += len(frame)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await stream.receive()
    await stream.send({"type": "arrived", "bytes": PIECE})
    assert isinstance(await stream.receive(), bytes)
    await stream.close()


async def test_a_download_may_begin_in_the_middle(machine, content, runtime) -> None:
    data = os.urandom(PIECE + 100)
    (content / "data").write_bytes(data)
    stream = await open_file(runtime.pk, f"{content}/data", first=PIECE)
    assert b"".join([piece async for piece in pieces(stream, 100)]) == data[PIECE:]
    await stream.close()


async def test_a_file_that_shrinks_while_it_is_read_is_no_whole_file(machine, content, runtime) -> None:
    (content / "data").write_bytes(bytes(8 * MIB))
    stream = await open_file(runtime.pk, f"{content}/data")
    os.truncate(content / "data", 1)
    with pytest.raises(CutShort):
        async for _ in pieces(stream, stream.opened["size"]):
            pass
    await stream.close()


async def test_p88_paths_that_lead_out_are_refused_to_a_page(machine, open_page, open_stream, content, runtime) -> None:
    (content.parent / "outside").write_text("not yours")
    (content / "link").symlink_to(content.parent / "outside")
    page = await open_page()
    for path in (f"{content}/../outside", f"{content}/link"):
        with pytest.raises(NotDone) as refused:
            await open_file(runtime.pk, path)
        assert refused.value.code == "file-outside"
        done = await (await open_stream()).upload(path, b"new", replace=True)
        assert done["type"] == "refused"
        for work in ("delete", "new"):
            await page.ask("files", do=work, path=path)
    assert (content.parent / "outside").read_text() == "not yours"


@pytest.mark.parametrize("rights", [Rights.LOOK, Rights.NOTHING, Rights.SIGNED_OUT])
async def test_only_who_may_run_reaches_files(machine, open_stream, content, roles, rights) -> None:
    stream = await open_stream()
    roles.rights = rights
    if rights is Rights.LOOK:
        opened = await stream.open(kind="write", path=f"{content}/x", upload="0123456789abcdef")
        assert (opened["type"], opened["code"]) == ("refused", "read-only")
    else:
        await stream.say(type="open", kind="write", path=f"{content}/x", upload="0123456789abcdef")
        assert await stream.socket.closed() in {4401, 4404}
    assert os.listdir(content) == []


async def test_nobody_reaches_the_machine_of_another(machine, open_page, open_stream, content) -> None:
    bob = await in_thread(User.objects.create_user, "bob@example.org")
    page, stream = await open_page(bob), await open_stream(bob)
    assert (await page.ask("files", do="list", path=str(content)))["code"] == "no-runtime"
    opened = await stream.open(kind="write", path=f"{content}/x", upload="0123456789abcdef")
    assert opened["code"] == "no-runtime"


async def test_an_open_stream_ends_when_its_person_may_not_have_it_any_more(
    machine, open_stream, content, roles
) -> None:
    stream = await open_stream()
    await stream.open(kind="write", path=f"{content}/x", upload="0123456789abcdef")
    roles.rights = Rights.LOOK
    assert await stream.socket.closed() == 4404


async def test_web_processes_of_several_hosts_reach_each_other_by_network(
    machine, open_stream, content, runtime, settings
) -> None:
    settings.TOMONI_PEER_HOST = "127.0.0.1"
    data = os.urandom(2 * MIB)
    assert (await (await open_stream()).upload(f"{content}/data", data))["type"] == "done"
    stream = await open_file(runtime.pk, f"{content}/data")
    assert b"".join([piece async for piece in pieces(stream, len(data))]) == data
    await stream.close()


async def test_a_ticket_is_for_one_machine_and_one_connection(runtime, settings, tmp_path) -> None:
    settings.TOMONI_HOME = tmp_path
    ticket = await peers().ticket(str(runtime.pk))
    for text, machine in ((ticket.text, str(uuid.uuid4())), (ticket.text + "x", str(runtime.pk)), ("x", "x")):
        with pytest.raises(BadTicket):
            dial_peer(text, machine)
    async with dial_peer(ticket.text, str(runtime.pk)), dial_peer(ticket.text, str(runtime.pk)) as second:
        with pytest.raises(ConnectionClosed):
            await second.recv()
        assert ticket.connection.done()
    await peers().close()


async def test_a_machine_that_does_not_dial_is_said_to_be_away(agent, runtime, monkeypatch) -> None:
    monkeypatch.setattr(streams, "DIALLED_WITHIN", 0.2)
    await agent.link()
    waiting = asyncio.create_task(open_file(runtime.pk, "/content/x"))
    order = await agent.expect("stream")
    await agent.say(type="reply", id=order["id"], ok=True, value={})
    with pytest.raises(NotDone) as refused:
        await waiting
    assert refused.value.code == "no-link"
    assert sessions().find(runtime.pk)
