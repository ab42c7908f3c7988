"""The name of this build: pages of another one are asked to refresh."""

import hashlib
from pathlib import Path


def name_of_build(manifest: Path) -> str:
    """A name that changes whenever the files change that pages load; empty while there are none."""
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:12] if manifest.exists() else ""
