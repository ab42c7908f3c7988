"""P44: a name is one line of composed Unicode that reads as it is written."""

import html
import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from notebooks.documents.names import clean_name, name_of_upload, next_untitled, with_suffix
from tests.notebooks.documents.files import code, file_of

NAMES = {
    "a byte order mark": "\ufeffreport.ipynb",
    "composed": "caf\u00e9.ipynb",
    "decomposed": "cafe\u0301.ipynb",
    "right to left, by force": "x\u202egnp.ipynb",
    "right to left, by nature": "\u05e9\u05dc\u05d5\u05dd.ipynb",
    "a joined emoji": "👩\u200d🔬 results.ipynb",
    "255 bytes": "あ" * 83 + ".ipynb",
    "255 characters": "あ" * 249 + ".ipynb",
    "quotes and slashes": '"a"; filename=/etc/passwd\\b.ipynb',
    "a device of Windows": "CON.ipynb",
}


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
        ("\ufeffwith a BOM", "with a BOM"),
        ("in\u200bvis\u2060ible", "invisible"),
        ("\ufeff\u200d\u0301", ""),
        ("a" * 253 + "👩\u200d🔬", "a" * 253 + "👩"),
        ("\u05d0\u05d1 \u0645", "\u05d0\u05d1 \u0645"),
    ],
)
def test_p44_a_name_is_cleaned(typed, kept) -> None:
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
def test_p44_an_upload_is_called_as_its_file(filename, name) -> None:
    assert name_of_upload(filename) == name


def test_p44_a_suffix_is_added_once_and_fits() -> None:
    assert with_suffix("a") == "a.ipynb"
    assert with_suffix("a.ipynb") == "a.ipynb"
    assert len(with_suffix("a" * 255)) == 255


def test_untitled_notebooks_are_numbered_after_the_largest() -> None:
    assert next_untitled([]) == "Untitled0.ipynb"
    assert next_untitled(["Untitled3.ipynb", "Untitled.ipynb", "UntitledX.ipynb", "Other9.ipynb"]) == "Untitled4.ipynb"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [pytest.param(name, id=what) for what, name in NAMES.items()])
def test_p44_a_name_is_the_same_in_a_list_in_a_download_and_after_uploading_that(client, ada, name) -> None:
    client.force_login(ada)
    raw = file_of(code("1"))
    first, second = (upload(client, name, raw) for _ in range(2))

    download = client.get(f"/notebooks/{first['id']}.ipynb")
    *_, encoded = download.headers["Content-Disposition"].split("filename*=utf-8''")
    filename = unquote(encoded) if len(_) else re.findall('filename="(.*)"', download.headers["Content-Disposition"])[0]

    assert first["name"] == second["name"] == filename == upload(client, filename, download.content)["name"]
    assert first["id"] != second["id"], "a name is no place: the second does not take the first one's"
    assert first["name"] in html.unescape(client.get("/").content.decode())


def upload(client, name, raw):
    return client.post("/api/notebooks/import", {"file": SimpleUploadedFile(name, raw)}).json()
