"""The drive: a folder of yours that stays when machines come and go. Its owner grants it to a notebook once."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ._platform import NotDone, call

LOOK_EVERY = 0.2  # seconds
REMIND_EVERY = 3.0
WITHOUT_ANSWER = ("asking", "wanted")


def mount(mountpoint: str, force_remount: bool = False, timeout_ms: int = 120000, readonly: bool = False) -> None:
    """Show your drive at `mountpoint`; your files are in its folder `MyDrive`.

    The first time in a notebook its page asks you. Raises ValueError where no drive can be shown or it was refused,
    and TimeoutError without an answer in `timeout_ms`.
    """
    if readonly:
        raise ValueError("A drive is mounted for reading and writing; leave out readonly.")
    place = os.path.abspath(mountpoint)
    if os.path.ismount(place):
        if not force_remount:
            print(  # noqa: T201
                f"Drive already mounted at {mountpoint}; to attempt to forcibly remount, "
                f'call drive.mount("{mountpoint}", force_remount=True).'
            )
            return
        flush_and_unmount(timeout_ms)
    if os.path.isdir(place) and os.listdir(place):
        raise ValueError("Mountpoint must not already contain files")
    with _said_as("mount failed"):
        state, message = _settled("drive", {"place": place}, WITHOUT_ANSWER, timeout_ms)
        if state == "refused":
            raise NotDone(state, "you did not permit this notebook to have your drive.")
        if state != "attached":
            raise NotDone(state, message or "it was taken off again.")
    print(f"Mounted at {mountpoint}")  # noqa: T201


def flush_and_unmount(timeout_ms: int = 24 * 60 * 60 * 1000) -> None:
    """Take the drive off, when all of it is written."""
    with _said_as("unmount failed"):
        state, message = _settled("drive-off", {}, ("leaving",), timeout_ms)
        if state != "gone":
            raise NotDone(state, message)


def _settled(do: str, values: dict[str, Any], unsettled: tuple[str, ...], timeout_ms: int) -> tuple[str, str]:
    """What came of it: the state that is none of these, and the sentence that goes with it."""
    begun = reminded = time.monotonic()
    answer = call(do, begins=True, **values)
    while answer["state"] in unsettled:
        now = time.monotonic()
        if now - begun > timeout_ms / 1000:
            raise TimeoutError("There was no answer in time. Is the page of this notebook open?")
        time.sleep(LOOK_EVERY)
        reminds = now - reminded > REMIND_EVERY  # a page that was opened after the question has not seen it
        if reminds:
            reminded = now
        answer = call(do, reminds=reminds, **values)
    return answer["state"], answer["message"]


@contextmanager
def _said_as(what: str) -> Iterator[None]:
    """As Colab says it, of whatever the reason is."""
    try:
        yield
    except NotDone as problem:
        raise ValueError(f"{what}: {problem}") from None
