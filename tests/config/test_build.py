"""A page knows whether the platform has been updated since it was loaded."""

from config.build import name_of_build


def test_the_name_changes_with_the_files_that_pages_load(tmp_path) -> None:
    manifest = tmp_path / "manifest.json"
    assert name_of_build(manifest) == ""
    manifest.write_text('{"src/main.ts": {"file": "assets/editor-1.js"}}')
    before = name_of_build(manifest)
    assert before == name_of_build(manifest) != ""
    manifest.write_text('{"src/main.ts": {"file": "assets/editor-2.js"}}')
    assert name_of_build(manifest) != before
