"""Other kernels than Python's, each really started in a box: what the agent does with them, and what they do not do."""

import asyncio
import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from runtimes.machines import image
from runtimes.machines.choose import MachineSettings, provider
from runtimes.machines.debian import NoDebianPackages
from runtimes.machines.kernels import kernels_of
from runtimes.machines.provider import BoxRequest
from tests.needs import CACHE
from tests.runtimes.agent.platform_end import PlatformEnd

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="boxes with identities and disks of their own need root")
R = image.Extras(debian=("r-base-core", "r-cran-irkernel"))
GIB = 2**30


@pytest.fixture(scope="session")
def with_r():
    """The image with R in it, where Debian's packages can be had."""
    try:
        return image.build(CACHE, extras=R)
    except image.CannotBuild as problem:
        if not isinstance(problem.__cause__, NoDebianPackages):
            raise
        pytest.skip(f"R needs Debian packages: {problem}")


@asynccontextmanager
async def box(kernel, extras=image.NONE):
    """A box whose agent starts this kernel, and the platform's end of its link."""
    home = Path(tempfile.mkdtemp(prefix="boxes-"))
    (home / "images").symlink_to(CACHE.resolve() / "images")
    (home / "run/link").mkdir(parents=True)
    end = PlatformEnd(home / "run/link")
    await end.open()
    machines = provider(MachineSettings(home, extras=extras))
    wishes: dict[str, Any] = {
        "memory_bytes": 2 * GIB,
        "disk_bytes": GIB,
        "cpus": 2.0,
        "pids": 256,
        "lifetime_seconds": 600,
    }
    request = BoxRequest("one", "secret", "unix:/run/tomoni/link/agent.sock", kernel=kernel, **wishes)
    try:
        await asyncio.to_thread(machines.start, request)
        yield end
    finally:
        await asyncio.to_thread(machines.stop, "one")
        await end.close()
        shutil.rmtree(home)


async def printed(end, code):
    """What comes of code in a kernel that may say first that it is done and then what it printed."""
    story = await end.run(code)
    return await end.until(lambda: end.of(story.frames[0]["execution"]).text())


async def test_bash_runs_answers_and_is_interrupted():
    async with box("bash") as end:
        await end.state("idle")

        story = await end.run("greeting=hello; echo $greeting; pwd")
        assert (story.text(), story.end["status"], story.end["count"]) == ("hello\n/content\n", "ok", 1)
        assert (await end.run("echo again $greeting")).text() == "again hello\n"
        assert (await end.run("ls /nowhere")).end["status"] == "error"
        found = await end.ask("request", message_type="complete_request", content={"code": "ech", "cursor_pos": 3})
        assert "echo" in found["value"]["matches"]

        slow = await end.execute("sleep 60")
        await end.until(lambda: "execute_input" in end.of(slow).kinds or end.first(type="accepted", execution=slow))
        await asyncio.sleep(0.5)
        assert (await end.ask("interrupt"))["value"] == {"responding": True}
        assert (await end.run("echo $greeting")).text() == "hello\n"


async def test_typescript_runs_and_restarts():
    async with box("deno") as end:
        await end.state("idle")

        assert await printed(end, "const n: number = 6 * 7; console.log(n)") == "42\n"
        assert (await end.run("throw new Error('no')")).kinds.count("error") == 1
        mistake = await end.run("let x: = ;")
        [told] = [message["content"] for message in mistake.messages if message["header"]["msg_type"] == "error"]
        assert (mistake.end["status"], told["traceback"]) == ("error", ["Error: Execution failed"])
        found = await end.ask("request", message_type="complete_request", content={"code": "Mat", "cursor_pos": 3})
        assert "Math" in found["value"]["matches"]

        assert (await end.ask("restart"))["ok"] is True
        assert await printed(end, "console.log(typeof n)") == "undefined\n"


async def test_r_runs_asks_completes_and_is_interrupted(with_r):
    assert "ir" in {kernel.name for kernel in kernels_of(with_r)}
    async with box("ir", R) as end:
        await end.state("idle")

        story = await end.run("total <- sum(1:10); cat(total, fill = TRUE); print(R.version$major)")
        assert (story.text(), story.end["status"], story.end["count"]) == ('55\n[1] "4"\n', "ok", 1)
        assert (await end.run("stop('no')")).end["status"] == "error"
        found = await end.ask("request", message_type="complete_request", content={"code": "tot", "cursor_pos": 3})
        assert found["value"]["matches"] == ["total"]

        asking = await end.execute("name <- readline('Who? '); cat('hello', name)")
        await end.until(lambda: "input_request" in end.of(asking).kinds)
        await end.send(type="input_reply", execution=asking, value="Ada")
        await end.finished(asking)
        assert end.of(asking).text() == "hello Ada"

        slow = await end.execute("cat('begun'); Sys.sleep(60)")
        await end.until(lambda: end.of(slow).text() == "begun")
        assert (await end.ask("interrupt"))["value"] == {"responding": True}
        story = await end.run("cat(total)")
        assert story.text() == "55", (
            [m["content"] for m in story.messages],
            [m["content"] for m in end.of(slow).messages],
            end.of(slow).end,
        )


async def test_a_plot_of_r_is_a_picture(with_r):
    async with box("ir", R) as end:
        await end.state("idle")

        story = await end.run("plot(1:3)", within=60)
        shown = [m["content"]["data"] for m in story.messages if m["header"]["msg_type"] == "display_data"]
        assert any("image/png" in data or "image/svg+xml" in data for data in shown), story.kinds


async def test_the_same_machine_goes_on_with_another_kernel():
    async with box("python3") as end:
        await end.state("idle")
        await end.run("open('/content/kept', 'w').write('here')")

        assert (await end.ask("restart", kernel="bash"))["ok"] is True
        assert (await end.run("cat /content/kept")).text() == "here\n"
        starting = [frame for frame in end.frames if frame["type"] == "kernel" and frame["state"] == "starting"]
        assert starting[-1]["kernelspec"] == "bash"


async def test_a_kernel_that_is_not_there_is_said_and_another_can_be_started():
    async with box("python3") as end:
        await end.state("idle")

        reply = await end.ask("restart", kernel="cobol")
        assert (reply["ok"], "cobol" in reply["value"]["reason"]) == (False, True)
        assert (await end.ask("restart", kernel="python3"))["ok"] is True
        assert (await end.run("print(1)")).text() == "1\n"
