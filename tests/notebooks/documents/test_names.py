"""P44: a name is one line of composed Unicode that reads as it is written."""

import pytest

from notebooks.documents.names import clean_name, name_of_upload, next_untitled, with_suffix


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two   words ", "two words"),
        ("line\none", "line one"),
        ("e\u0301", "é"),
        ("x\u202efdp.exe", "x fdp.exe"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("nul\0 half\ud800", "nul half"),
        ("\u0001", ""),
        ("a" * 300, "a" * 255),
    ],
)
def test_a_name_is_cleaned(typed, kept) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("日本語.ipynb", "日本語.ipynb"),
        ("../../etc/passwd", "passwd.ipynb"),
        (r"C:\Users\ada\a.IPYNB", "a.IPYNB"),
        ("", "Untitled.ipynb"),
        ("é" * 300 + ".ipynb", "é" * 249 + ".ipynb"),
    ],
)
def test_an_upload_is_called_as_its_file(filename, name) -> None:
    assert name_of_upload(filename) == name


def test_a_suffix_is_added_once_and_fits() -> None:
    assert with_suffix("a") == "a.ipynb"
    assert with_suffix("a.ipynb") == "a.ipynb"
    assert len(with_suffix("a" * 255)) == 255


def test_untitled_notebooks_are_numbered_after_the_largest() -> None:
    assert next_untitled([]) == "Untitled0.ipynb"
    assert next_untitled(["Untitled3.ipynb", "Untitled.ipynb", "UntitledX.ipynb", "Other9.ipynb"]) == "Untitled4.ipynb"
