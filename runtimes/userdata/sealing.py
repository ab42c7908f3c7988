"""Sealing values with a key that is not in the database, so that a copy of the database tells none of them."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"tomoni: secrets of people"


class CannotUnseal(Exception):
    """It was sealed with another key, or is damaged."""


def seal(value: str) -> bytes:
    return _keys().encrypt(value.encode("utf-8", "surrogatepass"))


def unseal(sealed: bytes) -> str:
    """Raises CannotUnseal."""
    try:
        return _keys().decrypt(sealed).decode("utf-8", "surrogatepass")
    except InvalidToken as problem:
        raise CannotUnseal from problem


def _keys() -> MultiFernet:
    """Ours first; then those of before, with which Django still checks what it signed."""
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
