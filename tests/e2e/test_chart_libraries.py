"""The libraries that people draw with, as the image has them: their charts are drawn, and nothing comes from a CDN."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SignIn
from tests.e2e.test_widgets import inside, run

pytestmark = pytest.mark.e2e

PLOTLY = "import plotly.express as px\npx.bar(x=['a', 'b'], y=[1, 3], title='Plotly の棒グラフ').show()"
ALTAIR = """
import altair, pandas
altair.Chart(pandas.DataFrame({'x': [1, 2], 'y': [2, 4]}), title='Altair の点').mark_point().encode(x='x', y='y')
"""
BOKEH = """
from bokeh.plotting import figure, output_notebook, show
output_notebook(hide_banner=True)
plot = figure(title='Bokeh', width=300, height=200)
plot.line([1, 2, 3], [1, 3, 2])
show(plot)
"""
# What each draws, and the words in it; Bokeh writes its title on a canvas.
LIBRARIES = {
    "plotly": (PLOTLY, ".bars path", "Plotly の棒グラフ"),
    "altair": (ALTAIR, "canvas, svg.marks", ""),
    "bokeh": (BOKEH, ".bk-Figure", ""),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_its_charts_are_drawn_and_nothing_is_fetched_from_elsewhere(sign_in: SignIn, library: str) -> None:
    source, drawn, words = LIBRARIES[library]
    ada = sign_in("ada@example.org")
    page = ada.open(ada.new_notebook())
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if request.url.startswith("https:") else None)
    run(page, source)
    expect(inside(page).locator(drawn).first).to_be_visible(timeout=30_000)
    if words:
        expect(inside(page).get_by_text(words)).to_be_visible()
    expect(inside(page).locator(".script-error")).to_have_count(0)
    assert not elsewhere
