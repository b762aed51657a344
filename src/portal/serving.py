"""`portal serve`: the web application under granian, one process or several."""

import signal

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server as Granian
from litestar import Litestar

from portal.database.processes import die_with_parent
from portal.wiring import web_app

MOST_CONNECTIONS = 8192  # of each process; the default, 1024, is reached by a few hundred idle browsers
HEADERS_WITHIN = 10_000  # milliseconds


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; a web process that dies is started again."""
    Granian(
        "portal.serving:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        http=HTTPModes.http1,
        websockets=False,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN),
        log_access=False,
    ).serve()


def application() -> Litestar:
    """What each web process runs. It ends with the process that started it: one left behind, with old settings, would
    go on taking requests on the same port."""
    die_with_parent(signal.SIGTERM)
    return web_app()
