"""The notebooks that come with the platform, in English and Japanese, at Colab's addresses.

Each is a Markdown file in `templates/examples`: a fence of Python is a code cell, what is between two of them a text
cell. A fence marked `network` needs more than the machine alone, and says so in its cell's tags.
"""

import json
import re
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notebooks.documents import services
from notebooks.documents.models import Notebook

FOLDER = settings.ROOT / "templates" / "examples"
EXAMPLES = {
    "welcome": _("Welcome"),
    "basic_features_overview": _("Overview of features"),
    "markdown_guide": _("Markdown guide"),
    "io": _("Loading and saving data"),
    "forms": _("Forms"),
    "charts": _("Charts"),
    "snippets/importing_libraries": _("Installing libraries"),
}
LANGUAGES = ("en", "ja")
FENCE = re.compile(r"^```python( network)?\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


class ExampleName:
    """The part of an address that names an example."""

    regex = "|".join(map(re.escape, EXAMPLES))

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ExampleName, "example")


def open_example(person: User, name: str, language: str) -> Notebook:
    """The copy of an example in which `person` plays; made when they first open it, and again once they kept it."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    mark = f"{name}.{language}"
    mine = Notebook.objects.filter(owner=person, example=mark, is_playground=True, trashed_at=None)
    if found := mine.first():
        return found
    try:
        with transaction.atomic():
            file = f"{name.rpartition('/')[2]}.ipynb"
            made = services.import_notebook(person, file, example_file(name, language), is_private=True)
            Notebook.objects.filter(pk=made.pk).update(is_playground=True, example=mark)
    except IntegrityError:  # another tab was faster
        return mine.get()
    made.refresh_from_db()
    return made


def example_file(name: str, language: str) -> bytes:
    """The example as a notebook file."""
    base = name.rpartition("/")[2]
    text = (FOLDER / f"{base}.{language}.md").read_text()
    cells: list[dict[str, Any]] = []
    at = 0
    for fence in FENCE.finditer(text):
        _add_text(cells, text[at : fence.start()])
        tags = {"tags": ["network"]} if fence[1] else {}
        cells.append(_cell("code", fence[2], len(cells), tags) | {"outputs": [], "execution_count": None})
        at = fence.end()
    _add_text(cells, text[at:])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}).encode()


def _add_text(cells: list[dict[str, Any]], text: str) -> None:
    if text.strip():
        cells.append(_cell("markdown", text, len(cells), {}))


def _cell(kind: str, source: str, number: int, metadata: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"example-{number}", "cell_type": kind, "source": source.strip(), "metadata": metadata}
