"""A web process, people who open Ada's notebook in it, and a Redis that may be broken."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import pytest_asyncio

from config.embedded.valkey import Valkey
from tests.notebooks.collaboration.pages import Visits, WebProcess


@pytest.fixture
def quick(settings) -> None:
    """Rooms that look and forget sooner than in production."""
    settings.TOMONI_ROOM_BEAT_SECONDS = 0.3
    settings.TOMONI_ROLE_SECONDS = 0.2


@pytest_asyncio.fixture
async def process(transactional_db):
    async with WebProcess() as process:
        yield process


@pytest_asyncio.fixture
async def another_process(transactional_db):
    async with WebProcess() as process:
        yield process


@pytest_asyncio.fixture
async def visits(process, notebook):
    visits = Visits(process, notebook)
    yield visits
    await visits.end()


class BreakableRedis:
    """A Redis-compatible server of one test."""

    def __init__(self, home: Path) -> None:
        self.server = Valkey(data=home / "data", run=home)

    def start(self) -> None:
        self.server.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.server.command(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self.server.socket.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis_of_my_own(settings):
    home = Path(tempfile.mkdtemp(prefix="tomoni-redis-"))
    redis = BreakableRedis(home)
    redis.start()
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis.server.url], "prefix": "tomoni"},
        }
    }
    yield redis
    redis.kill()
    shutil.rmtree(home)
