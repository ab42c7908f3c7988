"""Who sees what runs: everyone of an audience, or in it one person alone, whose scratch cell it is. Pure."""

SEPARATOR = "."  # as names of channel groups may have it


def alone(audience: str, person: object) -> str:
    """The part of `audience` that is only of the person with this id."""
    return f"{audience}{SEPARATOR}{person}"


def whole(audience: str) -> str:
    """The audience that this is, or is a part of."""
    return audience.partition(SEPARATOR)[0]


def is_alone(audience: str) -> bool:
    return SEPARATOR in audience


def open_to(audience: str) -> list[str]:
    """Whose runs are seen here: those of all, and those that are only of this person."""
    return list(dict.fromkeys([whole(audience), audience]))
