"""Opening a notebook: from the address to a first cell that can be typed into, with what it fetches."""

import json
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.figures import Figure
from benchmarks.peer import TOKEN, Peer
from tests.clients import Caller
from tests.running import RunningPlatform

TIMES = 5
SCROLL = """async () => {
    const times = []
    let last = performance.now()
    for (let frame = 0; frame < 120; frame++) {
        for (const area of document.querySelectorAll("[role=region], [role=region] *")) area.scrollTop += 40
        scrollBy(0, 40)
        await new Promise(requestAnimationFrame)
        times.push(performance.now() - last)
        last = performance.now()
    }
    return times
}"""
CHROMIUM = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
OURS = "[data-cell-id] .cm-content[contenteditable=true]"
THEIRS = ".jp-Notebook .jp-Cell .cm-content[contenteditable=true]"


def notebook_file(cells: int) -> Path:
    """A notebook of `cells` code cells with text outputs."""
    made = [
        {
            "id": f"cell{number}",
            "cell_type": "code",
            "source": f"total = 0\nfor step in range({number}):\n    total += step\nprint(total)",
            "metadata": {},
            "execution_count": number,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": f"{number * (number - 1) // 2}\n" * 5}],
        }
        for number in range(1, cells + 1)
    ]
    path = Path(tempfile.mkdtemp(prefix="tomoni-bench-")) / f"cells{cells}.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": made}))
    return path


def measure(platform: RunningPlatform, caller: Caller, peer: Peer) -> list[Figure]:
    figures: list[Figure] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for cells in (20, 500):
            file = notebook_file(cells)
            ours = str(platform.testctl("notebook", caller.email, "--file", str(file))["id"])
            (Path(peer.folder) / file.name).write_bytes(file.read_bytes())
            figures += _both(browser, platform, caller, peer, ours, file.name, cells)
        figures.append(scrolling(browser, platform, caller))
        browser.close()
    return figures


def _both(
    browser: Browser, platform: RunningPlatform, caller: Caller, peer: Peer, ours: str, theirs: str, cells: int
) -> list[Figure]:
    name, value = caller.cookie.split("=", 1)
    cookie = {"name": name, "value": value, "url": platform.address}
    mine = f"{platform.address}/notebooks/{ours}"
    its = f"http://127.0.0.1:{peer.port}/notebooks/{theirs}?token={TOKEN}"
    samples: dict[str, list[float]] = {
        key: [] for key in ("cold", "warm", "cold peer", "warm peer", "bytes", "requests")
    }
    for _ in range(TIMES):
        with browser.new_context() as context:
            context.add_cookies([cookie])  # type: ignore[list-item]
            cold, size, requests = open_page(context, mine, OURS)
            samples["cold"].append(cold)
            samples["bytes"].append(size / 1000)
            samples["requests"].append(requests)
            samples["warm"].append(open_page(context, mine, OURS)[0])
        with browser.new_context() as context:
            samples["cold peer"].append(open_page(context, its, THEIRS)[0])
            samples["warm peer"].append(open_page(context, its, THEIRS)[0])
    opened = f"Open {cells} cells to an editable first cell"
    return [
        Figure(f"{opened}, cold cache", "ms", samples["cold"], {"Notebook 7": samples["cold peer"]}),
        Figure(f"{opened}, warm cache", "ms", samples["warm"], {"Notebook 7": samples["warm peer"]}),
        Figure(f"{opened}: transferred before it", "kB", samples["bytes"]),
        Figure(f"{opened}: requests before it", "", samples["requests"]),
    ]


def open_page(context: BrowserContext, address: str, editor: str) -> tuple[float, float, float]:
    """Milliseconds to an editable first cell, bytes on the wire and requests until then."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(editor).first.wait_for(state="visible", timeout=60_000)
    took = (time.perf_counter() - begun) * 1000
    figures = (took, sum(sizes), float(len(sizes)))
    page.close()
    return figures


def scrolling(browser: Browser, platform: RunningPlatform, caller: Caller) -> Figure:
    """How long a frame takes while a cell that printed a million lines is scrolled."""
    name, value = caller.cookie.split("=", 1)
    notebook = platform.testctl("notebook", caller.email)["id"]
    with browser.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": platform.address}])
        page = context.new_page()
        page.goto(f"{platform.address}/notebooks/{notebook}")
        page.locator(OURS).first.click()
        page.keyboard.insert_text("for number in range(10**6): print(number)")
        page.keyboard.press("Control+Enter")
        page.locator("[data-testid=cell][data-state=done]").wait_for(timeout=120_000)
        return Figure("A frame while scrolling past a million lines", "ms", page.evaluate(SCROLL))
