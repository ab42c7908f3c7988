"""What is no notebook is refused with one sentence that says what is wrong and where; little things are mended."""

import codecs
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest

from notebooks.documents.cells import BadNotebook
from notebooks.documents.ipynb import read_ipynb
from tests.notebooks.documents.files import INVALID, REAL, code, file_of, named, needs_real_notebooks, stream
from tests.running import ROOT

BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "zip": (b"PK\x03\x04rest", "zip archive"),
    "web page": (b"\xef\xbb\xbf \n<!DOCTYPE html><html>", "web page"),
    "picture": (b"\x89PNG\r\n", "PNG"),
    "binary": (bytes(range(256)), "binary"),
    "Latin 1": (b'{"a":\n "\xe9"}', "line 2 .byte 9"),
    "cut off": (file_of(code("x"))[:-30], "ends too early.*line 1"),
    "cut in a string": (b'{"cells": [\n "abc', "ends too early.*line 2, column 2"),
    "stray comma": (b'{"cells": [1,\n,2]}', "line 2, column 1"),
    "two values": (b"{}\n{}", "ends at line 2"),
    "list": (b"[]", "holds a list"),
    "number": (b"5", "holds a number"),
    "another JSON": (b'{"name": "package"}', "not a notebook"),
    "newer": (b'{"nbformat": 99, "cells": []}', "format 99.0.*newer"),
    "no number": (b'{"nbformat": "four", "cells": []}', "“nbformat” should be"),
    "truth": (b'{"nbformat": true, "cells": []}', "“nbformat” should be"),
    "zero": (b'{"nbformat": 0, "cells": []}', "no notebook format 0"),
    "cells of a wrong kind": (file_of(cells={}), "no list of “cells”"),
    "metadata of a wrong kind": (file_of(metadata=[]), "“metadata” is a list"),
    "cell of a wrong kind": (file_of(code(), 5), "Cell 2 is a number"),  # type: ignore[arg-type]
    "unknown cell": (file_of(code(cell_type="heading")), "Cell 1.*heading"),
    "no cell type": (file_of(code(cell_type=...)), "Cell 1.*“cell_type” is missing"),
    "no source": (file_of(code(), code(source=...)), "Cell 2.*“source” is missing"),
    "source of a wrong kind": (file_of(code(source=[1])), "Cell 1: “source” should be a string"),
    "outputs of a wrong kind": (file_of(code(outputs="x")), "Cell 1: “outputs” is a string"),
    "output of a wrong kind": (file_of(code("", stream(), 5)), "Cell 1, output 2 is a number"),  # type: ignore[arg-type]
    "unknown output": (file_of(code("", {"output_type": "new"})), "Cell 1, output 1.*new"),
    "no output type": (file_of(code("", {})), "Cell 1, output 1: “output_type” is missing"),
    "no stream name": (file_of(code("", {"output_type": "stream", "text": ""})), "output 1: “name” is missing"),
    "stream name of a wrong kind": (file_of(code("", stream(name=5))), "“name”: 5 should be of the kind string"),
    "negative count": (file_of(code(execution_count=-1)), "Cell 1: “execution_count”"),
    "tags of a wrong kind": (file_of(code(metadata={"tags": "x"})), "Cell 1: “metadata” → “tags”"),
    "attachments of a wrong kind": (file_of(code(cell_type="markdown", attachments=[1])), "Cell 1: “attachments”"),
    "kernelspec of a wrong kind": (file_of(metadata={"kernelspec": 1}), "The notebook: .*“kernelspec”"),
    "old worksheets": (b'{"nbformat": 3, "metadata": {}, "worksheets": [5]}', "Worksheet 1"),
    "old cells": (b'{"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": 5}]}]}', "cell 1"),
    "endless heading": (
        b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "heading", "level": 3000000000, "source": ""}]}]}',
        "cell 1: “level” should be a number up to 100",
    ),
    "old code without outputs": (b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code"}]}]}', "damaged"),
}


@pytest.mark.parametrize(("raw", "sentence"), BAD.values(), ids=BAD)
def test_p40_a_bad_file_is_refused_in_a_sentence(raw, sentence) -> None:
    with pytest.raises(BadNotebook, match=sentence) as refusal:
        read_ipynb(raw)

    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 300


