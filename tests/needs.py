"""`python -m tests.needs`: bring in what the tests need beyond the platform's own set-up.

Browsers come from the system's package manager where we may ask it; where we may not, one line says what is missing and
the tests that need it are skipped by name.
"""

import os
import shutil
import subprocess
from pathlib import Path

from runtimes.machines import image

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("TOMONI_TEST_HOME", ROOT / ".cache" / "tomoni-test"))
# Programs, and the packages that bring them. The shell is Chromium without windows, and a third faster; the browser
# itself is for what only that does, such as keeping windows from opening by themselves.
BROWSERS = ("chromium", "chromium-headless-shell", "firefox-esr")


def main() -> None:
    missing = [browser for browser in BROWSERS if not shutil.which(browser)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing)
    elif missing:
        print(f"tomoni: the browser tests will be skipped: install {' and '.join(missing)} to run them.")
    image.build(CACHE)


def install(packages: list[str]) -> None:
    quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*quiet, "update"], check=True, env=environment)
    subprocess.run(
        [*quiet, "install", "--yes", "--no-install-recommends", *packages],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    main()
