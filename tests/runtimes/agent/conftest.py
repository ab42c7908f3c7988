"""A real agent with a real kernel, linked to a small platform in the test."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from runtimes.machines import image
from tests.needs import CACHE

from .platform_end import PlatformEnd

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def platform_end(tmp_path):
    end = PlatformEnd(tmp_path)
    await end.open()
    yield end
    await end.close()


@pytest.fixture
def configuration(tmp_path, platform_end):
    content = tmp_path / "content"
    content.mkdir()
    return {
        "url": f"unix:{platform_end.path}",
        "token": "secret",
        "runtime": "runtime-1",
        "lifetime_seconds": 600,
        "content": str(content),
        "scratch": str(tmp_path),
    }


@pytest.fixture
async def start_agent(tmp_path, configuration):
    """Start an agent as a box would; whatever still runs in the end is killed."""
    started = []

    async def start(python=sys.executable, kernels=None, **changes):
        file = tmp_path / "agent.json"
        file.write_text(json.dumps({**configuration, **changes}))
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "runtimes"), "TOMONI_SECRET": "not for kernels"}
        environment["IPYTHONDIR"] = str(tmp_path / "ipython")
        environment["HOME"] = str(tmp_path)  # shells that a test ends would leave locks of a profile behind
        environment.pop("PYTEST_CURRENT_TEST", None)  # with it ipykernel does not catch what C code prints
        if kernels:
            environment["JUPYTER_PATH"] = str(kernels)
        agent = await asyncio.create_subprocess_exec(
            str(python), "-m", "agent", "--config", str(file), env=environment, cwd=tmp_path
        )
        started.append(agent)
        return agent

    yield start
    for agent in started:
        if agent.returncode is None:
            agent.terminate()
            await asyncio.wait_for(agent.wait(), 15)


@pytest.fixture
async def agent_of_boxes(start_agent, platform_end, tmp_path):
    """An agent and a kernel of the Python that boxes have, with their packages."""
    [python] = (await asyncio.to_thread(image.build, CACHE)).glob("local/bin/python3")
    kernel = tmp_path / "jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}))
    process = await start_agent(python, tmp_path / "jupyter")
    await platform_end.state("idle")
    return process


@pytest.fixture
async def agent(start_agent, platform_end):
    process = await start_agent()
    await platform_end.state("idle")
    return process
