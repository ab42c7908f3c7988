"""Japanese is complete: every sentence that a page can say is translated, in the catalogue that is read."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUE = settings.LOCALE_PATHS[0] / "ja" / "LC_MESSAGES"
ROOT = Path(__file__).resolve().parents[2]
CALLS = {"_", "gettext", "gettext_lazy", "said", "BadNotebook"}
IN_TEMPLATE = re.compile(r"""\b(?:_|gettext)\(\s*(u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))\s*\)""")
ENTRY = re.compile(r'^((?:#.*\n)*)msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def said_by_templates():
    for path in (ROOT / "templates").rglob("*.*"):
        if path.suffix in {".html", ".txt"}:
            yield from (ast.literal_eval(text) for text in IN_TEMPLATE.findall(templatize(path.read_text())))


def said_by_modules():
    for folder in ("platform", "notebooks", "runtimes"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from said_by(path)


def said_by(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def text_of(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.strip().splitlines())


@pytest.fixture(scope="module")
def compiled():
    with (CATALOGUE / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


@pytest.fixture(scope="module")
def source():
    """(remarks, sentence, translation) of every entry of the .po file."""
    found = ENTRY.findall((CATALOGUE / "django.po").read_text())
    return [(remarks, text_of(one), text_of(other)) for remarks, one, other in found if text_of(one)]


def test_the_tests_find_what_pages_say():
    assert {"Sign in with Google", "Is %(email)s your address?", "Hello,"} <= set(said_by_templates())
    assert "This access token is wrong, has expired or was revoked." in set(said_by_modules())


def test_every_sentence_is_translated(compiled):
    sentences = {*said_by_templates(), *said_by_modules()}
    assert sorted(sentence for sentence in sentences if compiled.gettext(sentence) == sentence) == []


def test_no_translation_is_empty_or_doubtful(source):
    assert [entry for entry in source if "fuzzy" in entry[0] or not entry[2].strip()] == []


def test_the_compiled_catalogue_is_that_of_the_source(source, compiled):
    assert {sentence: compiled.gettext(sentence) for _, sentence, _ in source} == {
        one: other for _, one, other in source
    }


def test_translations_keep_the_placeholders(source):
    assert [one for _, one, other in source if set(PLACEHOLDER.findall(one)) != set(PLACEHOLDER.findall(other))] == []
