"""What a person is to a notebook, from nothing to its owner. Pure: no Django."""

from enum import StrEnum


class Role(StrEnum):
    """Each role may do all that the ones before it may; roles compare by that order and not by their names."""

    NONE = "none"
    VIEWER = "viewer"
    COMMENTER = "commenter"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return _ORDER.index(self.value)

    def __lt__(self, other: str) -> bool:
        return self.rank < Role(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Role(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Role(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Role(other).rank

    @property
    def can_view(self) -> bool:
        return self >= Role.VIEWER

    @property
    def can_comment(self) -> bool:
        return self >= Role.COMMENTER

    @property
    def can_edit(self) -> bool:
        return self >= Role.EDITOR

    @property
    def can_run(self) -> bool:
        """Running needs a machine of one's own and writes results into the document."""
        return self >= Role.EDITOR


def role_of_rank(rank: int) -> Role:
    """The role that has this place in the order."""
    return Role(_ORDER[rank])


_ORDER = [role.value for role in Role]
GRANTED = (Role.VIEWER, Role.COMMENTER, Role.EDITOR)
