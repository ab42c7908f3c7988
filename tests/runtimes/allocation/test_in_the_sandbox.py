"""The whole life of a runtime in a real box, with the real agent and a real kernel in it."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from channels.db import database_sync_to_async

from runtimes.allocation import lifecycle, services
from runtimes.allocation.models import RuntimeType
from runtimes.allocation.states import Reason
from runtimes.allocation.tokens import agent_token
from runtimes.machines import image
from runtimes.machines.choose import MachineSettings, provider
from tests.needs import CACHE
from tests.runtimes.agent.platform_end import PlatformEnd

from .conftest import link, reread

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.geteuid() != 0, reason="boxes with identities and disks of their own need root"),
]
MIB = 1024**2


@pytest.fixture
def sandbox(use):
    image.build(CACHE)
    home = Path(tempfile.mkdtemp(prefix="boxes-"))
    (home / "images").symlink_to(CACHE.resolve() / "images")
    machines = use(provider(MachineSettings(home)))
    machines.home = home
    yield machines
    for name in machines.list():
        machines.stop(name)
    shutil.rmtree(home)


@pytest.fixture
def small(requested):
    RuntimeType.objects.update(memory_bytes=512 * MIB, disk_bytes=512 * MIB)
    return reread(requested)


@pytest.fixture
async def platform_end(sandbox, small):
    folder = sandbox.home / "run" / "link"
    folder.mkdir(parents=True)
    end = PlatformEnd(folder, token=agent_token(small))
    await end.open()
    yield end
    await end.close()


async def test_from_connect_to_disconnect(small, sandbox, platform_end):
    await step(lifecycle.start, str(small.pk))
    await platform_end.state("idle")
    assert (await step(link, small)).state == "ready"

    story = await platform_end.run("import os; print(os.getcwd(), os.getuid())")
    assert story.text() == "/content 0\n"

    await step(services.reset_runtime, await step(reread, small), Reason.USER)
    await step(lifecycle.stop, str(small.pk))
    assert (await step(reread, small)).state == "gone"
    assert sandbox.list() == {}


async def test_p33_running_out_of_memory_is_named(small, sandbox, platform_end):
    await step(lifecycle.start, str(small.pk))
    await platform_end.state("idle")

    story = await platform_end.run("hoard = [bytearray(64 * 2**20) for _ in range(100)]", within=60)

    assert story.end["status"] == "aborted"
    assert re.search(r"ran out of memory \(it had used 0\.[45] GB of 0\.5 GB\)", story.end["reason"])
    assert (await platform_end.run("print('alive')")).text() == "alive\n"


async def test_p07_a_killed_agent_ends_its_box_and_the_row_says_so(small, sandbox, platform_end):
    await step(lifecycle.start, str(small.pk))
    await platform_end.state("idle")
    await step(link, small)

    await platform_end.execute("import os, signal; os.kill(os.getppid(), signal.SIGKILL)")
    while sandbox.list()[str(small.pk)].running:
        await step(lambda: None)
    await step(lifecycle.reconcile)

    runtime = await step(reread, small)
    assert (runtime.state, runtime.reason) == ("gone", "host-lost")
    assert sandbox.list() == {}


async def step(work, *arguments):
    return await database_sync_to_async(work, thread_sensitive=False)(*arguments)
