"""The one ASGI application, served by uvicorn or Daphne.

A request that came in over a unix socket came from a box, and a box may only dial its agent link and make the few calls
of `runtimes.execution.box_calls`: whatever else it asks for is answered as if it did not exist.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.refusals import refuse_unsafe_settings  # noqa: E402
from config.unavailable import SocketsAnswered  # noqa: E402
from notebooks.documents.uploads import BodyLimit  # noqa: E402
from runtimes.execution.box_calls import PATH as BOX_CALLS  # noqa: E402
from runtimes.execution.box_calls import BoxCalls  # noqa: E402

refuse_unsafe_settings()

from config import routing  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

boxes = BoxCalls()
http = BodyLimit(get_asgi_application())
agents, browsers = SocketsAnswered(routing.agents), SocketsAnswered(routing.browsers)


async def sockets(scope: Scope, receive: Receive, send: Send) -> None:
    """Route a WebSocket: the agent link has its own door, with no cookie and no origin."""
    if scope["path"] == routing.AGENT_PATH or scope["path"].startswith(routing.STREAM_PATH):
        await agents(scope, receive, send)
    elif came_from_a_box(scope):
        await send({"type": "websocket.close", "code": 4404})
    else:
        await browsers(scope, receive, send)


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    # Boxes of other hosts call over the network; their token decides, as it does at the agent link.
    if came_from_a_box(scope) or scope["path"] == BOX_CALLS:
        await boxes(scope, receive, send)
    else:
        await http(scope, receive, send)


def came_from_a_box(scope: Scope) -> bool:
    """True for a connection over the unix socket that boxes see: servers give no port for it."""
    server = scope.get("server")
    return not server or not server[1]


application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
