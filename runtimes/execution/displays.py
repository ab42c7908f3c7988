"""Which executions display something under a name that later code may update. Pure."""

import json
from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID


class Displays:
    def __init__(self, stored: Mapping[UUID, str]) -> None:
        """From the `displays` columns of executions: JSON lists of names."""
        self._where: defaultdict[str, dict[UUID, None]] = defaultdict(dict)
        for execution, names in stored.items():
            for name in json.loads(names):
                self.add(name, execution)

    def add(self, name: str, execution: UUID) -> None:
        self._where[name][execution] = None

    def where(self, name: str) -> list[UUID]:
        return list(self._where.get(name, ()))
