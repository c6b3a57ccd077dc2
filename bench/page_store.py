"""Pages of the past that the replay has made once, served again at once: a process beside bench/backfill.py.

The replay computes every candle, which takes five times what a back-fill takes to store it. Here each page is asked of it once;
after that a back-fill is held up by nothing but its budget and itself. Of the markets only some are the replay's own: the
others get their candles, so that a hundred coins need not be computed. Prints its port.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator, Sequence

import aiohttp
from aiohttp import web

ANSWERS_SLOWLY = 300.0


def served(replay: str, markets: Sequence[str]) -> web.Application:
    """:param markets: names of those that the replay is asked for."""
    pages: dict[str, tuple[bytes, str]] = {}

    async def answer(request: web.Request) -> web.Response:
        query = dict(request.query)
        if "symbol" in query and query["symbol"] not in markets:
            query["symbol"] = markets[sum(query["symbol"].encode()) % len(markets)]
        address = str(request.url.with_query(query).relative())
        if address not in pages:
            async with request.app[session].get(replay + address) as answer:
                body = await answer.read()
                if answer.status != 200:
                    return web.Response(status=answer.status, body=body, content_type=answer.content_type)
                pages[address] = body, answer.content_type
        body, kind = pages[address]
        return web.Response(body=body, content_type=kind)

    session = web.AppKey("session", aiohttp.ClientSession)

    async def with_session(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWERS_SLOWLY)) as app[session]:
            yield

    app = web.Application()
    app.cleanup_ctx.append(with_session)
    app.router.add_get("/{anything:.*}", answer)
    return app


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        web.run_app(served(sys.argv[1], sys.argv[2].split(",")), sock=listening, print=None, access_log=None)
