"""Whatever a program prints arrives as it was (P30, P37, P38)."""

import base64
import hashlib

IMAGE = """
import hashlib, os
from IPython.display import Image, display
data = b"\\x89PNG" + os.urandom({size})
display(Image(data=data, format="png"))
print(hashlib.sha256(data).hexdigest(), end="")
"""


async def test_p30_a_five_megabyte_image_comes_in_small_frames(agent, platform_end):
    story = await platform_end.run(IMAGE.format(size=5_000_000))

    picture = base64.b64decode(story.contents("display_data")[0]["data"]["image/png"])
    assert hashlib.sha256(picture).hexdigest() == story.text()
    assert platform_end.longest <= 200 * 1024 + 64


async def test_p30_a_broken_link_amid_the_parts_loses_none(agent, platform_end):
    execution = await platform_end.execute("display({'application/x-big': 'é\"' * 1_500_000}, raw=True)")
    for cuts in range(8):
        await platform_end.linked(cuts + 1)
        await platform_end.until_received(platform_end.received + 3)
        platform_end.cut()

    await platform_end.finished(execution)
    assert platform_end.of(execution).contents("display_data")[0]["data"]["application/x-big"] == 'é"' * 1_500_000


async def test_p37_characters_that_break_other_systems_come_through(agent, platform_end):
    text = "\0 \x1b[31mred\x1b[0m \ud800 \udcff \U0001f600 \u202eabc 日本 \r\n"
    story = await platform_end.run(f"print({text!a}, end='')")

    assert story.text() == text


async def test_p37_binary_output_of_a_program_arrives_with_whole_characters(agent, platform_end):
    story = await platform_end.run(
        "import os, subprocess\n"
        "subprocess.run(['sh', '-c', 'printf 日本%.0s $(seq 1 20000)'])\n"
        "_ = os.write(1, b'\\xff\\xfe\\n')\n"
        "import time; time.sleep(0.3)"
    )

    assert story.text() == "日本" * 20000 + "\ufffd\ufffd\n"


async def test_p37_ten_megabytes_without_a_line_end(agent, platform_end):
    story = await platform_end.run("print('x' * 10_000_000)")

    assert story.text() == "x" * 10_000_000 + "\n"


async def test_not_a_number_and_deep_nesting_do_no_harm(agent, platform_end):
    story = await platform_end.run("display({'application/json': {'x': float('nan')}}, raw=True)")
    assert story.contents("display_data")[0]["data"]["application/json"]["x"] != 0

    await platform_end.run("v = []\nfor _ in range(100_000): v = [v]\ndisplay({'application/json': v}, raw=True)")
    assert (await platform_end.run("print(1)")).text() == "1\n"


async def test_prints_and_displays_keep_their_order(agent, platform_end):
    story = await platform_end.run("for i in range(100): print(i); display(i)")

    shown = ""  # a number and its line's end may come in two messages
    for message in story.messages:
        if message["header"]["msg_type"] == "stream":
            shown += message["content"]["text"]
        elif message["header"]["msg_type"] == "display_data":
            shown += f"<{message['content']['data']['text/plain']}>"
    assert shown == "".join(f"{number}\n<{number}>" for number in range(100))


async def test_p38_what_a_thread_prints_after_the_end_belongs_to_the_execution_that_started_it(agent, platform_end):
    started = await platform_end.run(
        "import threading, time\n"
        "def late():\n    time.sleep(1)\n    print('late')\n"
        "threading.Thread(target=late).start()"
    )
    assert started.text() == ""
    other = await platform_end.run("import time; print('mine'); time.sleep(1.5)")

    assert other.text() == "mine\n"
    execution = started.end["execution"]
    await platform_end.until(lambda: platform_end.of(execution).text() == "late\n")


async def test_p38_so_does_what_a_pool_of_threads_prints(agent, platform_end):
    await platform_end.run("from concurrent.futures import ThreadPoolExecutor; pool = ThreadPoolExecutor(1)")
    stories = [await platform_end.run(f"pool.submit(print, {number}).result()") for number in range(3)]

    assert [story.text() for story in stories] == ["0\n", "1\n", "2\n"]


async def test_child_processes_print_too(agent, platform_end):
    story = await platform_end.run(
        "import multiprocessing\n"
        "def work(n): print('child', n)\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool: pool.map(work, range(4))\n"
        "!echo shell"
    )

    assert story.text().split("\n")[-2] == "shell\r"
    assert sorted(story.text().split("\n")[:4]) == ["child 0", "child 1", "child 2", "child 3"]
