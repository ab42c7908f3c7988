"""What the supervisor started is started again, also when the disk is full for a while."""

import asyncio
import errno
import sys

from config.embedded import processes
from config.embedded.processes import Service


async def test_p13_a_full_disk_does_not_keep_what_died_from_being_started_again(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(processes, "SLOWEST_RESTART", 0.05)
    service = Service("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], {}, tmp_path / "log")
    written: list[int | None] = []
    is_full = False

    def note() -> None:
        if is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(service.pid)

    await service.start(note)
    first = service.process
    assert first
    is_full = True
    (tmp_path / "log").unlink()
    (tmp_path / "log").mkdir()  # it cannot be opened
    first.kill()
    await first.wait()
    await asyncio.wait_for(until_said(capsys, "could not be started again"), 10)
    (tmp_path / "log").rmdir()
    is_full = False
    async with asyncio.timeout(10):
        while written[-1] == first.pid:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert written[-1] == service.pid
    await service.stop()


async def until_said(capsys, words: str) -> None:
    while words not in capsys.readouterr().out:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
