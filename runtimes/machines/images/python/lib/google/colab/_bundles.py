"""What code displays, caught and written as HTML: for grids and tabs, which put several outputs side by side."""

# mypy: disable-error-code="no-untyped-call"
# (IPython has types in places only)

import contextlib
import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class Caught:
    """All that was printed and displayed in a place."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def add(self, captured: Any) -> None:
        if captured.stdout:
            self.parts.append(f"<pre>{html.escape(captured.stdout)}</pre>")
        if captured.stderr:
            self.parts.append(f"<pre style='color:#b00020'>{html.escape(captured.stderr)}</pre>")
        self.parts += [as_html(output.data) for output in captured.outputs]

    def html(self) -> str:
        return "".join(self.parts)


def as_html(data: dict[str, Any]) -> str:
    """The richest of a bundle's forms that HTML can hold."""
    if "text/html" in data:
        return _text(data["text/html"])
    if "application/javascript" in data:
        script = _text(data["application/javascript"]).replace("</", "<\\/")
        return f"<script>{script}</script>"
    if "image/svg+xml" in data:
        return _text(data["image/svg+xml"])
    for kind in PICTURES:
        if kind in data:
            return f'<img src="data:{kind};base64,{_text(data[kind]).strip()}" alt="">'
    return f"<pre>{html.escape(_text(data.get('text/plain', '')))}</pre>"


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


@contextlib.contextmanager
def catching(keep: Callable[[Any], None]) -> Iterator[None]:
    """Hand `keep` what is displayed inside, also where the code fails; figures still to be shown belong to it too."""
    captured = None
    try:
        with capture_output() as captured:
            try:
                yield
            finally:
                _flush_figures()
    finally:
        if captured is not None:
            keep(captured)


def _flush_figures() -> None:
    """Show figures of Matplotlib now that would be shown at the end of the cell."""
    if InteractiveShell.initialized():
        try:
            from matplotlib_inline.backend_inline import flush_figures as flush
        except ImportError:
            return
        flush()
