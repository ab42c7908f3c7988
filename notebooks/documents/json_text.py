"""Reads JSON that a stranger wrote: bounded in depth and number, and wrong in one sentence. Pure: no Django."""

import codecs
import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from notebooks.documents.cells import BadNotebook, Notices
from notebooks.documents.sentences import Sentence, said

DEPTH = 200
# What Python keeps for each, in bytes, estimated on the high side; and how much of it a file may become.
VALUE, KEY, CONTAINER = 64, 170, 130
HEAVIEST = 150_000_000
DIGITS = 4_000

NOT_NOTEBOOKS = (
    (b"PK\x03\x04", said("This is a zip archive, not a notebook: unpack it and upload the .ipynb files in it.")),
    (b"PK\x05\x06", said("This is an empty zip archive, not a notebook.")),
    (b"\x1f\x8b", said("This is a gzip archive, not a notebook: unpack it first.")),
    (b"%PDF", said("This is a PDF document, not a notebook.")),
    (b"\x89PNG", said("This is a PNG image, not a notebook.")),
    (b"\xff\xd8\xff", said("This is a JPEG image, not a notebook.")),
)
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
HTML = re.compile(rb"\s*<(!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
# The possessive quantifiers keep a 100 MB string from costing memory.
STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
TOKEN = re.compile(rf"{STRING.pattern}|[\[\]{{}}]", re.DOTALL)
# Ends where no string is cut in two; what is made of one at a time costs no memory to speak of.
SEGMENT = re.compile(rf'(?:[^"]++|{STRING.pattern}){{1,10000}}+', re.DOTALL)
LONG_NUMBER = re.compile(rf"(?<![\w.])-?[0-9]{{{DIGITS}}}")
PERHAPS_INFINITE = re.compile(r"[0-9](?:[eE]\+?[0-9]{3}|(?<![0-9][0-9])[0-9]{308})")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(raw: bytes, notices: Notices) -> Any:
    """The value that `raw` stands for; raises BadNotebook.

    What JSON does not allow but is found in real notebooks is mended, and noted: NaN and Infinity become null, of keys
    that come twice the last counts.
    """
    _refuse_other_files(raw)
    text = _decode(raw)
    _check_weight(text)

    lacking: set[str] = set()

    def constant(name: str) -> None:
        if name not in lacking:  # a file may have millions of them
            lacking.add(name)
            notices.add(said("JSON has no %(name)s: it was replaced by null.", name=name))

    def number(digits: str) -> float | None:
        value = float(digits)
        if math.isfinite(value):
            return value
        notices.add(said("JSON has no number like %(digits)s: it was replaced by null.", digits=digits[:20]))
        return None

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) != len(found):
            twice = _first_twice(name for name, _ in found)
            notices.add(said("The key “%(key)s” comes twice in one object: the last one counts.", key=twice[:60]))
        return made

    parse_float = number if PERHAPS_INFINITE.search(text) else None
    try:
        value = json.loads(text, parse_constant=constant, parse_float=parse_float, object_pairs_hook=pairs)
    except json.JSONDecodeError as problem:
        _complain(text, problem)
    except ValueError:  # Python's own limit, which keeps long numbers from costing quadratic time
        _refuse_long_number(text)
    except RecursionError:
        _refuse_depth(text)
    if _is_deep(value):
        _refuse_depth(text)
    return value


def without_surrogates(text: str) -> str:
    """`text` with each lone surrogate, which no UTF-8 text can hold, replaced by �."""
    return LONE_SURROGATE.sub("�", text)


def dump_json(value: Any) -> bytes:
    """JSON as Jupyter writes it; a lone surrogate stays what it was, as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:
        return LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _refuse_other_files(raw: bytes) -> None:
    if not raw.strip():
        raise BadNotebook("The file is empty.")
    for start, sentence in NOT_NOTEBOOKS:
        if raw.startswith(start):
            raise BadNotebook(sentence.words)
    if HTML.match(raw[:2000].removeprefix(b"\xef\xbb\xbf")):
        raise BadNotebook("This is a web page, not a notebook: download the notebook file itself (on GitHub: “Raw”).")


def _decode(raw: bytes) -> str:
    encoding = json.detect_encoding(raw) if raw.startswith(WIDE_MARKS) else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in raw[:4096]:
        raise BadNotebook("This is a binary file, not a notebook.")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as problem:
        raise BadNotebook(
            "The file is not text: at line %(line)s (byte %(byte)s of the file) is a byte that %(encoding)s "
            "does not have.",
            line=raw.count(b"\n", 0, problem.start) + 1,
            byte=problem.start + 1,
            encoding=encoding[:6].upper().rstrip("-"),
        ) from None


def _check_weight(text: str) -> None:
    """Refuse what would be small to send and large to hold, before anything is built from it."""
    if _weight(text) <= HEAVIEST:
        return
    weight = 0
    for segment in SEGMENT.finditer(text):
        weight += _weight(STRING.sub("", segment[0]))
        if weight > HEAVIEST:
            raise BadNotebook(
                "The file holds too many values: they would take more than %(limit)s MB of memory.",
                limit=HEAVIEST // 1_000_000,
            )


def _weight(text: str) -> int:
    containers = text.count("[") + text.count("{")
    return containers * CONTAINER + text.count(",") * VALUE + text.count(":") * KEY


def _first_twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("none comes twice")


def _is_deep(value: Any) -> bool:
    """True if `value` is nested deeper than the limit; level by level, for recursion is what the limit is about."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEPTH):
        containers = (part.values() if isinstance(part, dict) else part for part in level)
        level = [part for container in containers for part in container if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def _refuse_long_number(text: str) -> NoReturn:
    found = LONG_NUMBER.search(text)
    if found is None:
        raise BadNotebook("A number has more than %(digits)s digits.", digits=DIGITS) from None
    place = _place(text, found.start())
    raise BadNotebook("A number at %(place)s has more than %(digits)s digits.", place=place, digits=DIGITS) from None


def _refuse_depth(text: str) -> NoReturn:
    depth = 0
    for token in TOKEN.finditer(text):
        character = text[token.start()]
        if character in "[{":
            depth += 1
            if depth > DEPTH:
                break
        elif character != '"':
            depth -= 1
    raise BadNotebook(
        "At %(place)s the file is nested more than %(depth)s levels deep.",
        place=_place(text, token.start()),
        depth=DEPTH,
    ) from None


def _complain(text: str, problem: json.JSONDecodeError) -> NoReturn:
    place = _place(text, problem.pos)
    rest = text[problem.pos :].lstrip()
    if problem.msg == "Extra data":
        raise BadNotebook("The notebook ends at %(place)s, but the file goes on after it.", place=place) from None
    if problem.msg.startswith("Unterminated string") or not rest:
        raise BadNotebook(
            "The file ends too early, or a quotation mark is missing: see %(place)s.", place=place
        ) from None
    raise BadNotebook(
        "The file is not valid JSON at %(place)s: %(problem)s.", place=place, problem=problem.msg
    ) from None


def _place(text: str, position: int) -> Sentence:
    line = text.count("\n", 0, position) + 1
    return said("line %(line)s, column %(column)s", line=line, column=position - text.rfind("\n", 0, position))
