"""Listening: the API as a process.

Belongs here: the address, the server's limits, its log.
Does not belong here: what is answered (api/app.py).
"""

from __future__ import annotations

import logging
import signal

import uvicorn

from crypto_pipeline import logs
from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.connections import BoundedConnection
from crypto_pipeline.api.ports import check_port, require_token_in_public
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.foundation.memory import bound_arenas
from crypto_pipeline.settings import Settings

CONNECTIONS = 256
"""At the same moment; a browser has six. More get 503 at once."""
STOPS_IN = 3
"""Seconds that answers under way get when the server is told to stop."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, and return. Raises StartError for an address that cannot or must not be used."""
    require_token_in_public(settings)
    bound_arenas()
    check_port(settings.api_port, "API_PORT", settings.api_host)
    logs.configure(settings.log_format)
    for handler in logs.log.handlers:
        logging.getLogger("uvicorn.error").addHandler(handler)
    # uvicorn stops in order and then sends itself the signal once more: by default that is an end at once, and no clean one
    signal.signal(signal.SIGTERM, lambda *_: None)
    with Worker(settings) as worker:
        uvicorn.run(
            build_app(settings, worker),
            host=settings.api_host,
            port=settings.api_port,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOPS_IN,
            http=BoundedConnection,
            ws="none",
            limit_concurrency=CONNECTIONS,
        )
