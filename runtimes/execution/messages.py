"""Everything that an agent or a page may say, parsed once at the border. Pure: data in, values out."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runtimes.machines.kernels import ANY, KernelWish

CELL = 200
BATCH = 64
KIND = 50
KERNEL = 100
COMMS = frozenset({"comm_open", "comm_msg", "comm_close"})
PAGE_MESSAGE = re.compile(r"page-[0-9a-f-]{36}")
KERNEL_STATES = frozenset({"starting", "idle", "busy", "dead"})
STATUSES = frozenset({"ok", "error", "aborted"})


class BadFrame(Exception):
    """A frame that is not as docs/protocol.md has it; the text says what is wrong."""


class UnknownType(Exception):
    """A frame of a type that nobody knows; the text is its name."""


def read_json(text: str) -> dict[str, Any]:
    """The object in `text`; raises BadFrame."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("This is not JSON, or it is nested too deeply.") from None
    if not isinstance(frame, dict):
        raise BadFrame("A frame is a JSON object.")
    return frame


# --- what an agent says -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    boot: str
    session: str
    kernel: str
    kernelspec: str


@dataclass(frozen=True, slots=True)
class Part:
    more: bool
    data: str


@dataclass(frozen=True, slots=True)
class KernelMessage:
    """A message of the kernel; `execution` is the one it belongs to, as far as the agent knows."""

    execution: UUID | None
    kind: str
    content: dict[str, Any]
    metadata: dict[str, Any]
    buffers: list[str]
    parent: str = ""  # id of the message that the kernel was dealing with


@dataclass(frozen=True, slots=True)
class KernelNews:
    state: str
    session: str
    reason: str
    cause: str
    kernelspec: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    execution: UUID


@dataclass(frozen=True, slots=True)
class Finished:
    execution: UUID
    status: str
    count: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    ok: bool
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resources:
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Pong:
    pass


AgentFrame = Part | KernelMessage | KernelNews | Accepted | Finished | Reply | Resources | Pong


def read_hello(frame: dict[str, Any]) -> Hello:
    match frame:
        case {"type": "hello", "protocol": 1, "boot": str(boot), "session": str(session), "kernel": str(kernel)}:
            if kernel in KERNEL_STATES:
                return Hello(_name(boot), _name(session), kernel, _kernelspec(frame) or "python3")
    raise BadFrame("The first frame is a hello of protocol 1.")


def read_agent_frame(frame: dict[str, Any]) -> AgentFrame:
    match frame:
        case {"type": "message", "execution": str() | None as execution, "message": dict(message)}:
            return _read_message(execution, message)
        case {"type": "accepted", "execution": str(execution)}:
            return Accepted(_uuid(execution))
        case {"type": "finished", "execution": str(execution), "status": str(status)} if status in STATUSES:
            return Finished(_uuid(execution), status, _count(frame.get("count")), _sentence(frame.get("reason")))
        case {"type": "kernel", "state": str(state), "session": str(session)} if state in KERNEL_STATES:
            cause = frame.get("cause")
            reason = _sentence(frame.get("reason"))
            return KernelNews(
                state, _name(session), reason, cause if isinstance(cause, str) else "", _kernelspec(frame)
            )
        case {"type": "reply", "id": str(id_), "ok": bool(ok)}:
            value = frame.get("value")
            return Reply(id_, ok, value if isinstance(value, dict) else {})
        case {"type": "part", "more": bool(more), "data": str(data)}:
            return Part(more, data)
        case {"type": "resources"}:
            return Resources({key: value for key, value in frame.items() if isinstance(value, int)})
        case {"type": "pong"}:
            return Pong()
    raise BadFrame(f"No frame of an agent is like this one of the type {frame.get('type')!r:.60}.")


def _read_message(execution: str | None, message: dict[str, Any]) -> KernelMessage:
    match message:
        case {"header": {"msg_type": str(kind)}, "content": dict(content)}:
            metadata, buffers = message.get("metadata"), message.get("buffers")
            return KernelMessage(
                _uuid(execution) if execution is not None else None,
                kind,
                content,
                metadata if isinstance(metadata, dict) else {},
                [buffer for buffer in buffers if isinstance(buffer, str)] if isinstance(buffers, list) else [],
                _parent(message.get("parent_header")),
            )
    raise BadFrame("A kernel's message has a header with msg_type, and a content.")


# --- what a page says ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Connect:
    kind: str = ""
    """The short name of the type of runtime that the notebook asks for."""
    kernel: KernelWish = ANY


@dataclass(frozen=True, slots=True)
class Run:
    execution: UUID
    code: str
    cell: str
    batch: str
    is_kept: bool = True
    is_scratch: bool = False
    kind: str = ""
    kernel: KernelWish = ANY


@dataclass(frozen=True, slots=True)
class Stay:
    pass


@dataclass(frozen=True, slots=True)
class Interrupt:
    pass


@dataclass(frozen=True, slots=True)
class Restart:
    kernel: KernelWish = ANY


@dataclass(frozen=True, slots=True)
class Reset:
    pass


@dataclass(frozen=True, slots=True)
class Complete:
    code: str
    cursor: int


@dataclass(frozen=True, slots=True)
class Inspect:
    code: str
    cursor: int
    detail: int


@dataclass(frozen=True, slots=True)
class InputReply:
    execution: UUID
    value: str


@dataclass(frozen=True, slots=True)
class Comm:
    kind: str
    content: dict[str, Any]
    metadata: dict[str, Any]
    buffers: list[str]
    message: str  # how the page names it, or ""


@dataclass(frozen=True, slots=True)
class Variables:
    """What variables there are, or a page of rows of one of them."""

    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """Something for the machine beside its kernel, as the agent takes it: its files, its terminals."""

    order: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenStream:
    what: dict[str, Any]


