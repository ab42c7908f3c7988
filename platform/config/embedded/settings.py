"""What the supervisor reads from the environment, and what it hands on to the processes that it starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from environs import Env, EnvError, validate

from config.embedded.home import Home
from config.embedded.problems import CannotStart

ROOT = Path(__file__).resolve().parents[3]
HANDED_ON = ("DATABASE_URL", "REDIS_URL", "TOMONI_", "GOOGLE_", "EMAIL_URL", "PYTHONPATH")


@dataclass(frozen=True, slots=True)
class StartSettings:
    """Typed, checked settings of one start."""

    home: Path
    host: str
    port: int
    address: str
    web: int
    workers: int
    provider: str
    image_python: tuple[str, ...]
    image_debian: tuple[str, ...]
    database_url: str
    redis_url: str

    @property
    def connect_host(self) -> str:
        """Where the supervisor itself reaches the port that it listens on."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104

    def for_tools(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The part of the environment that a tool needs to talk to this installation's database."""
        return {name: value for name, value in environment.items() if name.startswith(HANDED_ON)}


def read_settings() -> StartSettings:
    """Raises CannotStart with the name of the variable that is wrong."""
    env = Env()
    try:
        host = env.str("TOMONI_HOST", "127.0.0.1")
        port = env.int("TOMONI_PORT", 8000, validate=validate.Range(1, 65535))
        return StartSettings(
            home=Path(env.str("TOMONI_HOME", "~/.tomoni")).expanduser().absolute(),
            host=host,
            port=port,
            address=env.str("TOMONI_ADDRESS", f"http://localhost:{port}").rstrip("/"),
            web=env.int("TOMONI_WEB", 1, validate=validate.Range(1, 64)),
            workers=env.int("TOMONI_WORKERS", 8, validate=validate.Range(1, 64)),
            provider=env.str("TOMONI_PROVIDER", "sandbox"),
            image_python=tuple(env.list("TOMONI_IMAGE_PYTHON", [])),
            image_debian=tuple(env.list("TOMONI_IMAGE_DEBIAN", [])),
            database_url=env.str("DATABASE_URL", ""),
            redis_url=env.str("REDIS_URL", ""),
        )
    except EnvError as problem:
        raise CannotStart(f"A setting is wrong: {problem}") from problem


def environment_for(settings: StartSettings, home: Home) -> dict[str, str]:
    """The environment of every process of the platform."""
    paths = [str(ROOT), str(ROOT / "platform")]
    key = (
        {}
        if {"TOMONI_SECRET_KEY", "TOMONI_SECRET_KEY_FILE"} & set(os.environ)
        else {"TOMONI_SECRET_KEY": home.secret_key()}
    )
    return (
        dict(os.environ)
        | key
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONUNBUFFERED": "1",
            "TOMONI_HOME": str(settings.home),
            "TOMONI_ADDRESS": settings.address,
            "DATABASE_URL": settings.database_url or home.postgres.url,
            "REDIS_URL": settings.redis_url or home.valkey.url,
        }
    )
