"""Data frames that a page looks through: searched, filtered, as CSV, and only as long as the person keeps them."""

from .platform_end import PlatformEnd

FRAME = """import pandas as pd
frame = pd.DataFrame({
    'n': range(1_000_000),
    't': ['Tea' if n % 100_000 == 7 else 'water' for n in range(1_000_000)],
})
small = pd.DataFrame({'n': [3, None, 1.5], 't': ['a,"b"', None, 'ü\\n2']}, index=['x', 'y', 'z'])
"""


async def ask(end: PlatformEnd, **question):
    reply = await end.ask("request", message_type="variables_request", content={"do": "table", **question})
    return reply["value"]


async def displayed(end: PlatformEnd, code: str) -> str:
    """The name under which the data frame that this code displays is asked for."""
    story = await end.run(code)
    shown = [*story.contents("display_data"), *story.contents("execute_result")]
    return str(shown[-1]["data"]["application/vnd.tomoni.table+json"]["table"])


async def test_of_a_million_rows_only_what_matches_comes(agent_of_boxes, platform_end) -> None:
    await platform_end.run(FRAME)
    found = await ask(platform_end, name="frame", search="TEA", count=3)
    assert [found["count"], found["whole"], found["index"]] == [10, 1_000_000, ["7", "100007", "200007"]]
    both = await ask(platform_end, name="frame", filters={"0": ">= 900000", "1": "tea"}, column=0, descending=True)
    assert [row[0] for row in both["rows"]] == ["900007"]
    between = await ask(platform_end, name="frame", filters={"0": "5..7"}, column=0, descending=True)
    assert [row[0] for row in between["rows"]] == ["7", "6", "5"]
    nothing = await ask(platform_end, name="frame", search="coffee")
    assert [nothing["count"], nothing["rows"]] == [0, []]


async def test_csv_is_whole_and_in_the_order_that_is_seen(agent_of_boxes, platform_end) -> None:
    await platform_end.run(FRAME)
    csv = await ask(platform_end, do="csv", name="small", column=0)
    assert csv["text"] == ',n,t\nz,1.5,"ü\n2"\nx,3.0,"a,""b"""\ny,,\n'
    piece = await ask(platform_end, do="csv", name="frame")
    assert (piece["next"], piece["count"]) == (5_000, 1_000_000)
    more = await ask(platform_end, do="csv", name="frame", start=5_000)
    assert more["text"].startswith("5000,5000,water\n")


async def test_a_displayed_frame_has_a_name_as_long_as_it_lives(agent_of_boxes, platform_end) -> None:
    await platform_end.run(FRAME)
    name = await displayed(platform_end, "small[small.n > 2]")
    assert (await ask(platform_end, frame=name))["rows"] == [["3.0", 'a,"b"']]
    gone = await displayed(platform_end, "display(small.head(1)); None")
    answer = await ask(platform_end, frame=gone)
    assert answer["ok"] is False
    assert "no data frame" in answer["reason"]
