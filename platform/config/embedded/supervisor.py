"""The supervisor of `make run`: starts everything, keeps it alive, and stops what it started.

Order of a start: the folder, the port, PostgreSQL and Redis, the tables, the machine image, then web, worker, beat and
egress, and the first administrator. The listening sockets belong to the supervisor, so a web process that dies takes no
connection attempt with it: the next one accepts from the same socket. Children die with the supervisor (the kernel
sends them their stop signal), boxes do not: their agents dial in again when the platform is back. An orderly stop ends
them; being renewed (SIGHUP) does not, which is how a new version is put in the place of the old one.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from config.embedded.home import Home
from config.embedded.listen import open_agent_socket, open_port
from config.embedded.problems import CannotStart
from config.embedded.processes import Service
from config.embedded.settings import StartSettings

ROOT = Path(__file__).resolve().parents[3]
CELERY = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet"]
SERVICES_OF_OTHERS = frozenset({"postgres", "redis"})


@dataclass(slots=True)
class Supervisor:
    """One running platform."""

    settings: StartSettings
    home: Home
    environment: dict[str, str]
    services: list[Service] = field(default_factory=list)
    listening: list[socket.socket] = field(default_factory=list)
    _lock: int = -1
    _is_up: bool = False
    _welcome: str = ""
    _is_renewal_wished: bool = False
    _renewing: "asyncio.Task[None] | None" = None
    _renewals: int = 0

    async def run(self) -> None:
        """Start, say where, wait for Ctrl-C or SIGTERM, stop."""
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._wish_renewal)
        try:
            starting = asyncio.create_task(self._come_up())
            stop = asyncio.create_task(stopping.wait())
            await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
            else:
                await starting
                await stop
        finally:
            await self._stop()

    async def _come_up(self) -> None:
        self.home.prepare()
        self._lock = self.home.lock_as_supervisor()
        await self._start()
        self._is_up = True
        self._renew_if_wished()

    async def _start(self) -> None:
        # Kept open for as long as we live: each new web process inherits them.
        self.listening.append(open_port(self.settings.host, self.settings.port))
        self.listening.append(open_agent_socket(self.home.agent_socket))
        self.home.write("environment.json", self.settings.for_tools(self.environment))
        await self._start_embedded()
        await self._prepare()
        await self._start_platform()
        await self._say_welcome()

    async def _prepare(self) -> None:
        """What has to be right before this version's processes run."""
        command = [sys.executable, str(ROOT / "manage.py"), "prepare", *([] if self._is_up else ["--welcome"])]
        complaint = "The database could not be prepared; the lines above say why."
        self._welcome = await self._finish(command, complaint, stdout=subprocess.PIPE)
        await self._prepare_machines()

    def _wish_renewal(self) -> None:
        self._is_renewal_wished = True
        self._renew_if_wished()

    def _renew_if_wished(self) -> None:
        """A wish that comes during a start, or during another renewal, is granted after it."""
        if self._is_renewal_wished and self._is_up and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.create_task(self._renew_as_often_as_wished())

    async def _renew_as_often_as_wished(self) -> None:
        while self._is_renewal_wished:
            self._is_renewal_wished = False
            self._renewals += 1
            self._tell_of_renewals(ended=self._renewals - 1)
            self._tell_of_renewals(ended=self._renewals, problem=await self._renew())

    def _tell_of_renewals(self, *, ended: int, problem: str = "") -> None:
        self.home.write("run/renewals.json", {"begun": self._renewals, "ended": ended, "problem": problem})

    async def _renew(self) -> str:
        """Each process of the platform by one of the version that is installed now; machines and their cells go on.

        What cannot be prepared changes nothing: the old processes stay. Returns what went wrong, if anything did.
        """
        say("Putting what is installed now in the place of what runs …")
        try:
            await self._prepare()
            for service in self.services:
                if service.role not in SERVICES_OF_OTHERS:
                    await service.renew()
                    await self._until_healthy(service.pid if service.role.startswith("web") else None)
        except CannotStart as problem:
            say(f"Not all processes were renewed: {problem}")
            return str(problem)
        say("Every process is of the version that is installed now.")
        return ""

    async def _start_embedded(self) -> None:
        if not self.settings.database_url:
            postgres = self.home.postgres
            if not (postgres.data / "ready").exists():
                say("Creating the database …")
            await asyncio.to_thread(postgres.initialise)
            await self._serve("postgres", postgres.command(), stop_signal=signal.SIGINT, patience=30)
            await self._until_answered(postgres.create_database)
        if not self.settings.redis_url:
            await self._serve("redis", self.home.valkey.command())

    async def _until_answered(self, ask: Callable[[], None]) -> None:
        for _ in range(600):
            try:
                await asyncio.to_thread(ask)
            except psycopg.OperationalError:
                await asyncio.sleep(0.05)
            else:
                return
        raise CannotStart(f"PostgreSQL does not answer; its log says why: {self.home.logs / 'postgres.log'}")

    async def _prepare_machines(self) -> None:
        """Check this machine, and build the image that runtimes start from."""
        if self.settings.provider != "sandbox":
            return
        await self._finish(
            [sys.executable, "-m", "runtimes.machines.check", "--home", str(self.home.path)],
            "This machine cannot run code safely.",
        )
        image = [sys.executable, "-m", "runtimes.machines.image", "--home", str(self.home.path)]
        image += [f"--python={name}" for name in self.settings.image_python]
        image += [f"--debian={name}" for name in self.settings.image_debian]
        await self._finish(image, "The image for runtimes could not be built; the lines above say why.")

    async def _start_platform(self) -> None:
        descriptors = tuple(opened.fileno() for opened in self.listening)
        web = self.environment | {"TOMONI_LISTEN_FDS": ",".join(map(str, descriptors))}
        for number in range(self.settings.web):
            role = "web" if self.settings.web == 1 else f"web-{number + 1}"
            await self._serve(role, [sys.executable, "-m", "config.web"], environment=web, descriptors=descriptors)
        await self._serve_worker()
        schedule = ["beat", "--loglevel=WARNING", f"--schedule={self.home.run / 'beat'}", "--pidfile="]
        await self._serve("beat", [*CELERY, *schedule])
        await self._serve_egress()

    async def _serve_worker(self, *more: str) -> None:
        at_once = f"--concurrency={self.settings.workers}"
        how = ["--pool=threads", at_once, "--without-mingle", "--without-gossip", "--loglevel=INFO"]
        await self._serve("worker", [*CELERY, "worker", *how, *more])

    async def _serve_egress(self) -> None:
        await self._serve("egress", [sys.executable, "-m", "runtimes.machines.egress", "--home", str(self.home.path)])

    async def _serve(
        self, role: str, command: list[str], environment: dict[str, str] | None = None, **how: object
    ) -> None:
        log = self.home.logs / f"{role}.log"
        service = Service(role, command, environment or self.environment, log, **how)  # type: ignore[arg-type]
        self.services.append(service)
        await service.start(self._write_processes)

    def _write_processes(self) -> None:
        pids: dict[str, list[int]] = {"supervisor": [os.getpid()]}
        for service in self.services:
            pids.setdefault(service.role.split("-")[0], []).extend([service.pid] if service.pid else [])
        self.home.write("run/processes.json", pids)

    async def _say_welcome(self) -> None:
        await self._until_healthy()
        say(f"Tomoni is running at {self.settings.address}")
        for line in self._welcome.splitlines():
            say(line)
        say("Stop it with Ctrl-C.")

    async def _until_healthy(self, pid: int | None = None) -> None:
        """Until a web process answers, or that one of several which accept from the same port."""
        for _ in range(300):
            if await asyncio.to_thread(self._is_healthy, pid):
                return
            await asyncio.sleep(0.1)
        raise CannotStart(f"The web process does not answer; its log says why: {self.home.logs}")

    def _is_healthy(self, pid: int | None) -> bool:
        try:
            with socket.create_connection((self.settings.connect_host, self.settings.port), timeout=2) as client:
                client.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                answer = b"".join(iter(lambda: client.recv(4096), b""))
                return b" 200 " in answer[:16] and (pid is None or b'"pid": %d}' % pid in answer)
        except OSError:
            return False

    async def _finish(self, command: list[str], complaint: str, *, stdout: int | None = None) -> str:
        """What `command` printed, if `stdout` is a pipe. Raises CannotStart with `complaint` if it failed."""
        process = await asyncio.create_subprocess_exec(
            *command, env=self.environment, cwd=ROOT, start_new_session=True, stdout=stdout
        )
        try:
            printed, _ = await process.communicate()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if process.returncode:
            raise CannotStart(complaint)
        return (printed or b"").decode()

    async def _stop(self) -> None:
        """Stop in the reverse order of starting, boxes before the services they depend on."""
        if self.services:
            say("Stopping …")
        await self._stop_roles("beat", "worker")
        if any(service.role == "egress" for service in self.services):
            await self._end_boxes()
        for service in reversed(self.services):
            await service.stop()

    async def _stop_roles(self, *roles: str) -> None:
        await asyncio.gather(*(service.stop() for service in self.services if service.role in roles))

    async def _end_boxes(self) -> None:
        command = [sys.executable, str(ROOT / "manage.py"), "stopruntimes"]
        ending = await asyncio.create_subprocess_exec(
            *command, env=self.environment, stderr=subprocess.DEVNULL, cwd=ROOT
        )
        await ending.wait()


def say(sentence: str) -> None:
    print(f"tomoni: {sentence}", flush=True)  # noqa: T201
