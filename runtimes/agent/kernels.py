"""One kernel process and its channels: from its start to its end, which is told exactly once."""

import asyncio
import os
import tempfile
import threading
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from jupyter_core.paths import jupyter_path

from .deaths import Exit
from .messages import Message, read_message
from .spool import Spool

START_WITHIN = 60  # seconds
POLITE_STOP = 2  # seconds that a kernel gets to end by itself
QUEUED_MESSAGES = 16  # read ahead by ZeroMQ; the rest waits in the kernel
# Of a kernel that is not ours: what waits in it beyond a thousand it throws away, so more is read ahead.
QUEUED_OF_OTHERS = 4000
PACED_START = Path(__file__).with_name("kernel_start.py")


class KernelDidNotStart(Exception):
    """The text says why, for a person."""


class InstalledKernels(KernelSpecManager):
    """Finds the usual case without importing IPython, which would double the agent's start and its memory."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        for folder in jupyter_path("kernels"):
            if Path(folder, kernel_name, "kernel.json").is_file():
                return KernelSpec.from_resource_dir(str(Path(folder, kernel_name)))
        return super().get_kernel_spec(kernel_name)


class PacedKernelManager(AsyncKernelManager):
    """Starts ipykernel through our own start file and any other kernel as its specification says."""

    @property
    def is_ours(self) -> bool:
        return self.kernel_spec is not None and "ipykernel_launcher" in self.kernel_spec.argv

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        command = super().format_kernel_cmd(extra_arguments)
        if command[1:3] == ["-m", "ipykernel_launcher"]:
            command[1:3] = [str(PACED_START)]
        elif "ipykernel_launcher" in command:
            place = command.index("ipykernel_launcher")
            command[place - 1 : place + 1] = [str(PACED_START)]
        return command


class Kernel:
    """A kernel that runs. `listen` is called with each message of iopub, shell and stdin, in order within each."""

    def __init__(self, name: str, content: Path, scratch: Path, spool: Spool, imports: Sequence[str] = ()) -> None:
        self.session = str(uuid.uuid4())
        self.exited: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self.listen: Callable[[Message], None] = lambda message: None
        self._spool = spool
        self._content = content
        self._imports = imports
        self._folder = tempfile.TemporaryDirectory(prefix="kernel-", dir=scratch)
        connection_file = str(Path(self._folder.name) / "k.json")
        self._manager = PacedKernelManager(
            kernel_name=name, connection_file=connection_file, kernel_spec_manager=InstalledKernels()
        )
        self._manager.shutdown_wait_time = POLITE_STOP
        self._wire: Session = self._manager.session
        self._context = zmq.asyncio.Context()
        self._sockets: dict[str, zmq.asyncio.Socket] = {}
        self._readers: list[asyncio.Task[None]] = []
        self._heard = 0.0  # when iopub last spoke, or was read again
        self._held = False  # we do not read iopub, for want of room
        self._greeted = asyncio.Event()

    async def start(self) -> None:
        """Return when the kernel answers; raise KernelDidNotStart when it does not."""
        errors = Path(self._folder.name) / "errors"
        try:
            # Not every kernel knows sockets that are files; those of the network are the box's own too.
            self._manager.transport = "ipc" if self._manager.is_ours else "tcp"
            with errors.open("wb") as file:
                await self._manager.start_kernel(
                    cwd=str(self._content if self._content.is_dir() else Path.cwd()),
                    env=kernel_environment(self._imports),
                    stdout=file,
                    stderr=file,
                )
        except (NoSuchKernel, OSError) as problem:
            raise KernelDidNotStart(f"The kernel cannot be started: {problem}") from problem
        self._watch()
        self._connect()
        greeting = asyncio.create_task(self._greet())
        news: set[asyncio.Future[Any]] = {greeting, self.exited}
        await asyncio.wait(news, timeout=START_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        if not greeting.done():
            greeting.cancel()
            what = "ended at once" if self.exited.done() else f"did not answer within {START_WITHIN} seconds"
            raise KernelDidNotStart(f"The kernel {what}. {last_words(errors)}".strip())

    def send(
        self,
        channel: str,
        kind: str,
        content: dict[str, Any],
        *,
        message_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
    ) -> str:
        """Send a message and return its id."""
        message = self._wire.msg(kind, content=content, metadata=metadata)
        if message_id:
            message["header"]["msg_id"] = message["msg_id"] = message_id
        # Not `Session.send`: it writes past the asyncio socket, which then may miss for good that an answer has come.
        self._sockets[channel].send_multipart([*self._wire.serialize(message), *buffers])
        return str(message["header"]["msg_id"])

    @property
    def answers_beside(self) -> bool:
        """Whether it answers questions on its control channel, also while code runs: ours does."""
        return self._manager.is_ours

    async def interrupt(self) -> None:
        """By a signal, or by a message to a kernel whose specification asks for one."""
        if self._manager.kernel_spec is not None and self._manager.kernel_spec.interrupt_mode == "message":
            self.send("control", "interrupt_request", {})
        else:
            await self._manager.interrupt_kernel()

    def silence(self) -> float:
        """For how long iopub has said nothing; none while it is we who do not read it."""
        return 0.0 if self._held else asyncio.get_running_loop().time() - self._heard

    async def quiet(self, seconds: float) -> None:
        """Wait until iopub has said nothing for so long from now."""
        self._heard = asyncio.get_running_loop().time()
        while (left := seconds - self.silence()) > 0:  # noqa: ASYNC110  # silence is no event
            await asyncio.sleep(left)

    async def stop(self, *, politely: bool) -> None:
        """End the process and everything it started in its group; harmless when it has ended."""
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=not politely)
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        for socket in self._sockets.values():
            socket.close(linger=0)
        self._context.term()
        self._folder.cleanup()

    def _connect(self) -> None:
        info: dict[str, Any] = dict(self._manager.get_connection_info())
        identity = self._wire.bsession
        for channel in ("iopub", "shell", "stdin", "control"):
            socket = self._context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
            socket.reconnect_ivl = 10  # ms: the kernel binds its sockets a little after it starts
            if channel == "iopub":
                socket.rcvhwm = QUEUED_MESSAGES if self._manager.is_ours else QUEUED_OF_OTHERS
                socket.subscribe(b"")
            else:
                socket.identity = identity
            separator = "-" if info["transport"] == "ipc" else ":"
            socket.connect(f"{info['transport']}://{info['ip']}{separator}{info[f'{channel}_port']}")
            self._sockets[channel] = socket
            self._readers.append(asyncio.create_task(self._read(channel, socket)))

    async def _read(self, channel: str, socket: zmq.asyncio.Socket) -> None:
        while True:
            if channel == "iopub":
                await self._wait_for_room()
            message = read_message(self._wire, channel, await socket.recv_multipart())
            if channel == "iopub":
                self._heard = asyncio.get_running_loop().time()
            if message is None:
                continue
            match message.kind:
                case "kernel_info_reply":
                    self._greeted.set()
                case _:
                    self.listen(message)

    async def _wait_for_room(self) -> None:
        if not self._spool.has_room():
            self._held = True
            await self._spool.room()
            self._held = False
            self._heard = asyncio.get_running_loop().time()

    async def _greet(self) -> None:
        """Ask until it answers, and until what it publishes reaches us too."""
        while True:
            self._greeted.clear()
            self.send("shell", "kernel_info_request", {})
            await asyncio.wait({asyncio.create_task(self._greeted.wait())}, timeout=1)
            if self._greeted.is_set() and self._heard:
                return

    def _watch(self) -> None:
        """Tell `exited` how the process ended. A thread waits, so that an idle kernel costs nothing."""
        pid = self._manager.provisioner.pid  # type: ignore[union-attr]  # a local kernel has one
        Path(f"/proc/{pid}/oom_score_adj").write_text("0")
        loop = asyncio.get_running_loop()

        def wait() -> None:
            try:
                loop.call_soon_threadsafe(self._tell, wait_for(pid))
            except RuntimeError:
                return  # the agent itself has ended

        threading.Thread(target=wait, name=f"kernel {pid}", daemon=True).start()

    def _tell(self, exited: Exit) -> None:
        if not self.exited.done():
            self.exited.set_result(exited)


def wait_for(pid: int) -> Exit:
    """Wait for the end of a child and leave it to be reaped by its owner."""
    try:
        result = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:  # reaped already: it was stopped by us
        return Exit(signal=9)
    if result is None or result.si_code == os.CLD_EXITED:
        return Exit(code=result.si_status if result else None)
    return Exit(signal=result.si_status)


def kernel_environment(imports: Sequence[str] = ()) -> dict[str, str]:
    """Ours, without what is meant for the agent alone, and with what the kernel imports before it answers."""
    ours = str(Path(__file__).parent.parent)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOMONI_")}
    path = [entry for entry in environment.pop("PYTHONPATH", "").split(os.pathsep) if entry not in ("", ours)]
    if path:
        environment["PYTHONPATH"] = os.pathsep.join(path)
    environment.pop("PYTHONSAFEPATH", None)
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # or the debugger warns into the first cell's output
    if imports:
        environment["TOMONI_IMPORTS"] = ",".join(imports)
    return environment


def last_words(errors: Path) -> str:
    lines = errors.read_text(errors="replace").strip().splitlines()
    return lines[-1][:500] if lines else ""
