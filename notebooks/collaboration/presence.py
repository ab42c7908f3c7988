"""Who is in a notebook and where their cursors are: the awareness protocol, with the platform's word on identity. Pure.

A page says where its cursor is; who it is, the platform writes over that. Each state belongs to the socket that brought
it and goes when the socket goes. In awareness a state replaces one with a lower clock; the clock that others see is the
platform's time in milliseconds, so that a page which comes back, through whichever process, is newer than its absence.
"""

import json
import time
from dataclasses import dataclass

from notebooks.collaboration import frames
from notebooks.collaboration.frames import BadFrame, Reader

MOST_CLIENTS = 4
MOST_BYTES = 4096
FORGOTTEN_AFTER = 45.0  # pages renew their state every 15 s
GONE = "null"
# White can be read on each, and any two are easily told apart; neighbours in the list even more so.
COLORS = (
    *("#4b6ce7", "#eb084a", "#238304", "#712688", "#c611b7", "#a65b01"),
    *("#1914e0", "#2b4f13", "#155491", "#901032", "#7e06e8", "#82648a"),
)

Person = dict[str, str]


class BadPresence(ValueError):
    """An awareness update that nobody is shown; the text is a sentence."""


@dataclass(slots=True)
class _State:
    clock: int
    text: str
    holder: object
    heard: float
    person: Person


class Presence:
    """The states of one room: of the sockets in this process, and of those that others told of."""

    def __init__(self) -> None:
        self._states: dict[int, _State] = {}
        self._last_clock = 0

    def receive(self, update: bytes, holder: object, person: Person) -> bytes | None:
        """Take an awareness update from a socket; what others get to see of it. Raises BadPresence."""
        said = _decode(update)
        others = [client for client, _, _ in said if self._belongs_to_another(client, holder, person)]
        mine = {client for client, state in self._states.items() if state.holder is holder}
        if others:
            raise BadPresence("This cursor is somebody else's.")
        if len(mine | {client for client, _, _ in said}) > MOST_CLIENTS:
            raise BadPresence(f"One page has at most {MOST_CLIENTS} cursors.")
        signed = {**person, "color": self.color_of(person)}
        changed = [client for client, _, text in said if self._keep(client, _signed(text, signed), holder, signed)]
        return self._encode(changed) if changed else None

    def absorb(self, update: bytes, holder: object) -> bytes | None:
        """Take what another process says; what is new of it for the sockets here."""
        newer = [said for said in _decode(update) if said[1] > self._clock_of(said[0])]
        for client, clock, text in newer:
            self._states[client] = _State(clock, text, holder, time.monotonic(), _person_in(text))
        changed = self._encode([client for client, _, _ in newer]) if newer else None
        self._drop_absent()
        return changed

    def color_of(self, person: Person) -> str:
        """The colour in which others see this person: their own, or the next that nobody else here has.

        Two processes may give one colour to two people who come at once; then the older account keeps it.
        """
        others = {state.person["id"]: state.person["color"] for state in self._states.values()}
        present = others.pop(person["id"], None)
        elders = {color for identity, color in others.items() if int(identity) < int(person["id"])}
        if present is not None and present not in elders:
            return present
        first = COLORS.index(person["color"])
        free = (color for color in COLORS[first:] + COLORS[:first] if color not in others.values())
        return next(free, person["color"])

    def everyone(self, *, held_here: bool = False) -> bytes | None:
        """All states, for a socket that just came; with `held_here` without those of other processes."""
        present = [
            client for client, state in self._states.items() if not (held_here and isinstance(state.holder, str))
        ]
        return self._encode(present) if present else None

    def leave(self, holder: object) -> bytes | None:
        """Remove what a socket brought; what tells the others."""
        return self._remove([client for client, state in self._states.items() if state.holder is holder])

    def forget_silent(self) -> bytes | None:
        """Remove states that were not renewed, since a dead process tells nobody; what tells the others."""
        oldest = time.monotonic() - FORGOTTEN_AFTER
        return self._remove([client for client, state in self._states.items() if state.heard < oldest])

    def _belongs_to_another(self, client: int, holder: object, person: Person) -> bool:
        state = self._states.get(client)
        if state is None or state.holder is holder:
            return False
        return state.person["id"] != person["id"]  # one's own earlier socket may be still there

    def _keep(self, client: int, text: str, holder: object, person: Person) -> bool:
        """Write a state down; False when there was none and there is none."""
        if text == GONE and client not in self._states:
            return False
        self._states[client] = _State(self._tick(), text, holder, time.monotonic(), person)
        return True

    def _remove(self, clients: list[int]) -> bytes | None:
        for client in clients:
            self._states[client].clock, self._states[client].text = self._tick(), GONE
        return self._encode(clients) if clients else None

    def _encode(self, clients: list[int]) -> bytes:
        states = [(client, self._states[client]) for client in clients]
        encoded = frames.join(
            frames.number(client) + frames.number(state.clock) + frames.block(state.text.encode())
            for client, state in states
        )
        self._drop_absent()
        return encoded

    def _drop_absent(self) -> None:
        self._states = {client: state for client, state in self._states.items() if state.text != GONE}

    def _clock_of(self, client: int) -> int:
        return self._states[client].clock if client in self._states else 0

    def _tick(self) -> int:
        self._last_clock = max(self._last_clock + 1, int(time.time() * 1000))
        return self._last_clock


def person_of(identity: int, name: str) -> Person:
    """Somebody as others see them."""
    return {"id": str(identity), "name": name, "color": COLORS[identity % len(COLORS)]}


def _decode(update: bytes) -> list[tuple[int, int, str]]:
    """Client, clock and state of an awareness update."""
    try:
        reader = Reader(update)
        said = [(reader.number(), reader.number(), reader.text()) for _ in range(reader.number())]
        reader.finish()
    except BadFrame as problem:
        raise BadPresence(f"This is no awareness update: {problem}.") from problem
    return said


def _signed(text: str, person: Person) -> str:
    """A state with its person written by the platform."""
    if len(text.encode()) > MOST_BYTES:
        raise BadPresence(f"A cursor takes at most {MOST_BYTES} bytes.")
    try:
        state = json.loads(text, parse_constant=_refuse)
        if state is None:
            return GONE
        if isinstance(state, dict):
            return json.dumps(state | {"user": person})
    except (ValueError, RecursionError) as problem:
        raise BadPresence("A cursor is a JSON object.") from problem
    raise BadPresence("A cursor is a JSON object.")


def _person_in(text: str) -> Person:
    """Whose state this is, as another process of ours wrote it."""
    state = json.loads(text)
    return dict(state["user"]) if state else {"id": "0", "name": "", "color": ""}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
