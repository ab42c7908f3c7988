"""The variable inspector: what a real kernel says of its variables, and that it runs nobody's code for it."""

import pytest

from .platform_end import PlatformEnd

HOSTILE = '''
import time, datetime
ARMED = []; RAN = []
class Hostile:
    """Once it is armed: whatever is asked of it, it notes, and takes for ever."""
    def _hang(self, *_):
        if not ARMED: raise AttributeError
        RAN.append(1)
        time.sleep(600)
    __repr__ = __str__ = __len__ = __iter__ = __eq__ = __hash__ = __bool__ = __lt__ = __reduce__ = _hang
    @property
    def shape(self): return self._hang()
    @property
    def __class__(self): return self._hang()
    def __getattr__(self, name): return self._hang()
class Zone(datetime.tzinfo):
    __repr__ = utcoffset = dst = tzname = Hostile._hang
class Words(str): __repr__ = __len__ = Hostile._hang
class Numbers(int): __repr__ = bit_length = Hostile._hang
class Listed(list): __repr__ = __len__ = __iter__ = Hostile._hang
Hostile.__module__ = Words.__module__ = "numpy"
a, b, c, d = Hostile(), Words("x"), Numbers(1), Listed([1])
e = [Hostile(), {1: Hostile()}, (Words("y"),)]
f = datetime.datetime(2026, 1, 1, tzinfo=Zone())
import numpy, pandas
g = numpy.empty(2, dtype=object)
g[0] = a
h = pandas.DataFrame({"a": g, "b": ["x", "y"]}, copy=False)
ARMED.append(1)
'''


async def variables(end: PlatformEnd, **question):
    reply = await end.ask("request", message_type="variables_request", content={"do": "list", **question})
    assert reply["ok"], reply
    return reply["value"]


async def rows(end, **question):
    return {row["name"]: row for row in (await variables(end, **question))["variables"]}


async def values(end, code):
    await end.run(code)
    return {name: row["value"] for name, row in (await rows(end)).items()}


async def test_names_types_shapes_and_values(agent_of_boxes, platform_end) -> None:
    await platform_end.run(
        "import numpy as np, pandas as pd\n"
        "def function(): pass\n"
        "class Kind: pass\n"
        "x = 42; text = 'hello'; items = [1, 'two', 3.0]; nothing = None; _hidden = 1; thing = Kind()\n"
        "array = np.arange(12.0).reshape(3, 4); scalar = np.float32(1.5)\n"
        "frame = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']}); series = frame['a']"
    )
    found = await rows(platform_end)
    assert list(found) == ["array", "frame", "items", "nothing", "scalar", "series", "text", "thing", "x"]
    summary = {name: (row["type"], row["shape"], row["value"]) for name, row in found.items()}
    assert summary == {
        "array": ("ndarray", "(3, 4)", "array([0.0, 1.0, 2.0, 3.0, 4.0, …], dtype=float64)"),
        "frame": ("DataFrame", "(2, 2)", "columns: a, b"),
        "items": ("list", "3 items", "[1, 'two', 3.0]"),
        "nothing": ("NoneType", "", "None"),
        "scalar": ("float32", "()", "1.5"),
        "series": ("Series", "(2,)", "[1, 2], dtype=int64"),
        "text": ("str", "", "'hello'"),
        "thing": ("Kind", "", "<__main__.Kind>"),
        "x": ("int", "", "42"),
    }
    assert {name for name, row in found.items() if row["table"]} == {"frame", "series"}


async def test_long_and_deep_values_are_cut(agent_of_boxes, platform_end) -> None:
    said = await values(
        platform_end,
        "text = 'x' * 10**7; many = list(range(10**6)); big = 10**10**5; deep = []\n"
        "for _ in range(5000): deep = [deep]\n"
        "round = [1]; round.append(round); wide = {n: 'y' * 1000 for n in range(1000)}",
    )
    assert said["many"] == "[0, 1, 2, 3, 4, …]"
    assert said["big"] == "int of 332193 bits"
    assert said["deep"] == "[[[[…]]]]"
    assert all(len(value) <= 200 for value in said.values())


