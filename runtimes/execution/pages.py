"""What a machine's owner is told beside results: its state, questions, resources, widgets."""

from typing import Any
from uuid import UUID

from runtimes.execution.hints import hints
from runtimes.execution.models import Execution
from runtimes.execution.packing import unpack


def page_group(runtime: UUID) -> str:
    """The group of hints for the pages of a runtime's owner."""
    return f"runtime-page.{runtime}"


def tell_pages(runtime: UUID, frame: dict[str, Any]) -> None:
    """Send the owner's pages this frame."""
    hints().tell(page_group(runtime), {"frame": frame})


def tell_kernel(runtime: UUID, kernel: dict[str, Any]) -> None:
    """Tell the owner's pages that the link stands, and how the kernel is."""
    hints().tell(page_group(runtime), {"link": True, "kernel": kernel})


def tell_unlinked(runtime: UUID) -> None:
    hints().tell(page_group(runtime), {"link": False})


def input_request(row: Execution) -> dict[str, Any]:
    """The frame that shows pages what `row` asks."""
    return {"type": "input_request", "execution": str(row.pk), **unpack(row.prompt or b"")}
