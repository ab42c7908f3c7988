"""How a person likes the page: which choices there are, and what each may be. Pure: no Django."""

import re
from collections.abc import Callable, Mapping
from typing import Any

MOST_SHORTCUTS = 300
MOST_KEYS = 8  # for one command
COMMAND = re.compile(r"[a-zA-Z]{1,40}")
BINDING = re.compile(r"[\x21-\x7e]{1,40}( [\x21-\x7e]{1,20})?")


class BadPreference(Exception):
    """A choice that the page does not have; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def one_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in choices


def between(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_choice(value: Any) -> bool:
    return isinstance(value, bool)


def is_shortcuts(value: Any) -> bool:
    """The bindings of commands, where they are others than usual."""
    if not isinstance(value, dict) or len(value) > MOST_SHORTCUTS:
        return False
    return all(COMMAND.fullmatch(str(command)) and _are_bindings(keys) for command, keys in value.items())


def _are_bindings(keys: Any) -> bool:
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        return False
    return all(isinstance(key, str) and BINDING.fullmatch(key) for key in keys)


KNOWN: dict[str, Callable[[Any], bool]] = {
    "fontSize": between(8, 32),
    "indent": between(1, 8),
    "lineNumbers": is_choice,
    "wrap": is_choice,
    "vim": is_choice,
    "completeAsTyped": is_choice,
    "diagnostics": one_of("syntax", "types", "none"),
    "preview": one_of("right", "below", "none"),
    "shortcuts": is_shortcuts,
}


def changed(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The preferences after a change; `BadPreference` for what there is not."""
    for name, value in change.items():
        check = KNOWN.get(name)
        if check is None or not check(value):
            raise BadPreference(name)
    return {name: value for name, value in {**before, **change}.items() if name in KNOWN}