async def test_nobodys_code_is_run_to_show_variables(agent_of_boxes, platform_end) -> None:
    await platform_end.run(HOSTILE)
    found = await rows(platform_end)
    assert {"a", "b", "c", "d", "e", "f", "g", "h"} <= found.keys()
    assert found["a"]["value"] == "<numpy.Hostile>"
    assert found["e"]["value"] == "[<numpy.Hostile>, {1: <numpy.Hostile>}, (<numpy.Words>,)]"
    for column in (0, 1):
        page = await variables(platform_end, do="table", name="h", column=column)
        assert page["rows"][0] == ["<numpy.Hostile>", "x"]
    assert (await platform_end.run("print(RAN)")).text() == "[]\n"


async def test_looking_leaves_no_trace(agent_of_boxes, platform_end) -> None:
    await platform_end.run("x = 1")
    before = (await platform_end.run("print(sorted(n for n in globals() if n[0] != '_'), len(In))")).text()
    for _ in range(3):
        await variables(platform_end)
    assert (await platform_end.run("print(sorted(n for n in globals() if n[0] != '_'), len(In) - 1)")).text() == before
    story = await platform_end.run("_")
    assert story.end["count"] == 4


async def test_they_are_shown_while_a_cell_runs(agent_of_boxes, platform_end) -> None:
    await platform_end.run("x = 'before'")
    execution = await platform_end.execute("import time\nx = 'while it runs'\nprint('now')\ntime.sleep(600)")
    await platform_end.until(lambda: "now" in platform_end.of(execution).text())
    assert (await rows(platform_end))["x"]["value"] == "'while it runs'"
    completed = await platform_end.ask(
        "request", message_type="complete_request", content={"code": "x.sta", "cursor_pos": 5}
    )
    assert completed["value"]["matches"] == ["startswith"]
    await platform_end.ask("interrupt")


FRAME = """
import pandas as pd, numpy as np
frame = pd.DataFrame({
    'n': [3, 1, 2, 1], 't': ['c', 'a', None, 'b'], 'f': [0.5, np.nan, 2.0, -1.0],
    'd': pd.to_datetime(['2026-01-02', '2026-01-01', None, '2025-01-01']),
}, index=list('wxyz'))
large = pd.DataFrame({'n': np.arange(100_000)[::-1], **{f'c{i}': 0 for i in range(60)}})
"""


@pytest.mark.parametrize(
    ("column", "descending", "order"),
    [
        (None, False, "wxyz"),
        (0, False, "xzyw"),
        (0, True, "wyxz"),
        (1, False, "xzwy"),
        (1, True, "wzxy"),
        (2, False, "zwyx"),
        (3, True, "wxzy"),
    ],
)
async def test_a_data_frame_is_shown_by_pages_and_sorted(
    agent_of_boxes, platform_end, column, descending, order
) -> None:
    await platform_end.run(FRAME)
    page = await variables(platform_end, do="table", name="frame", column=column, descending=descending)
    assert "".join(page["index"]) == order
    assert [one["name"] for one in page["columns"]] == ["n", "t", "f", "d"]
    assert page["rows"][order.index("w")] == ["3", "c", "0.5", "2026-01-02 00:00:00"]
    assert (page["count"], page["width"]) == (4, 4)


async def test_a_large_data_frame_comes_in_pieces(agent_of_boxes, platform_end) -> None:
    await platform_end.run(FRAME)
    page = await variables(platform_end, do="table", name="large", start=500, count=1000, column=0)
    assert (len(page["rows"]), len(page["columns"]), page["count"], page["width"]) == (100, 50, 100_000, 61)
    assert [page["rows"][0][0], page["index"][0]] == ["500", "99499"]
    missing = await platform_end.ask(
        "request", message_type="variables_request", content={"do": "table", "name": "not_there"}
    )
    assert missing["value"]["ok"] is False
