"""Settings with which the platform does not let people in, each with a sentence that says why and what to do."""

import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

SHORTEST_KEY = 32
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Safety:
    """What decides whether it is safe to let people in."""

    is_debug: bool
    secret_key: str
    address: str
    is_http_allowed: bool
    google_addresses: tuple[str, ...]


def refuse_unsafe_settings() -> None:
    """End this process, before it answers anybody, if its settings are unsafe."""
    google: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS["google"]
    names = ("AUTHORIZE_URL", "ACCESS_TOKEN_URL", "IDENTITY_URL", "CERTS_URL")
    safety = Safety(
        is_debug=settings.DEBUG,
        secret_key=settings.SECRET_KEY,
        address=settings.TOMONI_ADDRESS,
        is_http_allowed=settings.TOMONI_ALLOW_HTTP,
        google_addresses=tuple(google[name] for name in names),
    )
    if found := refusals(safety):
        sys.exit("\n".join(f"tomoni: {sentence}" for sentence in found))


def refusals(safety: Safety) -> list[str]:
    """The sentences that apply to `safety`. Pure."""
    found = []
    if not safety.is_debug and (safety.secret_key.startswith("insecure") or len(safety.secret_key) < SHORTEST_KEY):
        found.append("TOMONI_SECRET_KEY is missing or too short: set it to 50 random characters, and keep it secret.")
    if is_open_http(safety.address) and not safety.is_http_allowed:
        found.append(
            f"TOMONI_ADDRESS is {safety.address}, where passwords would travel unencrypted: put HTTPS in front "
            "and say https:// there, or set TOMONI_ALLOW_HTTP=1 if nobody else can listen."
        )
    found += [
        f"{address} is to tell us who signs in with Google, and is not https://: correct the GOOGLE_… variables."
        for address in safety.google_addresses
        if is_open_http(address)
    ]
    return found


def is_open_http(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme != "https" and parts.hostname not in LOOPBACK


if __name__ == "__main__":
    refuse_unsafe_settings()
