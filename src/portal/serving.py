"""`portal serve`: the web application under granian, one process or several."""

import os
import signal

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server as Granian
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar.types import ASGIApp

from portal.database.processes import die_with_parent
from portal.settings import read_settings
from portal.wiring import web_app

MOST_CONNECTIONS = 8192  # of each process; the default, 1024, is reached by a few hundred idle browsers
HEADERS_WITHIN = 10_000  # milliseconds
MOST_OF_HEADERS = 65_536  # bytes; the proxy in front takes less (deploy/nginx.conf)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "portal.logs.Lines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "loggers": {"_granian": {"handlers": ["lines"], "level": "INFO", "propagate": False}},
}


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
        respawn_interval=1.0,
        workers_kill_timeout=30,
        backlog=1024,
        backpressure=MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN, max_buffer_size=MOST_OF_HEADERS),
        log_dictconfig=LOGGING,
        log_access=False,
    ).serve()


def application() -> ASGIApp:
    """What each web process runs. It ends with the process that started it: one left behind, with old settings, would
    go on taking requests on the same port. Who asks is whoever the trusted proxies say, and nobody else is believed."""
    die_with_parent(signal.SIGTERM)
    proxies = list(read_settings(os.environ).proxies)
    app: ASGIApp = wrap_asgi_with_proxy_headers(web_app(), trusted_hosts=proxies)
    return app
