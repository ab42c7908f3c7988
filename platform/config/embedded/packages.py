"""Where a package of programs lies, without importing it."""

import importlib.util
from pathlib import Path


def folder_of(package: str) -> Path:
    """The folder of an installed package. Raises ModuleNotFoundError when it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The package {package} is not installed: run `make setup`.", name=package)
    return Path(spec.origin).parent
