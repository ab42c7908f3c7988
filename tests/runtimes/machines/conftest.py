"""A home for boxes, with the image that all test runs share."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtimes.machines import image
from tests.needs import CACHE
from tests.runtimes.machines.inhabitants import Inhabited, Town


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    image.build(CACHE)
    folder = Path(tempfile.mkdtemp(prefix="boxes-"))
    (folder / "images").symlink_to(CACHE.resolve() / "images")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def town(home: Path) -> Iterator[Town]:
    if os.geteuid() != 0:
        pytest.skip("boxes with identities and disks of their own need root")
    town = Town(home)
    yield town
    for name in town.machines.list():
        town.machines.stop(name)


@pytest.fixture
def box(town: Town) -> Iterator[Inhabited]:
    yield town.start("ada")
    town.machines.stop("ada")


@pytest.fixture(scope="module")
def lasting_box(town: Town) -> Iterator[Inhabited]:
    """For tests that leave it as they found it."""
    yield town.start("lasting", network="outward")
    town.machines.stop("lasting")
