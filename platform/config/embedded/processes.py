"""Child processes that are kept alive: started, restarted when they die, and stopped in order."""

import asyncio
import contextlib
import ctypes
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_BYTES = 10 * 2**20
SLOWEST_RESTART = 4.0
STEADY_SECONDS = 30.0
_libc = ctypes.CDLL(None)


@dataclass(slots=True)
class Service:
    """What to run, and how to end it. `descriptors` are handed to the process under their own numbers."""

    role: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    descriptors: tuple[int, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _keeper: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self, changed: Callable[[], None]) -> None:
        """Start the process and keep it alive from now on; `changed` is called whenever its pid has changed."""
        await self._spawn()
        changed()
        self._keeper = asyncio.create_task(self._keep(changed))

    async def stop(self) -> None:
        """End the process: politely first, then not."""
        if self._keeper:
            self._keeper.cancel()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            await asyncio.wait_for(self.process.wait(), self.patience)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def renew(self) -> None:
        """End the process as politely as for good; its keeper starts the next one, with whatever code is there now."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(self.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), self.patience)
        except TimeoutError:
            process.kill()
            await process.wait()
        while self.pid in {None, process.pid}:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.returncode is None else None

    async def _keep(self, changed: Callable[[], None]) -> None:
        delay = 0.2
        while True:
            assert self.process
            born = time.monotonic()
            code = await self.process.wait()
            if time.monotonic() - born > STEADY_SECONDS:
                delay = 0.2
            say(f"{self.role} ended ({describe(code)}); starting it again. Its log: {self.log}")
            await asyncio.sleep(delay)
            delay = min(delay * 2, SLOWEST_RESTART)
            while not await self._is_restarted(changed):  # noqa: ASYNC110
                await asyncio.sleep(delay)

    async def _is_restarted(self, changed: Callable[[], None]) -> bool:
        """A full disk must not be the end of it: what could not be opened or written now is tried again."""
        try:
            if self.pid is None:
                await self._spawn()
            changed()
        except OSError as problem:
            say(f"{self.role} could not be started again: {problem}")
            return False
        return True

    async def _spawn(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self.descriptors,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor alone
                preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, self.stop_signal),
            )


def say(sentence: str) -> None:
    """To whoever watches, if there is room for it."""
    with contextlib.suppress(OSError):
        print(f"tomoni: {sentence}", flush=True)  # noqa: T201


def describe(code: int) -> str:
    """An exit status in words."""
    return f"exit status {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
