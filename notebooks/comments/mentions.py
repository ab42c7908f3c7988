"""Whom a comment names: `@` and an email address, as the page's list of people writes it. Pure."""

import re
from collections.abc import Mapping

# ASCII only, so that an address ends where Japanese goes on without a space. The page has the same pattern.
ADDRESS = re.compile(r"(?<![A-Za-z0-9.@])@([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")


def with_names(text: str, names: Mapping[str, str]) -> str:
    """`text` with people's names in place of their addresses (the keys, in lower case)."""
    return ADDRESS.sub(lambda found: f"@{names[found[1].lower()]}" if found[1].lower() in names else found[0], text)


def addresses_in(text: str) -> set[str]:
    """The addresses that `text` mentions, in lower case."""
    return {found.lower() for found in ADDRESS.findall(text)}
