"""Connections to hosts: one session of aiohttp for a whole collection. https://docs.aiohttp.org/en/stable/client.html

Belongs here: TLS, proxies, how long a connection may take to come about, the names of errors below HTTP.
Does not belong here: when a request goes out, its deadline and its answer (collection/http/client.py).

Why aiohttp: docs/decisions/http-client.md.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import resource
import socket
import ssl
import urllib.request
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import TracebackType
from typing import Any

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http import failures
from crypto_pipeline.collection.http.addresses import Address, address_of
from crypto_pipeline.collection.http.attention import Attention, Timeout
from crypto_pipeline.collection.http.bodies import ACCEPT_ENCODING
from crypto_pipeline.collection.http.receiving import MAX_HEAD, use_receivers

KEPT_OPEN_SECONDS = 30
"""For the next request to the same host."""
NAMES_AT_ONCE = 32
"""Threads that look names up. Those of asyncio's own are six on two cores: 370 names of 0.1 s each would take six seconds."""
_MANY_FILES = 4096


class Connections:
    """What requests are sent over. An asynchronous context manager; afterwards every connection is closed.

    :param connect_seconds: for one connection with its name and its TLS.
    :param proxies: whether the proxies of the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY) are used.
    """

    def __init__(self, *, user_agent: str, connect_seconds: float, proxies: bool, attention: Attention) -> None:
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING, "Accept": "*/*"}
        self._connect_seconds = connect_seconds
        self._proxies = urllib.request.getproxies() if proxies else {}
        self._attention = attention

    async def __aenter__(self) -> Connections:
        _allow_many_connections()
        self._session = aiohttp.ClientSession(
            connector=use_receivers(
                aiohttp.TCPConnector(
                    limit=0,
                    ssl=_tls(),
                    resolver=_Names(),
                    keepalive_timeout=KEPT_OPEN_SECONDS,
                )
            ),
            max_line_size=MAX_HEAD,
            max_field_size=MAX_HEAD,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trace_configs=[self._watch_connecting()],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    @contextlib.asynccontextmanager
    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, host: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer whose body is still to be read; a redirect is an answer too. ``host`` is how errors name the source.

        What is not read by the end is not waited for: the connection closes. Raises SourceError: UNREACHABLE,
        CLIENT_ERROR for what cannot be sent.
        """
        failure: SourceError | None = None
        try:
            address = address_of(url)
            if not all(map(_can_be_sent, (*headers, *headers.values()))):
                raise ValueError("a header that cannot be sent")
            response = await self._send(method, address, headers, content, host)
        except failures.BROKEN as error:
            failure = failures.of_connection(host, error)
        except ValueError:
            failure = failures.unsendable(host)
        # Outside of the handlers, so that the failure does not carry an error with the whole address in its context.
        if failure:
            raise failure
        try:
            yield response
        except failures.BROKEN as error:
            failure = failures.of_connection(host, error, has_begun=True)
        finally:
            response.close() if not response.content.at_eof() else response.release()
        if failure:
            raise failure

    async def _send(
        self, method: str, address: Address, headers: Mapping[str, str], content: bytes | None, host: str
    ) -> aiohttp.ClientResponse:
        proxy, proxy_headers = self._proxy_for(address)
        with self._attention.timeout() as connecting:
            return await self._session.request(
                method,
                URL(str(address), encoded=True),
                headers=headers,
                data=content,
                allow_redirects=False,
                proxy=proxy,
                proxy_headers=proxy_headers,
                trace_request_ctx=connecting,
            )
        raise failures.not_connected(host)

    def _proxy_for(self, address: Address) -> tuple[URL | None, dict[str, str] | None]:
        proxy = self._proxies.get(address.scheme) or self._proxies.get("all")
        if not proxy or urllib.request.proxy_bypass(f"{address.host}:{address.port}"):
            return None, None
        url = URL(proxy if "://" in proxy else f"http://{proxy}")
        if not url.user:
            return url, None
        words = base64.b64encode(f"{url.user}:{url.password or ''}".encode()).decode()
        return url.with_user(None), {"Proxy-Authorization": f"Basic {words}"}

    def _watch_connecting(self) -> aiohttp.TraceConfig:
        """Bound the time of a connection by our attention, where aiohttp's own limit is by the clock."""

        async def begins(session: object, context: Any, params: object) -> None:
            connecting: Timeout = context.trace_request_ctx
            connecting.ends_at = self._attention.seconds + self._connect_seconds

        async def ends(session: object, context: Any, params: object) -> None:
            context.trace_request_ctx.ends_at = float("inf")

        watch = aiohttp.TraceConfig()
        watch.on_connection_create_start.append(begins)
        watch.on_connection_create_end.append(ends)
        return watch


class _Names(AbstractResolver):
    """Looks names up in threads of its own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises OSError."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for family, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Wait for nobody: a name server that does not answer must not hold up the end of a collection."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _can_be_sent(text: str) -> bool:
    return text.isascii() and not any(letter in text for letter in "\r\n\0")


def _tls() -> ssl.SSLContext:
    """The authorities of this machine, SSL_CERT_FILE and SSL_CERT_DIR included, and those of certifi."""
    named = ssl.get_default_verify_paths()
    return _trusting(named.cafile, named.capath)


@cache
def _trusting(file: str | None, folder: str | None) -> ssl.SSLContext:
    """Read once in a process, which takes as long as fifty requests: ``file`` and ``folder`` say what a context is made of."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _allow_many_connections() -> None:
    """Other parts of a run hold files as well; macOS lets a process have 256 unless it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else min(_MANY_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
