"""The tags that load the front end follow Vite's manifest."""

import json

import pytest
from django.template import Context, Template

from config.vite import Files, NotBuilt, files_of

MANIFEST = {
    "src/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "imports": ["_a.js", "_b.js"]},
    "_a.js": {"file": "assets/a-1.js", "css": ["assets/a-1.css"], "imports": ["_b.js"]},
    "_b.js": {"file": "assets/b-1.js", "css": ["assets/b-1.css"], "imports": ["_a.js"]},
    "src/ui/theme.css": {"file": "assets/theme-1.css"},
}


@pytest.fixture(autouse=True)
def manifest(settings, tmp_path):
    settings.TOMONI_VITE_MANIFEST = tmp_path / "manifest.json"
    settings.TOMONI_VITE_MANIFEST.write_text(json.dumps(MANIFEST))
    return settings.TOMONI_VITE_MANIFEST


def test_an_entry_loads_its_module_and_everything_that_it_imports():
    files = files_of("src/main.ts")
    assert files.module == "assets/main-1.js"
    assert set(files.preloads) == {"assets/a-1.js", "assets/b-1.js"}
    assert files.styles == ("assets/b-1.css", "assets/a-1.css", "assets/main-1.css")


def test_a_style_sheet_can_be_an_entry():
    assert files_of("src/ui/theme.css") == Files("", (), ("assets/theme-1.css",))


def test_the_tag_writes_html():
    page = Template('{% load vite %}{% vite "src/ui/theme.css" %}').render(Context())
    assert page == '<link rel="stylesheet" href="/static/assets/theme-1.css">'


def test_a_new_build_is_noticed(manifest):
    files_of("src/main.ts")
    manifest.write_text(json.dumps({"src/main.ts": {"file": "assets/main-2.js"}}))
    assert files_of("src/main.ts").module == "assets/main-2.js"


def test_a_missing_build_is_named(manifest):
    manifest.unlink()
    with pytest.raises(NotBuilt, match="make setup"):
        files_of("src/main.ts")


def test_an_unknown_entry_is_named():
    with pytest.raises(NotBuilt, match=r"src/other\.ts"):
        files_of("src/other.ts")
