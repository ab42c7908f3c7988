"""What several places say of a runtime, in words. Pure."""

from datetime import timedelta


def too_old(lifetime: timedelta) -> str:
    """Why a runtime ended whose time was over."""
    return f"A machine of this type lives for {spoken(lifetime)}; this one's time was over."


def spoken(duration: timedelta) -> str:
    """A length of time in words."""
    seconds = int(duration.total_seconds())
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"
