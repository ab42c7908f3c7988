"""The binary frames of a notebook's socket: the Yjs sync and awareness protocols, as bytes and as values. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

SYNC, AWARENESS = 0, 1
STEP_1, STEP_2, UPDATE = 0, 1, 2

LARGEST_NUMBER = 2**53 - 1  # browsers count in doubles, and stop reading at anything larger


class BadFrame(ValueError):
    """Bytes that are not what they should be."""


@dataclass(frozen=True, slots=True)
class Question:
    """Sync step 1: what have you got that is not in this state?"""

    vector: bytes


@dataclass(frozen=True, slots=True)
class Edit:
    """Sync step 2 or an update: this is what I have got."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Awareness:
    """Where people are: an awareness update."""

    update: bytes


Frame = Question | Edit | Awareness


class Reader:
    """Reads the numbers and strings of lib0's encoding, and never past the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise BadFrame("the end is missing")
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """An unsigned integer of 7 bits a byte, the lowest first."""
        value = self.byte()
        if value < 128:
            return value
        value &= 127
        for shift in range(7, 56, 7):
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                if value > LARGEST_NUMBER:
                    break
                return value
        raise BadFrame("a number is too large")

    def raw(self, length: int) -> bytes:
        end = self.at + length
        if end > len(self.data):
            raise BadFrame("the end is missing")
        found = self.data[self.at : end]
        self.at = end
        return found

    def block(self) -> bytes:
        """Bytes with their length before them."""
        return self.raw(self.number())

    def text(self) -> str:
        try:
            return self.block().decode()
        except UnicodeDecodeError as problem:
            raise BadFrame("a text is not UTF-8") from problem

    def finish(self) -> None:
        """Raise BadFrame if there is more."""
        if self.left:
            raise BadFrame("there is something after the end")


def number(value: int) -> bytes:
    """`value` as `Reader.number` reads it."""
    encoded = bytearray()
    while value > 127:
        encoded.append(128 | (value & 127))
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def block(data: bytes) -> bytes:
    """`data` as `Reader.block` reads it."""
    return number(len(data)) + data


def read_frame(data: bytes) -> Frame:
    """What a binary frame from the page says; raises BadFrame."""
    reader = Reader(data)
    protocol = reader.number()
    step = reader.number() if protocol == SYNC else None
    content = reader.block()
    reader.finish()
    if protocol == AWARENESS:
        return Awareness(content)
    if step == STEP_1:
        read_vector(content)
        return Question(content)
    if step in (STEP_2, UPDATE):
        return Edit(content)
    raise BadFrame(f"there is no protocol {protocol}, step {step}")


def is_edit(data: bytes) -> bool:
    """True for a frame that both ends count, even if it cannot be read any further."""
    return data[:2] in (bytes([SYNC, STEP_2]), bytes([SYNC, UPDATE]))


def read_vector(data: bytes) -> dict[int, int]:
    """A state vector: how much of each client's writing somebody has. Raises BadFrame."""
    reader = Reader(data)
    vector = {reader.number(): reader.number() for _ in range(reader.number())}
    reader.finish()
    return vector


def step_1(vector: bytes) -> bytes:
    return bytes([SYNC, STEP_1]) + block(vector)


def step_2(update: bytes) -> bytes:
    return bytes([SYNC, STEP_2]) + block(update)


def update(content: bytes) -> bytes:
    return bytes([SYNC, UPDATE]) + block(content)


def awareness(content: bytes) -> bytes:
    return bytes([AWARENESS]) + block(content)


def join(parts: Iterable[bytes]) -> bytes:
    """Several encoded parts with their number before them."""
    listed = list(parts)
    return number(len(listed)) + b"".join(listed)
