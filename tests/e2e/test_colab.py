"""Notebooks written for Colab: `google.colab` in a real machine, and what of it happens in the page."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients import Caller, Runner, text_of
from tests.running import RunningPlatform

pytestmark = pytest.mark.e2e

USERDATA = """
from google.colab import userdata
try:
    userdata.get("KEY")
except userdata.SecretNotFoundError as problem:
    print(problem)
"""
EXPLAINED = """
from google.colab import auth
try:
    auth.authenticate_user()
except RuntimeError as problem:
    print("service account" in str(problem))
"""
WIDGETS = """
from google.colab import widgets
from IPython.display import HTML
grid = widgets.Grid(2, 2, header_row=True)
with grid.output_to(0, 0):
    print("<top>")
with grid.output_to(1, 1):
    display(HTML("<b>corner</b>"))
tabs = widgets.TabBar(["one", "two & more"])
with tabs.output_to("two & more"):
    print("inside")
"""
PICTURE = """
import numpy
from google.colab.patches import cv2_imshow
pixels = numpy.zeros((1, 1, 3), "uint8")
pixels[..., 0] = 255  # blue comes first
cv2_imshow(pixels)
"""

WHEELS = """
import zipfile
for version in "12":
    about = f"worn-{version}.dist-info"
    with zipfile.ZipFile(f"/tmp/worn-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("worn.py", f"version = {version}")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\\nName: worn\\nVersion: {version}\\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{about}/RECORD", "")
"""


@pytest.fixture(scope="module")
def runner(platform: RunningPlatform) -> Iterator[Runner]:
    caller = Caller(platform, "colab@example.org")
    notebook = str(platform.testctl("notebook", caller.email)["id"])
    running = Runner(caller, notebook)
    yield running
    running.ask("reset")
    running.close()


def run(runner: Runner, code: str) -> dict[str, Any]:
    return runner.result(runner.run(code))


def printed(runner: Runner, code: str) -> str:
    result = run(runner, code)
    assert result["state"] == "done", result["outputs"]
    return text_of(result)


def test_everything_that_notebooks_import_is_there_and_other_packages_of_google_fit_beside_it(runner: Runner) -> None:
    modules = ["auth", "data_table", "drive", "files", "output", "patches", "userdata", "widgets"]
    named = f"import google.colab\nfor name in {modules}:\n    print(getattr(google.colab, name).__name__)"
    assert printed(runner, named) == "".join(f"google.colab.{name}\n" for name in modules)
    assert printed(runner, f"from google.colab import {', '.join(modules)}\nprint(drive.mount.__name__)") == "mount\n"
    made = "import os, sys\nos.makedirs('/tmp/more/google/cloud_x')\nsys.path.insert(0, '/tmp/more')\n"
    assert printed(runner, made + "import google.cloud_x, google.colab\nprint('both')") == "both\n"


def test_a_notebook_finds_that_it_is_where_google_colab_is(runner: Runner) -> None:
    assert printed(runner, "print('google.colab' in str(get_ipython()))") == "True\n"


def test_notebooks_that_ask_for_japanese_labels_have_them_without_installing_anything(runner: Runner) -> None:
    code = "import japanize_matplotlib, matplotlib\njapanize_matplotlib.japanize()\n"
    assert printed(runner, code + "print(matplotlib.rcParams['font.family'])") == "['IPAexGothic']\n"


def test_a_secret_that_is_not_there_is_named_with_where_to_add_it(runner: Runner) -> None:
    assert "Secret KEY does not exist. Add it in the Secrets panel" in printed(runner, USERDATA)


def test_signing_in_to_google_says_what_works_here(runner: Runner) -> None:
    assert printed(runner, EXPLAINED) == "True\n"


def test_a_cell_of_shell_prints_as_it_goes_and_fails_as_a_cell(runner: Runner) -> None:
    assert printed(runner, "%%shell\nfor n in 1 2; do echo \"line '$n'\"; done\ncd /tmp && pwd") == (
        "line '1'\nline '2'\n/tmp\n"
    )
    failed = run(runner, "%%shell\nexit 3")
    assert failed["state"] == "failed"
    assert failed["outputs"][-1]["ename"] == "CalledProcessError"
    ignored = run(runner, "%%shell --ignore-errors\nexit 3")
    assert ignored["state"] == "done"
    assert "code 3" in ignored["outputs"][-1]["data"]["text/plain"]


def test_pip_says_when_what_was_imported_has_changed(runner: Runner) -> None:
    printed(runner, WHEELS)
    install = "!pip install --no-index /tmp/worn-{}-py3-none-any.whl"
    first = run(runner, install.format(1))
    assert "Successfully installed worn-1" in everything(first) and "Restart session" not in everything(first)
    assert printed(runner, "import worn\nprint(worn.version)") == "1\n"
    second = everything(run(runner, install.format(2)))
    assert "worn was imported before pip changed it, and stays as before. Choose Runtime ▸ Restart session" in second
    assert "Restart session" not in everything(run(runner, install.format(2)))


def everything(result: dict[str, Any]) -> str:
    """What it printed, on both streams, and the texts of what it displayed."""
    shown = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in result["outputs"]]
    return "".join(map(str, shown))


def test_a_picture_of_opencv_has_its_colours(runner: Runner) -> None:
    [output] = run(runner, PICTURE)["outputs"]
    head = "import base64, io, PIL.Image\n"
    read = head + "raw = io.BytesIO(base64.b64decode({!r}))\nprint(PIL.Image.open(raw).getpixel((0, 0)))"
    assert printed(runner, read.format(output["data"]["image/png"])) == "(0, 0, 255)\n"


def test_grids_and_tabs_hold_what_was_put_into_them(runner: Runner) -> None:
    grid, tabs = (output["data"]["text/html"] for output in run(runner, WIDGETS)["outputs"])
    assert "<th" in grid and "&lt;top&gt;" in grid and "<b>corner</b>" in grid
    assert "two &amp; more" in tabs and "inside" in tabs and tabs.count(" checked") == 1


def test_tables_of_data_frames_hold_their_rows_as_data(runner: Runner) -> None:
    code = "import pandas\nfrom google.colab import data_table\ndata_table.enable_dataframe_formatter()\n"
    frame = "pandas.DataFrame({'name': ['<i>', 'b'], 'n': [2, 1]})"
    shown = run(runner, code + frame)["outputs"][0]["data"]["text/html"]
    assert "colab-table" in shown and "<i>" not in shown
    plain = run(runner, "data_table.disable_dataframe_formatter()\n" + frame)["outputs"][0]["data"]["text/html"]
    assert "colab-table" not in plain and "dataframe" in plain


def test_clearing_the_output_leaves_what_is_printed_afterwards(runner: Runner) -> None:
    assert printed(runner, "from google.colab import output\nprint('old')\noutput.clear()\nprint('new')") == "new\n"