@needs_real_notebooks
@pytest.mark.parametrize("path", named([path for path in REAL if path.stem in INVALID]))
def test_p40_a_real_bad_file_is_refused_in_a_sentence(path) -> None:
    with pytest.raises(BadNotebook, match=r"Cell 1|worksheets|cells"):
        read_ipynb(path.read_bytes())


COSTS_LITTLE = {
    "lists": "200 levels",
    "objects": "200 levels",
    "metadata": "200 levels",
    "digits": "line 1, column .* more than 4,000 digits",
    "values": "too many values",
    "many lists": "too many values",
    "many objects": "too many values",
    "many cells": "60,000 cells; 50,000 is the limit",
    "one key often": "too many values",
    "many keys": "too many values",
    "NaN often": "too many values",
    "commas in a string": "1 cells",
    "a key twice among many": "1 cells",
    "NaN and Infinity": "1 cells",
    "values that fit": "1 cells",
    "digits in a string": "1 cells",
    "a long string": "1 cells",
}


@pytest.mark.parametrize(("name", "said"), COSTS_LITTLE.items(), ids=COSTS_LITTLE)
def test_p42_a_bomb_costs_little_time_and_memory(name: str, said: str) -> None:
    command = [sys.executable, "-m", "tests.notebooks.documents.bombs", name]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}"}
    cost = json.loads(subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True).stdout)

    assert re.search(said, cost["said"]), cost
    assert cost["seconds"] < 5, "a bomb without a limit takes minutes"
    assert cost["bytes"] < 200 * 2**20


def holds_too_much(archive: zipfile.ZipFile) -> None:
    archive.writestr("zeros.ipynb", bytes(100 * 2**20))


def leads_outside(archive: zipfile.ZipFile) -> None:
    archive.writestr("../../etc/passwd.ipynb", file_of(code()))


def holds_a_link(archive: zipfile.ZipFile) -> None:
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = 0o120777 << 16
    archive.writestr(link, "/etc/passwd")


def has_very_many_entries(archive: zipfile.ZipFile) -> None:
    for number in range(20_000):
        archive.writestr(f"{number}.ipynb", b"")


@pytest.mark.parametrize("fill", [holds_too_much, leads_outside, holds_a_link, has_very_many_entries])
def test_p43_an_archive_is_refused_unopened(
    fill: Callable[[zipfile.ZipFile], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)

    for name in ("open", "read", "extract", "extractall"):
        monkeypatch.delattr(zipfile.ZipFile, name)
    with pytest.raises(BadNotebook, match="zip archive"):
        read_ipynb(raw.getvalue())


MENDED = {
    "byte order mark": (codecs.BOM_UTF8 + file_of(code()), None),
    "UTF-16": (file_of(code()).decode().encode("utf-16"), None),
    "NaN": (file_of(code(), metadata={"x": float("nan"), "y": float("-inf")}), "no NaN"),
    "too large a float": (file_of(code())[:-1] + b', "x": 1e999}', "1e999"),
    "a key twice": (file_of(code())[:-1] + b', "metadata": {}}', "“metadata” comes twice"),
    "version as a string": (file_of(code(), nbformat="4", nbformat_minor="5"), "should be a number"),
    "no version": (file_of(code(), nbformat=..., nbformat_minor=...), "read as format 4"),
    "no minor version": (file_of(code(), nbformat_minor=...), "minor version"),
    "old, with a strange minor version": (
        b'{"nbformat": 3, "nbformat_minor": null, "worksheets": [{"cells": [{"cell_type": "raw", "source": ""}]}]}',
        "format 3",
    ),
    "no metadata": (file_of(code(metadata=...), metadata=...), "no “metadata”"),
    "no outputs": (file_of(code(outputs=..., execution_count=...)), "“outputs” was missing"),
    "unknown keys": (file_of(code(colour="red")), "left out"),
    "lone surrogate": (file_of(code("\ud800")), "lone surrogates"),
    "huge integer": (file_of(code(metadata={"x": 2**70})), "kept as text"),
    "huge former format": (file_of(code(), metadata={"orig_nbformat": 2**70}), "no format has"),
    "huge count": (file_of(code(execution_count=2**40)), "execution count"),
}


@pytest.mark.parametrize(("raw", "notice"), MENDED.values(), ids=MENDED)
def test_p41_p42_little_things_are_mended_and_said(raw, notice) -> None:
    imported = read_ipynb(raw)

    assert len(imported.cells) == 1
    assert (notice is None) == (imported.notices == [])
    assert notice is None or any(notice in sentence.say() for sentence in imported.notices)
