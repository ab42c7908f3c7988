"""Every socket of the platform."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path

from accounts.crowds import SocketLimit
from accounts.origins import OriginGuard
from accounts.sockets import signed_in_sockets
from dashboard.consumers import DashboardConsumer
from notebooks.collaboration.consumers import NotebookConsumer
from notebooks.sharing.standings import runtime_rights
from runtimes.execution.consumers import AgentLinkConsumer, RuntimeConsumer, StreamLinkConsumer, StreamPageConsumer


def socket(route: str, consumer: Any) -> Any:
    """A route to a consumer: Django's types know views only."""
    return path(route, consumer)


browser_sockets: Any = URLRouter(
    [
        socket("ws/notebooks/<uuid:notebook>", NotebookConsumer.as_asgi()),
        socket("ws/runtimes/<uuid:audience>", RuntimeConsumer.as_asgi(rights_of=runtime_rights)),
        socket("ws/dashboard", DashboardConsumer.as_asgi()),
        socket("ws/runtimes/<uuid:audience>/streams", StreamPageConsumer.as_asgi(rights_of=runtime_rights)),
    ]
)

AGENT_PATH, STREAM_PATH = "/ws/agent", "/ws/agent/streams/"
signed_in: Any = signed_in_sockets(SocketLimit(browser_sockets))
browsers: Any = OriginGuard(signed_in)
agents: Any = URLRouter(
    [
        socket("ws/agent", AgentLinkConsumer.as_asgi()),
        socket("ws/agent/streams/<str:ticket>", StreamLinkConsumer.as_asgi()),
    ]
)
