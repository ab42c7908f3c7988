"""Tables of data frames with pages, sorting and a filter."""

# mypy: disable-error-code="no-untyped-call"
# (IPython has types in places only)

import html
import json
from typing import Any

from IPython.core.getipython import get_ipython

MOST_ROWS, MOST_COLUMNS = 20_000, 20
SCRIPT = """
<script>(() => {
  const root = document.currentScript.previousElementSibling, data = JSON.parse(root.dataset.rows)
  let rows = data, page = 0, by = -1, down = false
  const size = Number(root.dataset.size), body = root.querySelector("tbody"), note = root.querySelector("output")
  const text = (value) => String(value ?? "")
  const isNumber = (value) => typeof value === "number"
  const compare = (a, b) => isNumber(a) && isNumber(b) ? a - b : text(a).localeCompare(text(b))
  const draw = () => {
    const last = Math.max(0, Math.ceil(rows.length / size) - 1)
    page = Math.min(Math.max(page, 0), last)
    body.replaceChildren(...rows.slice(page * size, (page + 1) * size).map((row) => {
      const line = document.createElement("tr")
      line.append(...row.map((value) => {
        const cell = document.createElement("td")
        cell.textContent = text(value)
        return cell
      }))
      return line
    }))
    note.value = `${rows.length ? page * size + 1 : 0}–${Math.min((page + 1) * size, rows.length)} / ${rows.length}`
  }
  root.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase()
    rows = data.filter((row) => row.some((value) => text(value).toLowerCase().includes(words)))
    page = 0; draw()
  })
  root.querySelectorAll("th button").forEach((button, index) => button.addEventListener("click", () => {
    down = by === index && !down; by = index
    rows = [...rows].sort((a, b) => compare(a[index], b[index]) * (down ? -1 : 1)); draw()
  }))
  root.querySelectorAll("nav button").forEach((button) => button.addEventListener("click", () => {
    page += Number(button.dataset.step); draw()
  }))
  draw()
})()</script>
"""
STYLE = (
    "<style>.colab-table{font:13px system-ui,sans-serif}.colab-table table{border-collapse:collapse}"
    ".colab-table td,.colab-table th{padding:3px 8px;border-bottom:1px solid #8884;text-align:left}"
    ".colab-table th button{font:inherit;font-weight:600;border:none;background:none;color:inherit;cursor:pointer}"
    ".colab-table nav{display:flex;gap:8px;align-items:center;margin:4px 0}</style>"
)


class DataTable:
    """A data frame as a table to look through."""

    def __init__(
        self,
        dataframe: Any,
        include_index: bool = True,
        num_rows_per_page: int = 25,
        max_rows: int = MOST_ROWS,
        max_columns: int = MOST_COLUMNS,
    ) -> None:
        self._dataframe = dataframe
        self._has_index, self._size = include_index, num_rows_per_page
        self._max_rows, self._max_columns = max_rows, max_columns

    def _repr_html_(self) -> str:
        frame = self._dataframe.iloc[: self._max_rows, : self._max_columns]
        if self._has_index:
            frame = frame.reset_index()
        names = [str(name) for name in frame.columns]
        rows = json.dumps(
            json.loads(frame.set_axis(names, axis=1).to_json(orient="split", default_handler=str))["data"]
        )
        heads = "".join(f'<th><button type="button">{html.escape(name)}</button></th>' for name in names)
        left_out = self._dataframe.shape[0] - len(frame)
        more = f" <small>(+{left_out})</small>" if left_out > 0 else ""
        step = '<button type="button" data-step="{}" aria-label="{}">{}</button>'
        back, on = step.format(-1, "Previous", "‹"), step.format(1, "Next", "›")
        bar = f'<nav><input type="search" aria-label="Filter"> {back} <output></output>{more} {on}</nav>'
        return (
            f'{STYLE}<div class="colab-table" data-size="{int(self._size)}" data-rows="{html.escape(rows)}">{bar}'
            f"<table><thead><tr>{heads}</tr></thead><tbody></tbody></table></div>{SCRIPT}"
        )


def enable_dataframe_formatter() -> None:
    """Show each data frame that a cell ends with as such a table."""
    import pandas

    _formatter().for_type(pandas.DataFrame, lambda frame: DataTable(frame)._repr_html_())


def disable_dataframe_formatter() -> None:
    """Show data frames as pandas does."""
    import pandas

    _formatter().pop(pandas.DataFrame, None)


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext google.colab.data_table`."""
    enable_dataframe_formatter()


def unload_ipython_extension(ipython: Any) -> None:
    disable_dataframe_formatter()


def _formatter() -> Any:
    shell: Any = get_ipython()
    if shell is None:
        raise RuntimeError("There is no notebook here.")
    return shell.display_formatter.formatters["text/html"]
