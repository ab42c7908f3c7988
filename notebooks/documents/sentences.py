"""What is said of a file, in the words of whoever reads it. Pure: no Django.

What reads files knows no languages. It says a `Sentence`; whoever answers the person translates it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Union

Value = Union[str, int, "Sentence"]
Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """English words with places like `%(name)s`, and what stands there: whole numbers, texts as they are, or words."""

    words: str
    values: tuple[tuple[str, Value], ...] = ()

    def say(self, translate: Translate = str) -> str:
        """The sentence as `translate`, which is given English with its places, has it."""
        said = translate(self.words)
        return said % {name: _shown(value, translate) for name, value in self.values} if self.values else said


def said(words: str, **values: Value) -> Sentence:
    """A sentence; the catalogue of translations holds every text that this is called with."""
    return Sentence(words, tuple(values.items()))


def _shown(value: Value, translate: Translate) -> str:
    if isinstance(value, Sentence):
        return value.say(translate)
    return f"{value:,}" if isinstance(value, int) else value
