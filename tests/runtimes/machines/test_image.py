"""The image is complete, holds nothing of the host's own, and is made once."""

from pathlib import Path

import pytest

from runtimes.machines import image
from runtimes.machines.interpreter import VERSION
from tests.runtimes.machines.inhabitants import Inhabited

ABSENT = "ssh ssl/private apt/auth.conf apt/auth.conf.d sudoers pip.conf gitconfig npmrc environment subuid"
LABELS = """
import warnings
warnings.simplefilter('error')
import matplotlib
matplotlib.use('agg')
import matplotlib.pyplot as plt
plt.title('日本語の見出し')
plt.savefig('/tmp/figure.png')
print('drawn')
"""

FIRST_COMPLETIONS = """
import os, jedi
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

def parsed():
    return {file.path: file.stat().st_mtime for folder in os.scandir(jedi.settings.cache_directory) if folder.is_dir()
            for file in os.scandir(folder)}

before = parsed()
shell = InteractiveShell.instance()
shell.run_cell("import os; zebra_crossing = 1")
typed = ("zebra_c", "os.pa", "import pandas as pd\\npd.Da")
with provisionalcompleter():
    found = [completion.text for text in typed for completion in shell.Completer.completions(text, len(text))]
print(*found, parsed().keys() - before.keys())
"""


@pytest.fixture(scope="module")
def built(home: Path) -> Path:
    return image.build(home)


def test_what_is_built_is_not_built_again(home: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(image, "_build_into")
    assert image.build(home) == built


def test_a_relative_home_is_taken_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(image, "_build_into", lambda *_: None)
    assert image.build(Path("home")) == tmp_path / "home/images" / f"python-{image.digest()}"


def test_japanese_labels_are_drawn_without_a_word(lasting_box: Inhabited) -> None:
    assert lasting_box.says(LABELS) == "drawn"


def test_every_package_can_be_imported(lasting_box: Inhabited) -> None:
    names = "ipykernel, jupyter_client, websockets, numpy, pandas, scipy, sklearn, PIL, ipywidgets"
    more = "requests, tqdm, seaborn, sympy, bs4"
    outcome = lasting_box.run(f"import {names}, {more}", seconds=120)
    assert (outcome.status, outcome.output) == (0, "")


def test_the_first_completion_need_not_parse_the_library(lasting_box: Inhabited) -> None:
    said = lasting_box.says(FIRST_COMPLETIONS)
    assert "zebra_crossing" in said and "path" in said and "DataFrame" in said
    assert said.endswith("set()")


def test_python_is_where_pip_installs(lasting_box: Inhabited) -> None:
    said = lasting_box.says("import sys, sysconfig; print(sys.executable, sys.prefix, sysconfig.get_path('purelib'))")
    assert said == f"/usr/local/bin/python3 /usr/local /usr/local/lib/python{VERSION}/site-packages"
    assert "/usr/local/lib" in lasting_box.says("import os; os.system('pip --version')")


def test_scripts_start_with_the_boxs_python(built: Path) -> None:
    firsts = {path.read_bytes().split(b"\n")[0] for path in (built / "local/bin").glob("pip*")}
    assert firsts == {b"#!/usr/local/bin/python3"}


def test_tracebacks_name_the_boxs_own_paths(lasting_box: Inhabited) -> None:
    named = lasting_box.says(
        "import json, tqdm; print(*[f.__code__.co_filename for f in (json.dumps, tqdm.tqdm.close)])"
    )
    assert all(path.startswith("/usr/local/lib/python3") for path in named.split())


def test_nobody_of_the_host_and_no_secret_is_in_it(built: Path) -> None:
    etc = built / "root/etc"
    people = [line.split(":") for line in (etc / "passwd").read_text().splitlines()]
    assert all(int(fields[2]) < 1000 or fields[0] == "nobody" for fields in people)
    assert all(line.split(":")[1] == "*" for line in (etc / "shadow").read_text().splitlines())
    assert [name for name in ABSENT.split() if (etc / name).exists()] == []
    assert not list(built.rglob("EXTERNALLY-MANAGED"))
