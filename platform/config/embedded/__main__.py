"""`python -m config.embedded`: what `make run` starts."""

import asyncio
import sys

from config.embedded.home import Home
from config.embedded.problems import CannotStart
from config.embedded.settings import environment_for, read_settings
from config.embedded.supervisor import Supervisor


def main() -> None:
    try:
        settings = read_settings()
        home = Home(settings.home)
        home.prepare()
        asyncio.run(Supervisor(settings, home, environment_for(settings, home)).run())
    except CannotStart as problem:
        sys.exit(f"tomoni: {problem}")


if __name__ == "__main__":
    main()
