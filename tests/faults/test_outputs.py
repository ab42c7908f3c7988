"""What cells print by the megabyte, by the million and in odd characters arrives whole, or is trimmed and says so."""

import re
import urllib.request

from tests.clients import Caller, Runner, text_of
from tests.running import RunningPlatform

MEGABYTE = 2**20


def whole_text(runner: Runner, execution: str, index: int = 0) -> str:
    """What the download link of a trimmed stream gives."""
    path = f"/api/notebooks/{runner.notebook}/executions/{execution}/text?index={index}"
    return runner.caller.platform.get(path, cookies=runner.caller.cookie, timeout=120).decode()


def test_p27_a_hundred_megabytes_are_trimmed_on_the_page_and_whole_in_the_download(runner: Runner) -> None:
    execution = runner.run("print('x' * 10**8)")
    ended = runner.result(execution, seconds=180)
    assert ended["state"] == "done"
    shown = ended["outputs"][0]
    assert len(shown["text"]) <= 2 * MEGABYTE
    assert shown["hidden"]["bytes"] == 10**8 + 1 - len(shown["text"])
    assert len(whole_text(runner, execution)) == 10**8 + 1


def test_p28_a_million_lines_are_counted_and_none_is_lost(runner: Runner) -> None:
    execution = runner.run("for number in range(10**6): print(number)")
    ended = runner.result(execution, seconds=180)
    shown = ended["outputs"][0]
    assert shown["text"].startswith("0\n1\n2\n")
    assert shown["text"].count("\n") + shown["hidden"]["lines"] == 10**6
    assert shown["hidden"]["tail"].endswith("999999\n")
    assert whole_text(runner, execution) == "".join(f"{number}\n" for number in range(10**6))


def test_p30_a_large_image_and_a_large_document_in_one_message_are_kept(runner: Runner) -> None:
    runner.result(runner.run("1"))
    session = runner.ask("connect")["runtime"]["session"]
    code = (
        "from IPython.display import display\n"
        "display({'image/png': 'iVBORw0KGgo' + 'A' * 5_000_001, 'text/plain': 'image'}, raw=True)\n"
        "display({'application/json': {'long': 'y' * 20_000_000}, 'text/plain': 'json'}, raw=True)\n"
    )
    ended = runner.result(runner.run(code), seconds=120)
    assert ended["state"] == "done"
    image, document = ended["outputs"]
    assert image["blobs"]["image/png"]["size"] > 5_000_000
    assert document["blobs"]["application/json"]["size"] > 20_000_000
    assert runner.ask("connect")["runtime"]["session"] == session


def test_p31_a_progress_bar_of_ten_thousand_steps_a_second_ends_in_its_last_state(runner: Runner) -> None:
    code = (
        "import sys, time\n"
        "for step in range(30_000):\n"
        "    sys.stdout.write(f'\\rstep {step}')\n"
        "    if step % 1000 == 0: sys.stdout.flush(); time.sleep(0.1)\n"
    )
    ended = runner.result(runner.run(code))
    assert text_of(ended).replace("\r", "") == "step 29999"
    assert ended["number"] < 400


def test_p31_a_display_that_is_updated_and_cleared_ends_in_its_last_state(runner: Runner) -> None:
    code = (
        "from IPython.display import clear_output, display\n"
        "for step in range(300):\n    clear_output(wait=True)\n    print('cleared', step)\n"
        "shown = display('first', display_id=True)\n"
        "for step in range(300): shown.update(step)\n"
    )
    ended = runner.result(runner.run(code))
    assert text_of(ended) == "cleared 299\n"
    assert [output["data"]["text/plain"] for output in ended["outputs"][1:]] == ["299"]


def test_p37_odd_characters_are_saved_and_given_back(runner: Runner, platform: RunningPlatform, notebook: str) -> None:
    code = (
        "import os\n"
        "print('nul \\0 bell \\a rtl \\u202e emoji \\U0001f600')\n"
        "print(float('nan'))\n"
        "os.write(1, b'\\xff\\n')"
    )
    ended = runner.result(runner.run(code))
    assert ended["state"] == "done"
    assert "nul \0 bell \a rtl \u202e emoji \U0001f600\nnan\n" in text_of(ended)
    lone = "from IPython.display import display\ndisplay({'text/plain': 'x \\ud800 y'}, raw=True)"
    surrogate = runner.result(runner.run(lone))
    assert surrogate["state"] in {"done", "failed"}
    line = runner.result(runner.run("print('z' * 10**7, end='')"), seconds=120)
    assert len(whole_text(runner, line["id"])) == 10**7
    assert platform.testctl("dump", notebook)["cells"]


def test_p38_what_a_thread_prints_after_its_cell_ended_is_kept_with_that_cell(runner: Runner) -> None:
    late = runner.run(
        "import threading, time\n"
        "def later():\n    time.sleep(1.5)\n    print('late')\n"
        "threading.Thread(target=later).start()\nprint('early')"
    )
    assert text_of(runner.result(late)) == "early\n"
    following = runner.run("import time\ntime.sleep(3)\nprint('following')")
    assert text_of(runner.result(following)) == "following\n"
    assert text_of(runner.read(late) or {}) == "early\nlate\n"


def test_text_of_a_stream_is_only_for_those_who_may_see_the_notebook(runner: Runner, platform: RunningPlatform) -> None:
    execution = runner.run("print('mine')")
    runner.result(execution)
    cleo = Caller(platform, "cleo@example.org")
    stranger = Runner.__new__(Runner)
    stranger.caller, stranger.notebook = cleo, runner.notebook
    try:
        whole_text(stranger, execution)
    except urllib.request.HTTPError as problem:
        assert problem.code == 404
        assert not re.search("mine", problem.read().decode())
    else:
        raise AssertionError("a stranger read the output")
