"""A run goes to the machine, and what it prints is there for everybody."""

import uuid

from .conftest import result_of, row_of, stdout_of


async def test_a_run_prints_and_is_done(agent, open_page, runtime, heard):
    await agent.link()
    page = await open_page()
    execution = await page.run("print('hello')")
    assert (await agent.expect("execute"))["code"] == "print('hello')"
    await agent.accepts(execution)
    await agent.message(execution, "execute_input", code="print('hello')", execution_count=7)
    await agent.prints(execution, "hello\n")
    await agent.finishes(execution, count=7)
    await agent.acknowledged()
    result = await result_of(runtime, execution)
    assert (result["state"], result["count"]) == ("done", 7)
    assert result["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
    assert result["by"]["name"] == "Ada"
    assert [op for frame in heard if frame["type"] == "ops" for op in frame["ops"]] == [
        {"op": "add", "output": {"output_type": "stream", "name": "stdout", "text": "hello\n"}}
    ]
    assert (await page.expect_state(execution, "done"))["number"] == 1


async def test_the_same_run_twice_runs_once(agent, open_page):
    await agent.link()
    page = await open_page()
    execution = await page.run()
    await page.run(execution=execution)
    await agent.expect("execute")
    await agent.accepts(execution)
    await agent.finishes(execution)
    await agent.acknowledged()
    await page.run(execution=execution)
    second = await page.run("2")
    assert (await agent.expect("execute"))["execution"] == str(second)


async def test_a_run_without_a_machine_asks_for_one_and_waits(open_page):
    page = await open_page()
    execution = await page.run()
    assert (await row_of(execution)).state == "queued"
    assert (await page.expect("status"))["runtime"] is None
    assert (await page.expect("status"))["runtime"]["state"] == "requested"


async def test_what_waited_runs_in_the_order_of_acceptance(agent, open_page, runtime):
    page = await open_page()
    waiting = [await page.run(f"print({number})") for number in range(3)]
    await agent.link()
    for execution in waiting:
        assert (await agent.expect("execute"))["execution"] == str(execution)
        await agent.finishes(execution)
    await agent.acknowledged()


async def test_a_failure_ends_the_rest_of_its_batch_and_nothing_else(agent, open_page):
    await agent.link()
    page = await open_page()
    first = await page.run("1/0", batch="all")
    second = await page.run("print(2)", batch="all")
    other = await page.run("print(3)")
    await agent.expect("execute")
    await agent.finishes(first, "error")
    assert (await agent.expect("execute"))["execution"] == str(other)
    row = await row_of(second)
    assert (row.state, row.reason) == ("aborted", "Not run: a cell before it failed.")


async def test_p38_output_after_the_end_belongs_to_the_cell(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    execution = await page.run()
    await agent.prints(execution, "in time\n")
    await agent.finishes(execution)
    await agent.acknowledged()
    await agent.prints(execution, "late\n")
    await agent.acknowledged()
    assert await stdout_of(runtime, execution) == "in time\nlate\n"


async def test_a_display_of_an_earlier_cell_is_updated(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    first = await page.run()
    await agent.message(first, "display_data", data={"text/plain": "0 %"}, metadata={}, transient={"display_id": "p"})
    await agent.finishes(first)
    second = await page.run()
    await agent.message(
        second, "update_display_data", data={"text/plain": "100 %"}, metadata={}, transient={"display_id": "p"}
    )
    await agent.finishes(second)
    await agent.acknowledged()
    assert (await result_of(runtime, first))["outputs"][0]["data"] == {"text/plain": "100 %"}
    assert (await result_of(runtime, second))["outputs"] == []


async def test_p33_a_dead_kernel_says_why_at_the_cell_and_ends_what_waits(agent, open_page):
    await agent.link()
    page = await open_page()
    first, second = await page.run(), await page.run()
    assert (await agent.expect("execute"))["execution"] == str(first)
    await agent.accepts(first)
    await agent.say(
        type="kernel", state="dead", session="session-1", cause="oom", reason="The kernel ran out of memory.", detail={}
    )
    await agent.acknowledged()
    row, waiting = await row_of(first), await row_of(second)
    assert (row.state, row.reason) == ("failed", "The kernel ran out of memory.")
    assert waiting.state == "aborted"
    third = await page.run()
    assert (await agent.expect("execute"))["execution"] == str(third)


async def test_a_run_of_somebody_else_is_not_taken_over(agent, open_page, runtime):
    await agent.link()
    page = await open_page()
    execution = await page.run()
    elsewhere = await open_page(where=str(uuid.uuid4()))
    reply = await elsewhere.ask("run", execution=str(execution), code="1", cell="c")
    assert (reply["type"], reply["code"]) == ("refused", "not-yours")
