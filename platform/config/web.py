"""One web process: the ASGI application behind sockets that the supervisor opened (`python -m config.web`).

Several web processes accept from the same sockets, so that one may die or restart while its port stays open. The first
descriptor of TOMONI_LISTEN_FDS is the port that people reach, the second the unix socket that agents dial.
"""

import fcntl
import os
import resource
import socket

from django.conf import settings

MESSAGE_BYTES = 4 * 2**20
FIRST_LISTENING = 3
SPARE = 64


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    open_as_many_files_as_allowed()
    descriptors = [int(word) for word in os.environ["TOMONI_LISTEN_FDS"].split(",")]
    if settings.TOMONI_SERVER == "daphne":
        serve_with_daphne(descriptors)
    else:
        serve_with_uvicorn([socket.socket(fileno=descriptor) for descriptor in descriptors])


def open_as_many_files_as_allowed() -> None:
    """Each socket is an open file, and many systems begin with a limit of 1,024 that may be raised."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def serve_with_uvicorn(listening: list[socket.socket]) -> None:
    import uvicorn

    from config.patience import PatientForAWhile

    config = uvicorn.Config(
        "config.asgi:application",
        http=PatientForAWhile,
        ws="websockets-sansio",
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        lifespan="off",
        proxy_headers=settings.TOMONI_TRUSTED_PROXIES != "",
        forwarded_allow_ips=settings.TOMONI_TRUSTED_PROXIES,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=listening)


def serve_with_daphne(descriptors: list[int]) -> None:
    """Daphne adopts open sockets by systemd's rule: they are 3, 4, … and LISTEN_PID names this process."""
    # Out of the way first: 3 and 4 may be in use, or be ours in another order.
    spare = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, SPARE) for descriptor in descriptors]
    for index, descriptor in enumerate(spare):
        os.dup2(descriptor, FIRST_LISTENING + index, inheritable=False)
    domains = ["INET", "UNIX"][: len(spare)]
    named = {"LISTEN_FDS": str(len(spare)), "LISTEN_FDNAMES": ":".join(domains)}
    os.environ |= {"LISTEN_PID": str(os.getpid()), **named}

    from daphne.server import Server  # Twisted reads LISTEN_FDS while it is imported

    from config.asgi import application

    Server(
        application,
        endpoints=[f"systemd:domain={domain}:index={index}" for index, domain in enumerate(domains)],
        websocket_timeout=-1,
        websocket_max_message_size=MESSAGE_BYTES,
        websocket_max_frame_size=MESSAGE_BYTES,
        server_name="",
    ).run()


if __name__ == "__main__":
    main()
