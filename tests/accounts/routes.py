"""Every address of the platform, as a path that can be asked for."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = ("1", "00000000-0000-4000-8000-000000000000", "something", "welcome", "a/b")
GROUP = re.compile(r"\(\?P<\w+>((?:[^()]|\([^()]*\))*)\)")


def every_path() -> Iterator[tuple[str, str]]:
    """(route, a path that it matches) of every URL pattern."""
    yield from _below(get_resolver().url_patterns, "", "/")


def _below(patterns: list[URLPattern | URLResolver], route: str, path: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        own = str(pattern.pattern)
        here, sample = route + (own.removeprefix("^") if route else own), path + _sample(pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, here, sample)
        else:
            yield here, sample


def _sample(pattern: URLPattern | URLResolver) -> str:
    text = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        fitting = next(sample for sample in SAMPLES if re.fullmatch(converter.regex, sample))
        text = re.sub(rf"<(\w+:)?{name}>", fitting, text)
    return GROUP.sub(_sample_of_group, text).strip("^$").removesuffix("\\Z").replace("\\", "")


def _sample_of_group(group: re.Match[str]) -> str:
    """The first of a choice of words, or a word that suits most other expressions."""
    first, *others = group[1].split("|")
    return first if others else "sample"
