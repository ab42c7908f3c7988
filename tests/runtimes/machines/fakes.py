"""Providers for tests, kept with the port: one that does nothing, and three that misbehave as real ones do."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO

from runtimes.machines.drives import refuse_place
from runtimes.machines.provider import BoxRequest, BoxState, CannotAttach, CannotStart, Drive, Meter, Problem
from runtimes.machines.sandbox import NAME
from runtimes.machines.seen import Process
from runtimes.machines.traffic import Sighting


class Noop:
    """Keeps its boxes in a dict; they run until somebody says otherwise."""

    def __init__(self) -> None:
        self.boxes: dict[str, BoxState] = {}
        self.begun: list[str] = []
        self.drives: dict[tuple[str, str], str] = {}
        self.kept: dict[str, bytes] = {}
        self.lock = threading.Lock()

    def start(self, request: BoxRequest) -> None:
        if not NAME.fullmatch(request.name) or request.network not in {"none", "registries", "outward"}:
            raise CannotStart(f"{request.name!r} cannot be had.")
        if request.image != "python":
            raise CannotStart("There is no such image.")
        with self.lock:
            if request.name not in self.boxes:
                self.begun.append(request.name)
                self.boxes[request.name] = BoxState(request.name, running=True)

    def stop(self, name: str) -> None:
        with self.lock:
            self.boxes.pop(name, None)

    def list(self) -> dict[str, BoxState]:
        with self.lock:
            return dict(self.boxes)

    def measure(self, name: str) -> Meter | None:
        return Meter("noop", 1.0, 0.5, 1.0) if name in self.boxes else None

    def processes(self, name: str) -> Sequence[Process]:
        return [Process("agent", "agent")] if name in self.boxes else []

    def traffic(self, name: str) -> Sequence[Sighting]:
        return []

    def attach(self, name: str, drive: Drive, place: str) -> None:
        refuse_place(place)
        if not (name in self.boxes and self.boxes[name].running):
            raise CannotAttach("There is no such machine.")
        self.drives[name, place] = drive.key
        self.kept.setdefault(drive.key, b"")

    def detach(self, name: str, place: str) -> None:
        if not (name in self.boxes and self.boxes[name].running):
            raise CannotAttach("There is no such machine.")
        self.drives.pop((name, place), None)

    def keeps_drive(self, key: str) -> bool:
        return key in self.kept

    def drop_drive(self, key: str) -> None:
        self.kept.pop(key, None)

    @contextmanager
    def read_drive(self, key: str) -> Iterator[IO[bytes]]:
        if key not in self.kept:
            raise CannotAttach("There is no such drive.")
        yield BytesIO(self.kept[key])

    @contextmanager
    def write_drive(self, drive: Drive) -> Iterator[IO[bytes]]:
        yield (written := BytesIO())
        self.kept[drive.key] = written.getvalue()

    def check(self) -> Sequence[Problem]:
        return []

    def kill(self, name: str) -> None:
        self.boxes[name] = BoxState(name, running=False, reason="exit", detail="Its agent ended with status 1.")


class Slow(Noop):
    """Takes its time with everything, and keeps every promise."""

    def __init__(self, seconds: float = 0.2) -> None:
        super().__init__()
        self.pause = threading.Event()
        self.seconds = seconds

    def start(self, request: BoxRequest) -> None:
        self.pause.wait(self.seconds)
        super().start(request)

    def stop(self, name: str) -> None:
        self.pause.wait(self.seconds)
        super().stop(name)


class Never(Noop):
    """Says that the box has begun, and nothing of it is ever there."""

    def start(self, request: BoxRequest) -> None:
        self.begun.append(request.name)


class Failing(Noop):
    """Cannot do what it is asked for, and fails while it tries."""

    def start(self, request: BoxRequest) -> None:
        self.begun.append(request.name)
        raise CannotStart("The disk of this host is full.")

    def stop(self, name: str) -> None:
        raise OSError("device is busy")
