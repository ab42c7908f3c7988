"""Damages files as accidents and attackers do: bytes, lines, and parts of the JSON."""

import copy
import json
from collections.abc import Sequence
from random import Random
from typing import Any

JUNK: list[Any] = [None, True, -1, 1.5, "", "text", "\ud800", [], [None], {}, {"a": []}, 2**70]
TOKENS = [b"[" * 500, b'{"a":' * 300, b"9" * 5000, b"NaN", b"-Infinity", b"1e999", b"null", b"{}", b'"', b"\\", b","]
TOKENS += [b"}", b"]", b"\\u0000", b"\\ud800", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"\r\n"]


def mutate(random: Random, files: Sequence[bytes]) -> bytes:
    """One of `files`, damaged in one to three ways: half of them in what they say, half in how they say it."""
    raw = random.choice(files)
    ways = [replace_part] if random.random() < 0.5 else WAYS
    for _ in range(random.randint(1, 3)):
        raw = random.choice(ways)(random, raw, files)
    return raw


def flip(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    made = bytearray(raw)
    for _bit in range(random.randint(1, 8) if raw else 0):
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)
    return bytes(made)


def cut(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    start, end = span(random, raw)
    return raw[:start] + raw[end:]


def repeat(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    start, end = span(random, raw)
    return raw[:end] + raw[start:end] * random.randint(1, 3) + raw[end:]


def swap(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def end_early(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return raw[: random.randint(0, len(raw))]


def insert(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = random.randint(0, len(raw))
    return raw[:at] + random.choice(TOKENS) + raw[at:]


def graft(random: Random, raw: bytes, files: Sequence[bytes]) -> bytes:
    """A piece of one file in another."""
    other = random.choice(files)
    start, end = span(random, other)
    at = random.randint(0, len(raw))
    return raw[:at] + other[start:end] + raw[at:]


def replace_part(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    """Junk in place of a part of the JSON, or nothing there; other JSON, or none, is left as it is."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    holder = value
    if not isinstance(holder, dict | list) or not holder:
        return raw
    while True:
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if not (isinstance(holder[key], dict | list) and holder[key] and random.random() < 0.8):
            break
        holder = holder[key]
    if random.random() < 0.6:
        holder[key] = copy.deepcopy(random.choice(JUNK))
    else:
        del holder[key]
    return json.dumps(value).encode()


def span(random: Random, raw: bytes) -> tuple[int, int]:
    start = random.randint(0, len(raw))
    return start, min(len(raw), start + random.choice([1, 4, 40, 400]))


WAYS = [flip, cut, repeat, swap, end_early, insert, graft]
