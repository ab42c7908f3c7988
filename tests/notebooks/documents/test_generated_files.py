"""Generated notebooks come out as they went in; damaged ones are read or refused, and never crash the reader."""

import copy
import json
import logging
import time
from random import Random

import nbformat
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_of

from notebooks.collaboration.ydoc import SeedCell, seed_update
from notebooks.documents.cells import BadNotebook
from notebooks.documents.ipynb import read_ipynb, write_ipynb
from notebooks.documents.models import Notebook
from notebooks.documents.services import export_notebook
from tests.notebooks.documents.files import REAL, comparable, needs_real_notebooks
from tests.notebooks.documents.mutations import JUNK, mutate
from tests.rounds import rounds

BOUNDED = settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))

text = any_of.text(alphabet=any_of.characters(codec="utf-8"), max_size=40)
scalar = any_of.none() | any_of.booleans() | any_of.integers(-(2**53), 2**53) | any_of.floats(allow_nan=False) | text
finite = scalar.filter(lambda value: value not in (float("inf"), float("-inf")))
value = any_of.recursive(
    finite, lambda inner: any_of.lists(inner, max_size=3) | any_of.dictionaries(text, inner, max_size=3)
)
metadata = any_of.dictionaries(text.map(lambda key: f"x{key}"), value, max_size=3)
lines = text | any_of.lists(text, max_size=3)
bundle = any_of.fixed_dictionaries({"text/plain": lines}, optional={"image/png": text, "application/json": value})
count = any_of.none() | any_of.integers(0, 2**31 - 1)
output = (
    any_of.fixed_dictionaries({"output_type": any_of.just("stream"), "name": text, "text": lines})
    | any_of.fixed_dictionaries({"output_type": any_of.just("display_data"), "data": bundle, "metadata": metadata})
    | any_of.fixed_dictionaries(
        {
            "output_type": any_of.just("execute_result"),
            "data": bundle,
            "metadata": metadata,
            "execution_count": count,
        }
    )
    | any_of.fixed_dictionaries(
        {
            "output_type": any_of.just("error"),
            "ename": text,
            "evalue": text,
            "traceback": any_of.lists(text, max_size=2),
        }
    )
)
code = any_of.fixed_dictionaries(
    {
        "cell_type": any_of.just("code"),
        "source": lines,
        "metadata": metadata,
        "execution_count": count,
        "outputs": any_of.lists(output, max_size=3),
    }
)
prose = any_of.fixed_dictionaries(
    {"cell_type": any_of.sampled_from(["markdown", "raw"]), "source": lines, "metadata": metadata},
    optional={"attachments": any_of.dictionaries(text, bundle, max_size=2)},
)
notebook = any_of.fixed_dictionaries(
    {
        "nbformat": any_of.just(4),
        "nbformat_minor": any_of.integers(0, 4),
        "metadata": metadata,
        "cells": any_of.lists(code | prose, max_size=4),
    }
)


@BOUNDED
@given(notebook)
def test_p46_any_notebook_comes_out_as_it_went_in(made) -> None:
    raw = json.dumps(made).encode()
    imported = read_ipynb(raw)
    written = write_ipynb(imported.metadata, imported.cells)

    nbformat.validate(json.loads(written))
    assert comparable(written) == comparable(raw)
    assert imported.notices == []


MUTATIONS, UPLOADS = rounds(400, 100_000), rounds(40, 2_000)
FILES = [path.read_bytes() for path in REAL]
SMALL = [raw for raw in FILES if len(raw) < 60_000]


def read_or_refused(raw: bytes) -> None:
    """As an import does it, up to the shared document."""
    started = time.process_time()
    try:
        imported = read_ipynb(raw)
    except BadNotebook as refusal:
        assert "\n" not in str(refusal)
        assert 0 < len(str(refusal)) < 400
    else:
        nbformat.validate(json.loads(write_ipynb(imported.metadata, imported.cells)))
        cells = [SeedCell(c.id, c.cell_type, c.source, c.metadata, c.attachments, None) for c in imported.cells]
        seed_update(imported.metadata, cells)
    assert time.process_time() - started < 5


@needs_real_notebooks
def test_p40_a_mutated_real_file_is_read_or_refused(caplog) -> None:
    caplog.set_level(logging.CRITICAL, "traitlets")  # nbformat's converters log each problem of each file
    for seed in range(MUTATIONS):
        raw = mutate(Random(seed), FILES)
        try:
            read_or_refused(raw)
        except Exception as problem:
            problem.add_note(f"mutation {seed}")
            raise


@needs_real_notebooks
@pytest.mark.django_db
def test_p40_a_mutated_upload_becomes_a_notebook_or_a_sentence(ada, client) -> None:
    client.force_login(ada)
    for seed in range(UPLOADS):
        upload = SimpleUploadedFile("mutated.ipynb", mutate(Random(seed), SMALL))
        answer = client.post("/api/notebooks/import", {"file": upload})
        assert answer.status_code in {201, 422}, f"mutation {seed}: {answer.content[:1000]!r}"
        if answer.status_code == 201:
            notebook = Notebook.objects.get(pk=answer.json()["id"])
            nbformat.validate(json.loads(export_notebook(notebook)))
        else:
            assert answer.json()["message"].count("\n") == 0


@needs_real_notebooks
@BOUNDED
@given(any_of.data())
def test_p40_a_real_file_with_junk_in_place_of_a_part_is_read_or_refused(data) -> None:
    damaged = copy.deepcopy(json.loads(data.draw(any_of.sampled_from(SMALL))))
    for _ in range(data.draw(any_of.integers(1, 3))):
        holder = damaged
        key = data.draw(any_of.sampled_from(sorted(holder)))
        while isinstance(holder[key], dict | list) and holder[key] and data.draw(any_of.integers(0, 4)):
            holder = holder[key]
            keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = data.draw(any_of.sampled_from(keys))
        if data.draw(any_of.booleans()):
            holder[key] = copy.deepcopy(data.draw(any_of.sampled_from(JUNK)))
        elif not (holder is damaged and len(damaged) == 1):
            del holder[key]
    read_or_refused(json.dumps(damaged).encode())


@needs_real_notebooks
@BOUNDED
@given(any_of.data())
def test_p40_a_real_file_with_damaged_bytes_is_read_or_refused(data) -> None:
    raw = data.draw(any_of.sampled_from(SMALL))
    start = data.draw(any_of.integers(0, len(raw)))
    end = min(len(raw), start + data.draw(any_of.integers(0, 200)))
    inserted = data.draw(any_of.binary(max_size=20) | any_of.just(raw[start:end] * 2) | any_of.just(b"[" * 500))
    read_or_refused(raw[:start] + inserted + raw[end:])
