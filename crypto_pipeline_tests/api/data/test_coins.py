"""Names of coins in the answers."""

from __future__ import annotations

import pytest

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import NOON


def named(symbol: str, name: str, source: str, rank: int, logo: str | None = None) -> dict[str, object]:
    return {
        "symbol": symbol, "name": name, "source": source, "rank": rank, "logo": logo,
        "timestamp": NOON, "fetched_at": NOON, "collected_at": NOON,
    }  # fmt: skip


@pytest.fixture
def coins(data: Data) -> Data:
    data.store(
        coins=[
            named("BTC", "Bitcoin", "coingecko", 1, "https://example.org/btc.png"),
            named("BTC", "BitCoin", "coinlore", 1),
            named("XYZ", "Xyzcoin", "coinlore", 40),
            named("BCH", "Bitcoin Cash", "coingecko", 20),
        ],
        consensus_prices=[
            {"symbol": symbol, "price_usd": 1.0, "timestamp": NOON, "collected_at": NOON} for symbol in ("BTC", "ADA")
        ],
    )
    return data


def test_each_coin_is_listed_once_by_the_name_of_the_source_that_tells_coins_apart(coins: Data) -> None:
    listed = coins.get("coins")["coins"]
    assert [(one["symbol"], one["name"], one["rank"]) for one in listed] == [
        ("BTC", "Bitcoin", 1), ("BCH", "Bitcoin Cash", 20), ("XYZ", "Xyzcoin", 40),
    ]  # fmt: skip
    assert listed[0]["logo"] == "https://example.org/btc.png"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bitcoin", ["BTC", "BCH"]),
        ("btc", ["BTC"]),
        ("CASH", ["BCH"]),
        ("xyz", ["XYZ"]),
        ("بیت‌کوین", ["BTC", "BCH"]),
        ("no", []),
    ],
)
def test_a_part_of_a_name_finds_coins(text: str, found: list[str], coins: Data) -> None:
    assert [one["symbol"] for one in coins.get(f"coins?q={text}")["coins"]] == found


def test_prices_have_the_name_of_their_coin_and_are_found_by_it(coins: Data) -> None:
    assert {one["symbol"]: one["name"] for one in coins.get("prices")["prices"]} == {"BTC": "Bitcoin", "ADA": None}
    assert coins.get("prices/bitcoin")["symbol"] == "BTC"
    assert [one["symbol"] for one in coins.get("prices?symbol=cardano")["prices"]] == ["ADA"]
    assert coins.get("history?symbol=bitcoin&from=2026-11-24T00:00")["symbol"] == "BTC"


def test_a_coin_is_looked_for_by_at_most_a_hundred_characters(coins: Data) -> None:
    coins.refusal(f"candles?symbol={'A' * 100}", 404)
    assert "at most 100" in coins.refusal(f"candles?symbol={'A' * 101}", 422)
