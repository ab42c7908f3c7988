"""Widgets in a real browser: they talk to the kernel of whoever ran them, and are seen by everybody afterwards."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_main_path import cell, status, write
from tests.e2e.test_outputs import code, display, notebook_file

pytestmark = pytest.mark.e2e

SLIDER = """import ipywidgets as widgets
slider = widgets.IntSlider(value=3, max=100, description='Size')
area = widgets.Output()
def grow(change):
    with area:
        area.clear_output(wait=True)
        print('twice is', change.new * 2)
slider.observe(grow, 'value')
display(slider, area)
"""


def inside(page: Page, number: int = 1) -> FrameLocator:
    return cell(page, number).frame_locator("iframe")


def handle(page: Page) -> Locator:
    return inside(page).locator(".noUi-handle")


def run(page: Page, code: str) -> None:
    write(page, 1, code)
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1)).to_have_attribute("data-state", "done", timeout=60_000)


def drag(page: Page, pixels: int) -> None:
    handle(page).scroll_into_view_if_needed()
    box = handle(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(box["x"] + box["width"] / 2 + pixels * step / 10, box["y"] + box["height"] / 2)
    page.mouse.up()


def test_a_dragged_slider_changes_what_python_prints_and_stays_without_a_kernel(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook()
    page = ada.open(notebook)
    run(page, SLIDER)
    expect(inside(page).get_by_text("Size")).to_be_visible(timeout=20_000)
    drag(page, 60)
    readout = inside(page).locator(".widget-readout")
    expect(readout).not_to_have_text("3")
    value = int(readout.inner_text())
    expect(inside(page).get_by_text(f"twice is {value * 2}")).to_be_visible()

    expect(status(page, "Save state")).to_have_text("All changes saved")
    page.reload()  # the kernel lives on, and this page has heard nothing of its widgets
    expect(inside(page).locator(".widget-readout")).to_have_text(str(value))
    expect(inside(page).get_by_text(f"twice is {value * 2}")).to_be_visible()
    drag(page, 30)
    expect(inside(page).locator(".widget-readout")).not_to_have_text(str(value))
    value = int(inside(page).locator(".widget-readout").inner_text())
    expect(inside(page).get_by_text(f"twice is {value * 2}")).to_be_visible()

    page.wait_for_timeout(2_500)  # until the state is kept
    expect(status(page, "Save state")).to_have_text("All changes saved")
    choose(page, "Runtime", "Disconnect and delete runtime")
    expect(status(page, "Runtime")).not_to_have_text(re.compile("Connected"))
    page.reload()
    expect(inside(page).locator(".widget-readout")).to_have_text(str(value))
    expect(inside(page).get_by_text(f"twice is {value * 2}")).to_be_visible()


def test_the_widgets_of_somebody_else_reach_no_kernel(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    hers = ada.open(notebook)
    run(hers, SLIDER)
    expect(inside(hers).locator(".widget-readout")).to_have_text("3", timeout=20_000)
    hers.wait_for_timeout(2_500)  # until the state is kept
    his = bob.open(notebook)
    sent: list[str] = []
    his.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    his.reload()
    expect(inside(his).locator(".widget-readout")).to_have_text("3", timeout=20_000)
    drag(his, 60)
    expect(inside(his).locator(".widget-readout")).not_to_have_text("3")  # it is his to look at
    his.wait_for_timeout(500)
    assert sent and not any("comm_" in frame for frame in sent)
    expect(inside(hers).locator(".widget-readout")).to_have_text("3")


PLOTLY = {"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 3]}], "layout": {"title": {"text": "Bars of Plotly"}}}
VEGA = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "title": "Points of Vega",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 4}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


def test_charts_are_drawn_from_our_own_origin(sign_in: SignIn, tmp_path: Path) -> None:
    ada = sign_in("ada@example.org")
    kinds = {"application/vnd.plotly.v1+json": PLOTLY, "application/vnd.vegalite.v5+json": VEGA}
    notebook = ada.new_notebook(notebook_file(tmp_path, *(code(display(kind, value)) for kind, value in kinds.items())))
    page = ada.page()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if request.url.startswith("https:") else None)
    page.goto(f"{ada.platform.address}/notebooks/{notebook}")
    expect(inside(page).get_by_text("Bars of Plotly")).to_be_visible(timeout=30_000)
    expect(inside(page).locator(".bars path").first).to_be_visible()
    cell(page, 2).scroll_into_view_if_needed()
    expect(inside(page, 2).locator("canvas, svg").first).to_be_visible(timeout=30_000)
    expect(inside(page, 2).locator(".script-error")).to_have_count(0)
    assert not elsewhere


def test_only_the_chosen_tab_is_seen(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    run(page, "import ipywidgets as w\nw.Tab([w.Label('first side'), w.Label('second side')], titles=['One', 'Two'])")
    expect(inside(page).get_by_text("first side")).to_be_visible(timeout=20_000)
    expect(inside(page).get_by_text("second side")).to_be_hidden()
    inside(page).get_by_text("Two", exact=True).click()
    expect(inside(page).get_by_text("second side")).to_be_visible()
    expect(inside(page).get_by_text("first side")).to_be_hidden()


def test_a_field_is_whole_on_a_narrow_screen(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    run(page, "import ipywidgets as w\nw.Tab([w.Text(value='Ada', description='Name')], titles=['One'])")
    page.set_viewport_size({"width": 390, "height": 900})
    field, around = inside(page).locator("input[type=text]"), inside(page).locator(".widget-tab-contents")
    expect(field).to_be_visible(timeout=20_000)
    page.wait_for_timeout(300)  # until it is laid out anew
    inner, outer = field.bounding_box(), around.bounding_box()
    assert inner and outer
    assert inner["x"] + inner["width"] < outer["x"] + outer["width"] - 10  # the padding of the tab's side