Request = Connect | Run | Stay | Interrupt | Restart | Reset | Complete | Inspect | InputReply | Comm | Tool | Variables
PLAIN: dict[str, type[Stay | Interrupt | Reset]] = {
    "stay": Stay,
    "interrupt": Interrupt,
    "reset": Reset,
}
REQUESTS = frozenset(
    {
        *PLAIN,
        "connect",
        "restart",
        "run",
        "complete",
        "inspect",
        "input_reply",
        "files",
        "terminals",
        "variables",
        *COMMS,
    }
)
VARIABLES_WORDS = ("do", "name", "frame", "start", "count", "column", "descending", "search", "filters")
TOOL_WORDS = ("type", "do", "path", "to", "kind", "terminal")
STREAM_WORDS = ("kind", "path", "upload", "terminal")
STREAMS = frozenset({"write", "terminal", "language"})


def read_open(frame: dict[str, Any]) -> OpenStream:
    """What a page wants a stream for; raises BadFrame."""
    match frame:
        case {"type": "open", "kind": str(kind)} if kind in STREAMS:
            return OpenStream({name: frame[name] for name in STREAM_WORDS if isinstance(frame.get(name), str)})
    raise BadFrame("The first frame says what is to be opened: write, terminal, or language.")


def read_request(frame: dict[str, Any]) -> Request:
    """What a page asks; raises UnknownType or BadFrame."""
    match frame:
        case {"type": str(kind)} if kind in PLAIN:
            return PLAIN[kind]()
        case {"type": "connect"}:
            return Connect(_short(frame.get("kind", ""), KIND), _kernel_wish(frame))
        case {"type": "restart"}:
            return Restart(_kernel_wish(frame))
        case {"type": "run", "execution": str(execution), "code": str(code)}:
            cell, batch = frame.get("cell", ""), frame.get("batch") or ""
            kind = _short(frame.get("kind", ""), KIND)
            return Run(
                _uuid(execution),
                code,
                _short(cell, CELL),
                _short(batch, BATCH),
                is_kept=frame.get("keep") is not False,
                is_scratch=frame.get("scratch") is True,
                kind=kind,
                kernel=_kernel_wish(frame),
            )
        case {"type": "complete", "code": str(code), "cursor": int(cursor)}:
            return Complete(code, cursor)
        case {"type": "inspect", "code": str(code), "cursor": int(cursor)}:
            return Inspect(code, cursor, 1 if frame.get("detail") == 1 else 0)
        case {"type": "input_reply", "execution": str(execution), "value": str(value)}:
            return InputReply(_uuid(execution), value)
        case {"type": str(kind), "comm": str(comm)} if kind in COMMS:
            return _read_comm(kind, comm, frame)
        case {"type": "files", "do": str(), "path": str()} | {"type": "terminals", "do": str()}:
            return Tool({name: frame[name] for name in TOOL_WORDS if isinstance(frame.get(name), str)})
        case (
            {"type": "variables", "do": "list"}
            | {"type": "variables", "do": "table" | "csv" | "module", "name": str()}
            | {"type": "variables", "do": "table" | "csv", "frame": str()}
        ):
            return Variables({name: frame[name] for name in VARIABLES_WORDS if name in frame})
        case {"type": str(kind)} if kind in REQUESTS:
            raise BadFrame(f"The frame {kind} lacks something, or a value in it has the wrong type.")
    raise UnknownType(str(frame.get("type"))[:60])


def _read_comm(kind: str, comm: str, frame: dict[str, Any]) -> Comm:
    data, metadata, buffers = frame.get("data", {}), frame.get("metadata", {}), frame.get("buffers", [])
    if not (isinstance(data, dict) and isinstance(metadata, dict) and isinstance(buffers, list)):
        raise BadFrame(f"The frame {kind} lacks something, or a value in it has the wrong type.")
    content: dict[str, Any] = {"comm_id": comm, "data": data}
    if kind == "comm_open":
        content["target_name"] = str(frame.get("target", ""))
    message = frame.get("message", "")
    if not isinstance(message, str) or (message and not PAGE_MESSAGE.fullmatch(message)):
        raise BadFrame("A page names its message page-, and a UUID.")
    return Comm(kind, content, metadata, [buffer for buffer in buffers if isinstance(buffer, str)], message)


def _parent(header: Any) -> str:
    name = header.get("msg_id") if isinstance(header, dict) else None
    return name if isinstance(name, str) else ""


# --- values -------------------------------------------------------------------------------------------------------


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadFrame("An execution is named by a UUID.") from None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None


def _name(text: str) -> str:
    """A name that fits its column."""
    return _plain(text)[:64]


def _short(value: Any, length: int) -> str:
    if not isinstance(value, str) or len(value) > length:
        raise BadFrame(f"Names of cells and batches are texts of at most {length} characters.")
    return _plain(value)


def _kernelspec(frame: dict[str, Any]) -> str:
    name = frame.get("kernelspec")
    return _plain(name)[:KERNEL] if isinstance(name, str) else ""


def _kernel_wish(frame: dict[str, Any]) -> KernelWish:
    """What the notebook says, which anybody may have written: what is too long is the name of no kernel."""
    name, language = (frame.get(key) for key in ("kernel", "language"))
    return KernelWish(*(_plain(text)[:KERNEL] if isinstance(text, str) else "" for text in (name, language)))


def _sentence(value: Any) -> str:
    return _plain(value)[:2000] if isinstance(value, str) else ""


def _plain(text: str) -> str:
    """Text that PostgreSQL takes: without NUL and lone surrogates."""
    return text.replace("\0", "").encode(errors="replace").decode()
