"""The one exception of a start that cannot be."""


class CannotStart(Exception):
    """The platform cannot start here; the sentence says why and what to do."""
