"""Ports of this machine: where it listens, and whether a port is free.

Belongs here: looking before anything starts, so that the sentence names the setting.
Does not belong here: listening (api/serving.py), the processes that listen (system/processes.py).
"""

from __future__ import annotations

import errno
import socket

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.settings import PREFIX

LOOPBACK = "127.0.0.1"


def check_port(port: int, variable: str, host: str = LOOPBACK) -> None:
    """Raise StartError when something else listens there: Dagster itself would go on without its UI.

    :param variable: the setting that chooses the port, without its prefix.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StartError(
                f"Port {port} is in use by another program; stop that one or set {PREFIX}{variable} to a free port."
            ) from None
        raise StartError(f"Nothing can listen on port {port} of {host}: {error.strerror}.") from None
