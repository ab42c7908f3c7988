"""Offsets as browsers count them (UTF-16 units) and as Python does (code points). Pure."""


def code_points(text: str, units: int) -> int:
    """The code points in the first `units` UTF-16 units of `text`."""
    raw = text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, units)]
    return len(raw.decode("utf-16-le", "surrogatepass" if _is_whole(raw) else "ignore"))


def units(text: str, points: int) -> int:
    """The UTF-16 units in the first `points` code points of `text`."""
    return len(text[: max(0, points)].encode("utf-16-le", "surrogatepass")) // 2


def _is_whole(raw: bytes) -> bool:
    """The last unit is not the first half of a pair."""
    return not raw or raw[-1] & 0xFC != 0xD8
