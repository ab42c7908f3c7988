"""Widgets whose programs come with them (anywidget), or with a package in the machine; plots of Bokeh."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn, choose
from tests.e2e.test_main_path import cell, status
from tests.e2e.test_output_actions import region
from tests.e2e.test_outputs import code, notebook_file
from tests.e2e.test_widgets import inside, run

pytestmark = pytest.mark.e2e

# What `class Counter(anywidget.AnyWidget)` makes, without the package.
COUNTER = """import ipywidgets, traitlets
class Counter(ipywidgets.DOMWidget):
    _model_name = traitlets.Unicode('AnyModel').tag(sync=True)
    _model_module = traitlets.Unicode('anywidget').tag(sync=True)
    _model_module_version = traitlets.Unicode('~0.11.*').tag(sync=True)
    _view_name = traitlets.Unicode('AnyView').tag(sync=True)
    _view_module = traitlets.Unicode('anywidget').tag(sync=True)
    _view_module_version = traitlets.Unicode('~0.11.*').tag(sync=True)
    _anywidget_id = traitlets.Unicode('test.Counter').tag(sync=True)
    _css = traitlets.Unicode('button.counted { color: rgb(1, 2, 3) }').tag(sync=True)
    _esm = traitlets.Unicode('''export default { render({ model, el }) {
        const button = document.createElement('button')
        button.className = 'counted'
        const draw = () => { button.textContent = 'pressed ' + model.get('value') }
        button.onclick = () => { model.set('value', model.get('value') + 1); model.save_changes() }
        model.on('change:value', draw); draw(); el.append(button)
    } }''').tag(sync=True)
    value = traitlets.Int(0).tag(sync=True)
counter = Counter(); counter.observe(lambda change: echo.set_trait('value', f'python {change.new}'), 'value')
echo = ipywidgets.Label('')
display(counter, echo)"""

OWN = """import os, ipywidgets, traitlets
place = os.path.expanduser('~/.local/share/jupyter/nbextensions/my-widget')
os.makedirs(place, exist_ok=True)
open(place + '/index.js', 'w').write('''define(['@jupyter-widgets/base'], (base) => ({
    MyModel: base.DOMWidgetModel,
    MyView: class extends base.DOMWidgetView { render() { this.el.textContent = 'own ' + this.model.get('value') } } }))
//''' + '🦉' * 120_000)
class Mine(ipywidgets.DOMWidget):
    _model_name = traitlets.Unicode('MyModel').tag(sync=True)
    _model_module = traitlets.Unicode('my-widget').tag(sync=True)
    _view_name = traitlets.Unicode('MyView').tag(sync=True)
    _view_module = traitlets.Unicode('my-widget').tag(sync=True)
    value = traitlets.Unicode('program').tag(sync=True)
Mine()"""

LARGE = """import ipywidgets, traitlets
class Large(ipywidgets.Label):
    data = traitlets.Bytes(b'').tag(sync=True)
large = Large(value='large'); display(large)
large.data = bytes(6_000_000)"""


def test_an_anywidget_counts_and_is_seen_without_a_kernel(sign_in: SignIn) -> None:
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    run(page, COUNTER)
    button = inside(page).get_by_role("button", name=re.compile("pressed"))
    expect(button).to_have_text("pressed 0", timeout=30_000)
    expect(button).to_have_css("color", "rgb(1, 2, 3)")
    button.click()
    expect(inside(page).get_by_text("python 1")).to_be_visible()
    expect(button).to_have_text("pressed 1")
    page.wait_for_timeout(2_500)  # until the state is kept
    expect(status(page, "Save state")).to_have_text("All changes saved")
    choose(page, "Runtime", "Disconnect and delete runtime")
    expect(status(page, "Runtime")).not_to_have_text(re.compile("Connected"))
    page.reload()
    expect(button).to_have_text("pressed 1", timeout=30_000)


def test_a_packages_own_program_comes_from_the_machine(sign_in: SignIn) -> None:
    ada, bob = sign_in("ada@example.org"), sign_in("bob@example.org")
    notebook = ada.new_notebook()
    ada.platform.testctl("share", notebook, bob.email, "editor")
    page = ada.open(notebook)
    run(page, OWN)
    expect(inside(page).get_by_text("own program")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(2_500)  # until the state is kept
    expect(status(page, "Save state")).to_have_text("All changes saved")
    his = bob.open(notebook)
    expect(inside(his).get_by_text("on a machine that has its package: my-widget")).to_be_visible(timeout=30_000)


def test_what_is_too_much_for_a_widget_is_said(sign_in: SignIn) -> None:
    page = (ada := sign_in("ada@example.org")).open(ada.new_notebook())
    run(page, LARGE)
    expect(page.get_by_text(re.compile("A widget wanted to show 6 MB at once"))).to_be_visible(timeout=30_000)


def test_a_plot_of_bokeh_is_drawn_by_our_own_copy(sign_in: SignIn, tmp_path: Path) -> None:
    document = json.loads((Path(__file__).parent / "bokeh.json").read_text())
    ada = sign_in("ada@example.org")
    notebook = ada.new_notebook(notebook_file(tmp_path, code(*document)))
    page = ada.page()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if request.url.startswith("https:") else None)
    page.goto(f"{ada.platform.address}/notebooks/{notebook}")
    expect(inside(page).locator("canvas").first).to_be_visible(timeout=60_000)
    expect(inside(page).locator(".script-error")).to_have_count(0)
    assert not elsewhere


def test_scripts_that_never_end_are_stopped_by_a_press(sign_in: SignIn, tmp_path: Path) -> None:
    script = "<p>busy</p><script>setTimeout(() => { for (;;); }, 1_000)</script>"
    endless = {"output_type": "display_data", "data": {"text/html": script}, "metadata": {}}
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook(notebook_file(tmp_path, code(endless))))
    region(page).get_by_role("button", name="Stop them").click(timeout=60_000)
    expect(region(page).get_by_text("The scripts of this output were stopped.")).to_be_visible()
    cell(page, 1).get_by_role("textbox").click()
    page.keyboard.type("alive")
    expect(cell(page, 1).get_by_role("textbox")).to_contain_text("alive")
