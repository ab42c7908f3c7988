"""Starts ipykernel inside the box so that no output is lost and a slow reader slows the code down.

Stock ipykernel publishes on a socket that drops messages once a thousand wait, and lets a printing loop
fill the memory while they do. Here the socket waits instead, and so does `print`. This file is run by its
path in the kernel's own process and must import nothing of the agent.
"""

# mypy: disable-error-code="no-untyped-call"
# (ipykernel has types in places only)

import sys

if __name__ == "__main__":
    del sys.path[0]  # the agent's folder: its module names are not for the user's imports

import codecs
import contextlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.formatters import BaseFormatter
from jupyter_client.jsonutil import json_default
from traitlets import ObjectName, Type, Unicode
from traitlets.config import Config

WAITING_MESSAGES = 16  # in the socket, before its sender waits
PART = 32 * 1024  # characters of output handed to the sender at a time
PARTS_AHEAD = 6  # handed over and not yet taken, before the printer waits


def pack(value: Any) -> bytes:
    """JSON in ASCII: lone surrogates and NaN come through, where jupyter_client's own packer gives up."""
    return json.dumps(value, default=json_default).encode()


class PacedStream(OutStream):
    """Standard output or error that waits for its reader instead of growing without end.

    `_written`, `_handed` and `_taken` count characters: printed, handed to the sending thread, and taken by it.
    They are set, never added to by the sending thread, so an interrupt in the middle cannot unbalance them.
    """

    flush_interval = 0.05
    _written = _handed = _taken = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        self._moved = threading.Event()
        self._key: tuple[dict[str, Any], frozenset[Any]] = ({}, frozenset())
        super().__init__(*args, **options)

    def write(self, string: str) -> int | None:  # type: ignore[override]  # as in ipykernel
        if type(string) is not str or self.pub_thread is None:
            return super().write(string)  # which says what is wrong
        if len(string) <= PART:
            self._write_part(string)
        else:
            for start in range(0, len(string), PART):
                self._write_part(string[start : start + PART])
        return len(string)

    def _write_part(self, part: str) -> None:
        """What `OutStream.write` does, with the costly key of the parent kept from one call to the next."""
        parent = self.parent_header
        known, key = self._key
        if parent is not known:
            key = frozenset(parent.items())
            self._key = (parent, key)
        self._written += len(part)
        with self._buffer_lock:
            self._buffers[key].write(part)
        if not self._is_master_process():
            if "\n" in part:  # forked processes send for themselves: by lines, or they mix within them
                self._flush()
            return
        if not self._flush_pending:
            self._schedule_flush()
        if self._written - self._handed >= PART and self._has_sender():
            self._hand_over()
            self._wait_for_sender()

    def flush(self) -> None:
        if not self._has_sender():
            super().flush()
        elif self._written != self._taken:  # ipykernel flushes four times an execution, mostly nothing
            taken = threading.Event()
            before = -1
            self._hand_over(taken.set)
            # A run ends behind its output: a slow reader is waited for, and one that takes nothing is not.
            while not taken.wait(self.flush_timeout) and before != self._taken:
                before = self._taken

    def _has_sender(self) -> bool:
        """Whether another thread of this very process does the sending."""
        thread = self.pub_thread and self.pub_thread.thread
        return bool(thread and thread.is_alive() and thread is not threading.current_thread()) and (
            self._is_master_process()
        )

    def _hand_over(self, told: Callable[[], None] = lambda: None) -> None:
        self._handed = mark = self._written

        def take() -> None:
            self._taken = mark
            self._moved.set()
            told()

        self.pub_thread.schedule(self._flush)
        # The flush puts its messages behind what is scheduled by now; so the news comes behind them in its turn.
        self.pub_thread.schedule(lambda: self.pub_thread.schedule(take))

    def _wait_for_sender(self) -> None:
        while self._written - self._taken > PARTS_AHEAD * PART and self._has_sender():
            self._moved.clear()
            if self._written - self._taken > PARTS_AHEAD * PART and not self._moved.wait(1):
                self._hand_over()

    def _watch_pipe_fd(self) -> None:
        """Publish what C code and child processes write to the descriptor, characters kept whole."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while self._should_watch and (data := os.read(self._fid or 0, PART)):
            self.write(decoder.decode(data))


class Shell(ZMQInteractiveShell):
    """Notebooks written for Colab ask whether they are there by `'google.colab' in str(get_ipython())`."""


Shell.__module__ = "google.colab._shell"


class TomoniKernel(IPythonKernel):
    shell_class = Type(Shell)


class TomoniKernelApp(IPKernelApp):
    """ipykernel's application with sockets that wait and streams that are paced."""

    kernel_class = Type(TomoniKernel).tag(config=True)

    def init_sockets(self) -> None:
        self.session.pack = pack
        super().init_sockets()

    def init_iopub(self, context: zmq.Context[Any]) -> None:
        # Defaults for sockets made from here on; pyzmq skips those that a socket type does not know.
        context.setsockopt(zmq.XPUB_NODROP, 1)
        context.setsockopt(zmq.SNDHWM, WAITING_MESSAGES)
        super().init_iopub(context)


