"""Another kernel for the machine that a page has: by a restart, which is said, and never by surprise."""

import pytest

from runtimes.allocation import hosts, kernels
from runtimes.allocation.models import Runtime

R = {"name": "ir", "display_name": "R", "language": "R"}
WISH = {"kernel": "ir", "language": "R"}


@pytest.fixture(autouse=True)
def with_r(transactional_db, monkeypatch):
    """A host announces R."""
    monkeypatch.setattr(kernels, "here", lambda: [R])
    hosts.announce()


async def test_code_of_another_language_is_not_given_to_the_kernel_that_runs(agent, open_page):
    await agent.link()
    page = await open_page()

    reply = await page.ask("run", execution="0e0b2ff0-5d2c-4a5e-8b56-2d29a2a0f6f1", code="x <- 1", cell="c", **WISH)

    assert (reply["type"], reply["code"], reply["name"], reply["present"]) == (
        "refused",
        "other-kernel",
        "R",
        "Python 3",
    )


async def test_a_restart_starts_what_the_notebook_asks_for_and_then_its_code_runs(agent, open_page, runtime):
    await agent.link()
    page = await open_page()

    await page.socket.send({"type": "restart", "id": "again", **WISH})
    order = await agent.expect("restart")
    assert order["kernel"] == "ir"
    await agent.say(type="kernel", state="idle", session="session-2", cause="restart", kernelspec="ir")
    await agent.say(type="reply", id=order["id"], ok=True, value={})
    assert (await page.expect("ok", id="again"))["type"] == "ok"

    await page.run("x <- 1", **WISH)
    await agent.expect("execute")
    await agent.acknowledged()
    assert (await Runtime.objects.aget(pk=runtime.pk)).kernelspec == "ir"


async def test_a_restart_that_names_nothing_is_of_the_same_kernel(agent, open_page):
    await agent.link()
    page = await open_page()

    await page.socket.send({"type": "restart", "id": "again"})

    assert (await agent.expect("restart"))["kernel"] == ""


@pytest.mark.parametrize("request_", ["connect", "restart"])
async def test_a_kernel_that_no_machine_has_is_a_sentence(agent, open_page, request_):
    await agent.link()
    await Runtime.objects.all().aupdate(state="gone" if request_ == "connect" else "ready")
    page = await open_page()

    reply = await page.ask(request_, kernel="xcpp", language="c++")

    assert (reply["code"], reply["name"]) == ("no-kernel", "xcpp")
    assert "Runtime ▸ Change runtime type" in reply["message"]


async def test_a_name_that_is_no_name_is_that_of_no_kernel(agent, open_page):
    await agent.link()
    page = await open_page()

    assert (await page.ask("restart", kernel="\0" * 9 + "x" * 5000, language=["R"]))["code"] == "no-kernel"
