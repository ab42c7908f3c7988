"""The output of a cell: clearing it, scripts in it that Python asks, and Python functions that its scripts call."""

# mypy: disable-error-code="no-untyped-call"
# (IPython has types in places only)

import contextlib
import html
import json
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from comm import get_comm_manager
from IPython.core.getipython import get_ipython
from IPython.display import HTML, clear_output, display

from ._bundles import Caught, catching
from ._message import MessageError

CONTENT, VALUE = Path("/content"), "value.json"  # a page writes below /content only
LOOK_EVERY = 0.05  # seconds
TARGET = "google.colab.invoke"

_functions: dict[str, Callable[..., Any]] = {}


def clear(wait: bool = False, output_tags: Any = ()) -> None:
    """Forget what the cell has printed; with `wait`, when it prints again. Tags of single outputs are not kept here."""
    if not isinstance(wait, bool):
        raise ValueError("wait must be a boolean value")
    if output_tags:
        raise NotImplementedError("Outputs have no tags here: clear() without them clears the whole output.")
    clear_output(wait=wait)


def eval_js(script: str, ignore_result: bool = False, timeout_sec: float | None = None) -> Any:
    """Run JavaScript in the frame of the running cell, and wait for its value; of a promise, for what it brings.

    A page that shows the cell must be open. Raises MessageError when the script fails; None when the time is over.
    """
    if ignore_result:
        _show(script)
        return None
    wanted = uuid.uuid4().hex
    folder = CONTENT / f".value-{wanted}"
    folder.mkdir()
    handle = _show(f"google.colab._give({json.dumps(wanted)}, {json.dumps(script)})")
    try:
        answer = _awaited(folder / VALUE, timeout_sec)
    finally:
        handle.update({"application/javascript": ""}, raw=True)  # it must not run again when the notebook is opened
        shutil.rmtree(folder, ignore_errors=True)
    if "error" in answer:
        raise MessageError(answer["error"])
    return answer.get("value")


def register_callback(function_name: str, callback: Callable[..., Any]) -> None:
    """Let scripts of outputs call `callback`: `await google.colab.kernel.invokeFunction(name, [args], {kwargs})`."""
    get_comm_manager().register_target(TARGET, _invoke)
    _functions[function_name] = callback


def unregister_callback(function_name: str) -> None:
    if function_name not in _functions:
        raise ValueError(f"{function_name} is not registered.")
    del _functions[function_name]


@contextlib.contextmanager
def redirect_to_element(selector: str) -> Iterator[None]:
    """What is displayed inside goes into the first element of the cell's outputs that the CSS selector finds."""

    def move(captured: Any) -> None:
        caught = Caught()
        caught.add(captured)
        display(HTML(_moved(caught.html(), selector)))

    with catching(move):
        yield


def _show(script: str) -> Any:
    return display({"application/javascript": script}, raw=True, display_id=True)


def _awaited(place: Path, timeout: float | None) -> dict[str, Any]:
    """What the page has put there; nothing when it took too long."""
    end = None if timeout is None else time.monotonic() + timeout
    while not place.exists():
        if end is not None and time.monotonic() > end:
            return {}
        time.sleep(LOOK_EVERY)
    answer: dict[str, Any] = json.loads(place.read_bytes())
    return answer


def _invoke(comm: Any, opened: dict[str, Any]) -> None:
    """A script calls. It hears the result, or why there is none, which the kernel's log has in full."""
    data = opened["content"]["data"]
    name = data.get("name")
    try:
        if name not in _functions:
            raise LookupError(f"Function not found: {name}")
        result = _functions[name](*data.get("args", ()), **data.get("kwargs", {}))
        comm.send({"result": _bundle(result)})
    finally:
        problem = sys.exc_info()[1]
        comm.close({"error": f"{type(problem).__name__}: {problem}"} if problem else {})


def _bundle(value: Any) -> dict[str, Any]:
    """How a display of it looks: JSON as such, and everything as text."""
    shell: Any = get_ipython()
    if value is None or shell is None:
        return {}
    data: dict[str, Any] = shell.display_formatter.format(value)[0]
    return data


def _moved(inside: str, selector: str) -> str:
    """HTML that puts itself elsewhere, where there is such an element."""
    script = (
        "{const from = document.currentScript.previousElementSibling;"
        "const to = document.querySelector(from.dataset.to); if (to) to.append(...from.childNodes)}"
    )
    return f'<div data-to="{html.escape(selector)}">{inside}</div><script>{script}</script>'
