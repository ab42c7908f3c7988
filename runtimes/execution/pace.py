"""How fast a socket may send: 200 frames a second, for two seconds more. Pure but for the clock it is given."""

from collections.abc import Callable

FRAMES_A_SECOND = 200
SECONDS = 2


class Pace:
    """A bucket that fills with time and from which each frame takes one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at = clock()
        self._left = float(FRAMES_A_SECOND * SECONDS)

    def is_too_fast(self) -> bool:
        """Count one more frame."""
        now = self._clock()
        self._left = min(FRAMES_A_SECOND * SECONDS, self._left + (now - self._at) * FRAMES_A_SECOND) - 1
        self._at = now
        return self._left < 0