def keep_context_in_threads() -> None:
    """What a thread prints belongs to the execution that started it, also when that has ended.

    The execution is a context variable, which Python hands on to a new task but, before 3.14, not to a new thread;
    ipykernel then takes whatever runs at the moment.
    """
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    def start_in_context(thread: threading.Thread) -> None:
        thread.run = partial(copy_context().run, thread.run)  # type: ignore[method-assign]
        start(thread)

    def submit_in_context(pool: ThreadPoolExecutor, work: Any, /, *args: Any, **options: Any) -> Any:
        return submit(pool, copy_context().run, work, *args, **options)

    threading.Thread.start = start_in_context  # type: ignore[method-assign,assignment]
    ThreadPoolExecutor.submit = submit_in_context  # type: ignore[method-assign,assignment]


class AltairHook(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """When altair is imported, let it send charts as data: its default loads a script from the internet."""

    def __init__(self) -> None:
        self._loader: importlib.abc.Loader | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "altair" or self._loader is not None:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            self._loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec) if self._loader else None

    def exec_module(self, module: ModuleType) -> None:
        if self._loader is not None:
            self._loader.exec_module(module)
        renderers = getattr(module, "renderers", None)
        if renderers is not None:
            renderers.enable("mimetype")


@cache
def inspector() -> ModuleType:
    """The module that knows variables and data frames, loaded when one is first asked about."""
    # A package of its own, in which it finds the modules beside it: the kernel could not import `agent`.
    here = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        "tomoni_inspector", here / "variables.py", submodule_search_locations=[str(here)]
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answer_about_variables(kernel: Any) -> None:
    """Let pages ask what the variables are, on the control channel: a cell that runs does not keep them waiting."""

    def answer(stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        shell = kernel.shell
        content = inspector().answer(parent["content"], shell.user_ns, shell.user_ns_hidden)
        kernel.session.send(stream, "variables_reply", content, parent, ident)

    kernel.control_handlers["variables_request"] = answer


class TableFormatter(BaseFormatter):
    """Beside the table that pandas draws, a name by which pages ask for the rows of the frame itself."""

    format_type = Unicode("application/vnd.tomoni.table+json")
    _return_type = dict
    print_method = ObjectName("_repr_tomoni_table_")


def name_tables(shell: Any) -> None:
    """Give each data frame that is displayed a name; it is known by it while the person's own code keeps the frame."""

    def name(frame: Any) -> dict[str, Any]:
        table = str(uuid.uuid4())
        inspector().shown.keep(table, frame)
        return {"table": table, "rows": int(frame.shape[0]), "columns": int(frame.shape[1])}

    formatter = TableFormatter(parent=shell.display_formatter)
    for module in ("pandas", "pandas.core.frame"):  # where the class says that it is, by pandas' version
        formatter.for_type_by_name(module, "DataFrame", name)
    shell.display_formatter.formatters[formatter.format_type] = formatter
    # IPython asks only the formatters of active types.
    shell.display_formatter.active_types = [*shell.display_formatter.active_types, formatter.format_type]


def import_ahead() -> None:
    """What most notebooks import, while nobody waits yet. It binds no names, and what is not installed is left out."""
    for name in filter(None, os.environ.pop("TOMONI_IMPORTS", "").split(",")):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def settings() -> Config:
    return Config(
        {
            "IPKernelApp": {"outstream_class": f"{__name__}.{PacedStream.__name__}"},
            "IPythonKernel": {"_execute_sleep": 0.0},
            "HistoryManager": {"hist_file": ":memory:"},
        }
    )


def offer_colab(shell: Any) -> None:
    """What notebooks written for Colab use: `google.colab` beside our own files, `%%shell`, and a word after pip."""
    library = Path(__file__).parents[1] / "lib"
    if not library.is_dir():
        return  # not in a box
    sys.path.append(str(library))  # last: what a person installs comes first, and shares the name `google`

    def run_shell(line: str, cell: str) -> Any:
        """Run the cell as a bash script; --ignore-errors gives its code instead of an error."""
        return importlib.import_module("google.colab._shell").run(shell, line, cell)

    def begin(info: Any) -> None:
        if "pip" in (info.raw_cell or ""):
            packages = importlib.import_module("google.colab._packages")
            packages.watch(shell, info)

    shell.register_magic_function(run_shell, "cell", "shell")
    shell.events.register("pre_run_cell", begin)


def main() -> None:
    sys.meta_path.insert(0, AltairHook())
    kernel = TomoniKernelApp.instance(config=settings())
    kernel.initialize()
    answer_about_variables(kernel.kernel)
    offer_colab(kernel.shell)
    name_tables(kernel.shell)
    import_ahead()
    keep_context_in_threads()  # those of the kernel itself serve whatever runs
    kernel.start()


if __name__ == "__main__":
    main()
