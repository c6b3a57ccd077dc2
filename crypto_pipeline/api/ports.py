"""Where the API may listen: addresses that are this machine only, and ports that are free.

Belongs here: looking before anything starts, so that the sentence names the setting.
Does not belong here: listening (api/serving.py), the processes that listen (system/processes.py), who is answered then (api/guard.py).

'crypto-pipeline up' needs no more of the API than this, and stays for months: nothing large is loaded here.
"""

from __future__ import annotations

import errno
import ipaddress
import socket

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.settings import PREFIX, Settings

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


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_token_in_public(settings: Settings) -> None:
    """Raise StartError for an API that others could reach without a token."""
    if not settings.api_token and not is_loopback(settings.api_host):
        raise StartError(
            f"The API would be open to everybody at {settings.api_host}: set {PREFIX}API_TOKEN, or leave {PREFIX}API_HOST alone."
        )
