"""Secrets that we hand out once and keep only as digests. Pure."""

import hashlib
import secrets

TOKEN_PREFIX = "tomoni_"  # noqa: S105
PREFIX_LENGTH = len(TOKEN_PREFIX) + 6


def new_secret() -> str:
    """256 bits, in letters that survive an address and a double click."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """An access token: a secret that secret scanners and people recognise by how it begins."""
    return TOKEN_PREFIX + new_secret()


def digest_of(secret: str) -> str:
    """What we keep. A secret of 256 bits cannot be guessed, so that a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
