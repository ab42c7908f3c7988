"""JSON values as compressed bytes, for what PostgreSQL's own JSON refuses: NUL, lone surrogates, NaN. Pure."""

import json
import math
import zlib
from typing import Any

FAST = 1
SMALL = 6


def pack(value: Any, *, level: int = FAST) -> bytes:
    """`value` as bytes; escapes to ASCII keep lone surrogates, Python's JSON keeps NaN and infinities."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), level)


def unpack(packed: bytes | memoryview) -> Any:
    return json.loads(zlib.decompress(packed))


def pack_text(text: str) -> bytes:
    return zlib.compress(text.encode(errors="surrogatepass"), FAST)


def unpack_text(packed: bytes | memoryview) -> str:
    return zlib.decompress(packed).decode(errors="surrogatepass")


def finite(value: Any) -> Any:
    """`value` as browsers can read it: their JSON has no NaN and no infinities, so these become null."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return _without_nan(value)
    return value


def _without_nan(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _without_nan(part) for key, part in value.items()}
        case list():
            return [_without_nan(part) for part in value]
        case _:
            return value
