"""Names that redirects lead to, and the addresses behind them."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.redirects import refuse_private
from crypto_pipeline.schema.outcomes import Outcome


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%2",
        "fc00::1",
        "::ffff:10.0.0.1",
    ],
)
async def test_a_name_with_any_private_address_is_refused(address: str) -> None:
    async def resolve(host: str, port: int) -> list[Any]:
        return [(socket.AF_INET, 0, 0, "", (found, port)) for found in ("93.184.215.14", address)]

    with pytest.raises(SourceError, match=r"leads to https://www.example.com, which is not a public place") as caught:
        await refuse_private("https://www.example.com/rates", resolve)
    assert caught.value.outcome is Outcome.BAD_REDIRECT


@pytest.mark.anyio
async def test_a_public_name_passes_and_so_does_one_that_only_a_proxy_may_know() -> None:
    async def public(host: str, port: int) -> list[Any]:
        return [(socket.AF_INET6, 0, 0, "", ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", port, 0, 0))]

    async def unknown(host: str, port: int) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    await refuse_private("https://www.example.com/rates", public)
    await refuse_private("https://www.example.com/rates", unknown)
