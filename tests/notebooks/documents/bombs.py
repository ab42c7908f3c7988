"""Files that are small to send and were once costly to read.

`python -m tests.notebooks.documents.bombs NAME` reads one of them in a process of its own and prints as JSON what was
said, how long it took, and by how much the process grew at most, which only a new process can tell.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from notebooks.documents.cells import BadNotebook
from notebooks.documents.ipynb import read_ipynb
from tests.notebooks.documents.files import code, file_of

HERE = b'"here"'


def with_metadata(value: bytes) -> bytes:
    """A notebook that has `value`, JSON or not, in its metadata."""
    return file_of(code(), metadata={"x": "here"}).replace(HERE, value)


def many(value: bytes, times: int) -> bytes:
    return b"[" + b",".join([value] * times) + b"]"


def keys(count: int, *more: int) -> bytes:
    return b"{" + b",".join(b'"%d":1' % number for number in [*range(count), *more]) + b"}"


BOMBS = {
    "lists": lambda: b"[" * 100_000,
    "objects": lambda: b'{"a":' * 100_000,
    "metadata": lambda: with_metadata(b'{"a":' * 300 + b"1" + b"}" * 300),
    "digits": lambda: with_metadata(b"9" * 5_000),
    "values": lambda: b'{"a": ' + many(b"1.5e100", 5_500_000) + b"}",
    "many lists": lambda: many(b"[]", 3_500_000),
    "many objects": lambda: with_metadata(many(b'{"a":1}', 3_000_000)),
    "many cells": lambda: file_of(*[{"cell_type": "raw", "source": ""}] * 60_000),
    "one key often": lambda: b"{" + b'"a":1,' * 4_000_000 + b'"a":2}',
    "many keys": lambda: keys(4_000_000),
    "NaN often": lambda: with_metadata(many(b"NaN", 5_000_000)),
    "commas in a string": lambda: file_of(code("here")).replace(b"here", b"," * 50_000_000),
    # As much as is read.
    "a key twice among many": lambda: with_metadata(keys(600_000, 599_999)),
    "NaN and Infinity": lambda: with_metadata(many(b"-Infinity", 1_000_000) + b"," + HERE + b":" + many(b"NaN", 10)),
    "values that fit": lambda: with_metadata(many(b'"ab"', 2_200_000)),
    "digits in a string": lambda: with_metadata(b'"' + (b"1" * 300 + b"x") * 100_000 + b'"'),
    "a long string": lambda: file_of(code("line\n" * 10_000_000)),
}


def read(raw: bytes) -> dict[str, Any]:
    """Read one file, and what that cost."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, started = memory("VmRSS"), time.process_time()
    try:
        said = f"{len(read_ipynb(raw).cells)} cells"
    except BadNotebook as refusal:
        said = str(refusal)
    return {"said": said, "seconds": time.process_time() - started, "bytes": memory("VmHWM") - before}


def memory(name: str) -> int:
    """A figure of this process as Linux gives it: VmRSS now, VmHWM the most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    print(json.dumps(read(BOMBS[sys.argv[1]]())))
