"""The rules by which a terminal reads text: docs/protocol.md §3. Pure; `runtime/outputs.ts` of the page has the same.

Text keeps where its cursor is: when that is not its end, a `\\r` or some `\\b` remain at the end and say so. So
appending piece by piece gives what appending all at once gives, whoever stored the text in between.
"""

import re

CONTROL = re.compile("[\r\b]")
MARK = re.compile("[\r\b]+\\Z")


def append_text(text: str, more: str) -> str:
    """What a terminal holds that held `text` and is written `more`."""
    if not CONTROL.search(more) and not text.endswith(("\r", "\b")):
        return text + more
    start = text.rfind("\n") + 1
    return text[:start] + _settled_lines(text[start:] + more)


def shown_text(text: str) -> str:
    """The same text without the marks of its cursor."""
    return MARK.sub("", append_text("", text))


def shortest_change(before: str, more: str) -> str:
    """A text that has on `before` the same effect as `more`: of a progress bar's many states only the last.

    Within `more` a line never shrinks, so writing its last state from its start overwrites all that was there.
    """
    if not CONTROL.search(more):
        return more
    start = before.rfind("\n") + 1
    rewritten = "\r" + _settled_lines(before[start:] + more)
    return rewritten if len(rewritten) < len(more) else more


def _settled_lines(text: str) -> str:
    lines = text.split("\n")
    settled = [_settled(line)[0] for line in lines[:-1]]
    last, cursor = _settled(lines[-1])
    return "\n".join([*settled, last + _mark(len(last), cursor)])


def _settled(line: str) -> tuple[str, int]:
    """One line as it looks in the end, and where the cursor is, in code points."""
    characters: list[str] = []
    cursor = 0
    for piece in re.split("([\r\b])", line):
        if piece == "\r":
            cursor = 0
        elif piece == "\b":
            cursor = max(0, cursor - 1)
        else:
            characters[cursor : cursor + len(piece)] = piece
            cursor += len(piece)
    return "".join(characters), cursor


def _mark(length: int, cursor: int) -> str:
    if cursor == length:
        return ""
    return "\r" if cursor == 0 else "\b" * (length - cursor)
