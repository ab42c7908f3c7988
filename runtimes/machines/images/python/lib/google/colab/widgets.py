"""Places for outputs: cells of a grid, and tabs. They are drawn anew each time that something has been put into one."""

# mypy: disable-error-code="no-untyped-call"
# (IPython has types in places only)

import contextlib
import html
import uuid
from collections.abc import Iterator, Sequence

from IPython.display import HTML, DisplayHandle, display

from ._bundles import Caught, catching


class _Places:
    """Several places in one output."""

    def __init__(self, count: int) -> None:
        self._caught = [Caught() for _ in range(count)]
        self._handle: DisplayHandle | None = None

    def _draw(self) -> None:
        drawn = HTML(self._html())
        if self._handle is None:
            self._handle = display(drawn, display_id=True)
        else:
            self._handle.update(drawn)

    def _html(self) -> str:
        raise NotImplementedError

    @contextlib.contextmanager
    def _put_into(self, place: int) -> Iterator[None]:
        try:
            with catching(lambda captured: self._caught[place].add(captured)):
                yield
        finally:
            self._draw()

    def clear_cell(self, *_: object) -> None:
        """Empty every place."""
        self._caught = [Caught() for _ in self._caught]
        self._draw()


class Grid(_Places):
    """Rows and columns: `with grid.output_to(row, column): …`."""

    def __init__(
        self,
        rows: int,
        columns: int,
        header_row: bool = False,
        header_column: bool = False,
        style: str = "",
    ) -> None:
        super().__init__(rows * columns)
        self.rows, self.columns = rows, columns
        self._header_row, self._header_column, self._style = header_row, header_column, style
        self._draw()

    def output_to(self, row: int, col: int) -> contextlib.AbstractContextManager[None]:
        if not (0 <= row < self.rows and 0 <= col < self.columns):
            raise IndexError(f"The grid has {self.rows} rows and {self.columns} columns.")
        return self._put_into(row * self.columns + col)

    def _html(self) -> str:
        rows = "".join(
            "<tr>" + "".join(self._cell(row, column) for column in range(self.columns)) + "</tr>"
            for row in range(self.rows)
        )
        return f'<table style="border-collapse:collapse;{html.escape(self._style)}">{rows}</table>'

    def _cell(self, row: int, column: int) -> str:
        is_header = (self._header_row and row == 0) or (self._header_column and column == 0)
        name = "th" if is_header else "td"
        inside = self._caught[row * self.columns + column].html()
        return f'<{name} style="padding:4px 8px;text-align:left;vertical-align:top">{inside}</{name}>'


class TabBar(_Places):
    """Tabs: `with tabs.output_to(0): …`, by number or by title."""

    def __init__(self, tab_names: Sequence[str], location: str = "top") -> None:
        super().__init__(len(tab_names))
        if location not in {"top", "bottom", "start", "end"}:
            raise ValueError("location is top, bottom, start or end")
        self.tab_names, self._location = list(tab_names), location
        self._name = f"tabs-{uuid.uuid4().hex[:8]}"
        self._draw()

    def output_to(self, tab: int | str, select: bool = True) -> contextlib.AbstractContextManager[None]:
        place = self.tab_names.index(tab) if isinstance(tab, str) else tab
        if not 0 <= place < len(self.tab_names):
            raise IndexError(f"There are {len(self.tab_names)} tabs.")
        if select:
            self._chosen = place
        return self._put_into(place)

    _chosen = 0

    def _html(self) -> str:
        direction = {"top": "column", "bottom": "column-reverse", "start": "row", "end": "row-reverse"}[self._location]
        bar = "row" if self._location in {"top", "bottom"} else "column"
        rules, inputs, labels, panels = "", "", "", ""
        for number, title in enumerate(self.tab_names):
            own = f"{self._name}-{number}"
            checked = " checked" if number == self._chosen else ""
            inputs += (
                f'<input type="radio" id="{own}" name="{self._name}"{checked} style="position:absolute;opacity:0">'
            )
            labels += f'<label for="{own}">{html.escape(title)}</label>'
            panels += f'<section class="{own}">{self._caught[number].html()}</section>'
            rules += f"#{own}:checked~.panels .{own}{{display:block}}"
            rules += f"#{own}:checked~.bar label[for={own}]{{border-color:#1a73e8;font-weight:600}}"
            rules += f"#{own}:focus-visible~.bar label[for={own}]{{outline:2px solid #1a73e8}}"
        whole = f".{self._name}"
        rules = (
            f"{whole}{{display:flex;flex-direction:{direction}}}{whole} .panels>section{{display:none}}"
            f"{whole} .bar{{display:flex;flex-direction:{bar}}}"
            f"{whole} label{{padding:4px 12px;border-bottom:2px solid transparent;cursor:pointer}}{rules}"
        )
        body = f'<div class="bar">{labels}</div><div class="panels">{panels}</div>'
        return f'<style>{rules}</style><div class="{self._name}">{inputs}{body}</div>'
