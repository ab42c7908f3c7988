"""Cells as a file has them, and ids that name each of them once. Pure: no Django."""

import re
import secrets
from collections.abc import Iterator, Sized
from dataclasses import dataclass, field
from typing import Any

from notebooks.documents.sentences import Sentence, Translate, Value, said

Json = dict[str, Any]

VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_CELLS = 50_000
SHOWN_NUMBERS = 8


class BadNotebook(Exception):
    """A file cannot be read as a notebook; the text is one sentence that says what is wrong and where."""

    def __init__(self, words: str, **values: Value) -> None:
        self.sentence = said(words, **values)
        super().__init__(self.sentence.say())

    def say(self, translate: Translate) -> str:
        """The sentence in another language."""
        return self.sentence.say(translate)


@dataclass(frozen=True, slots=True)
class ImportedCell:
    """One cell of a file: all of its text is joined, all that nbformat 4.5 asks for is there."""

    id: str
    cell_type: str
    source: str
    metadata: Json = field(default_factory=dict)
    attachments: Json | None = None
    outputs: list[Json] = field(default_factory=list)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ImportedNotebook:
    """A file that was read; `notices` says what reading changed, `is_upgraded` that its format was not the newest."""

    metadata: Json
    cells: list[ImportedCell]
    notices: list[Sentence]
    is_upgraded: bool


class Notices:
    """Sentences for the person who uploads, each said once with the numbers of the cells it is about."""

    def __init__(self) -> None:
        self._cells: dict[Sentence, list[int]] = {}

    def add(self, sentence: Sentence, cell: int | None = None) -> None:
        cells = self._cells.setdefault(sentence, [])
        if cell is not None and cell not in cells[-1:]:
            cells.append(cell)

    def sentences(self) -> list[Sentence]:
        return [_with_cells(sentence, cells) for sentence, cells in self._cells.items()]


def refuse_too_many(cells: Sized) -> None:
    """Raises BadNotebook, before anything is done for each of them."""
    if len(cells) > MOST_CELLS:
        raise BadNotebook("The notebook has %(count)s cells; %(most)s is the limit.", count=len(cells), most=MOST_CELLS)


def unique_ids(wishes: Iterator[list[Any]]) -> Iterator[str]:
    """For each cell the first of its wishes that is a valid id and still free, or a new one."""
    taken: set[str] = set()
    for wished in wishes:
        usable = (wish for wish in wished if isinstance(wish, str) and VALID_ID.fullmatch(wish) and wish not in taken)
        chosen = next(usable, None) or _new_id(taken)
        taken.add(chosen)
        yield chosen


def _new_id(taken: set[str]) -> str:
    while (made := secrets.token_hex(4)) in taken:
        continue
    return made


def _with_cells(sentence: Sentence, cells: list[int]) -> Sentence:
    if not cells:
        return sentence
    shown = ", ".join(map(str, cells[:SHOWN_NUMBERS]))
    more = len(cells) - SHOWN_NUMBERS
    if more > 0:
        return said("%(sentence)s (cells %(cells)s and %(more)s more)", sentence=sentence, cells=shown, more=more)
    if len(cells) > 1:
        return said("%(sentence)s (cells %(cells)s)", sentence=sentence, cells=shown)
    return said("%(sentence)s (cell %(cell)s)", sentence=sentence, cell=shown)
