"""The words of our mails: in whose language they are, and how words of others stand in them, posing as none of ours."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from accounts.models import User


def in_language_of(person: User) -> AbstractContextManager[None]:
    """What is translated inside is in the person's language, or in the site's for who has chosen none."""
    return translation.override(person.locale or settings.LANGUAGE_CODE)


def one_line(text: str) -> str:
    """Names that people chose themselves begin no new line and no new header."""
    return " ".join(text.split())


def quoted(text: str) -> str:
    """Each line marked as somebody else's."""
    return "\n".join(f"> {line}" for line in text.splitlines())
