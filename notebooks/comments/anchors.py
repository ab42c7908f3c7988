"""Where a thread is in a text: two Yjs relative positions, which the platform checks and never resolves. Pure."""

import base64
import binascii

from notebooks.collaboration.frames import BadFrame, Reader

LONGEST_POSITION = 64
# How `Y.encodeRelativePosition` begins: beside a character, in a named root (where no text of a cell is), in a text.
CHARACTER, ROOT, TEXT = range(3)
ASSOCIATIONS = (b"\x00", b"\x41")  # to the character after it (0), to the one before it (-1)


class BadAnchor(ValueError):
    """That is no relative position in a cell's text."""


def check_position(encoded: str) -> None:
    """Raise BadAnchor unless `encoded` is the Base64 of a relative position as pages write them."""
    if len(encoded) > LONGEST_POSITION:
        raise BadAnchor("It is too long.")
    try:
        reader = Reader(base64.b64decode(encoded, validate=True))
        if reader.number() not in (CHARACTER, TEXT):
            raise BadAnchor("It is not within a text.")
        reader.number()  # whose
        reader.number()  # which of theirs
        if reader.raw(reader.left) not in ASSOCIATIONS:
            raise BadAnchor("It has no side.")
    except (binascii.Error, BadFrame, ValueError) as problem:
        raise BadAnchor("It does not decode.") from problem
