"""Which requests the endpoints make that depend on the tracked coins or on the time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.sources.kit import Context, discover
from crypto_pipeline.sources.symbols import Universe

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}


def requests(endpoint_id: str, *symbols: str, intervals: Any = ("1h", "1d"), now: Any = NOW) -> Any:
    universe = Universe(frozenset(symbols)) if symbols else Universe()
    return ENDPOINTS[endpoint_id].requests_in(Context(universe, now, intervals))


def test_coingecko_is_asked_for_all_tracked_coins_in_one_request() -> None:
    (ask,) = requests("coingecko.simple_price")
    assert ask.params["ids"].startswith("bitcoin,ethereum,tether")
    assert ask.params["ids"].count(",") == 99


def test_a_coin_that_coingecko_does_not_have_is_left_out() -> None:
    (ask,) = requests("coingecko.simple_price", "BTC", "NOSUCHCOIN")
    assert ask.params["ids"] == "bitcoin"


def test_coinlore_is_asked_for_single_coins_by_its_own_numbers() -> None:
    (ask,) = requests("coinlore.ticker")
    assert ask.params == {"id": "90,80,48543"}
    assert requests("coinlore.ticker", "DOGE") == ()


def test_llama_is_asked_for_fifty_coins_at_a_time() -> None:
    first, second = requests("defillama_coins.prices")
    assert first.values["coins"].startswith("coingecko:bitcoin,coingecko:ethereum")
    assert first.values["coins"].count(",") == second.values["coins"].count(",") == 49


@pytest.mark.parametrize(
    ("hour", "periods"),
    [
        (0, {"1h": "20261231", "1d": "2026"}),
        (1, {"1h": "20270101", "1d": "2027"}),
        (25, {"1h": "20270102", "1d": "2027"}),
    ],
)
def test_bitbank_is_asked_for_the_period_before_until_its_last_candle_has_closed_for_an_hour(
    hour: Any, periods: Any
) -> None:
    now = datetime(2027, 1, 1, tzinfo=timezone.utc) + timedelta(hours=hour)
    assert {
        ask.values["interval"]: ask.values["period"] for ask in requests("bitbank.candles", "BTC", now=now)
    } == periods


@pytest.mark.parametrize(
    "endpoint_id",
    [
        "binance_futures.open_interest",
        "bybit_linear.account_ratio",
        "coinbase_rates.spot",
        "coincodex.coin",
        "coingecko.candles",
        "coingecko.coin_details",
        "coinpaprika.ticker",
        "dia.quotation",
        "github.repository",
        "htx_perpetuals.liquidations",
        "okx_perpetuals.funding",
        "stocktwits.stream",
    ],
)
def test_what_is_asked_coin_by_coin_is_not_asked_for_coins_that_are_not_tracked(endpoint_id: str) -> None:
    assert [ask.label for ask in requests(endpoint_id, "ETH", "XRP") if ask.label not in {"ETH", "XRP"}] == []
    assert "ETH" in [ask.label for ask in requests(endpoint_id, "ETH")]


def test_page_views_are_asked_up_to_yesterday() -> None:
    urls = [ENDPOINTS["wikipedia.pageviews"].url(ask) for ask in requests("wikipedia.pageviews")]
    assert urls[0].endswith("/en.wikipedia/all-access/user/Bitcoin/daily/2026111600/2026112200")


def test_the_volatility_index_is_asked_for_the_last_day() -> None:
    btc, _ = requests("deribit_perpetuals.volatility_index")
    assert btc.params == {"currency": "BTC", "start_timestamp": "1795348800000", "end_timestamp": "1795435200000"}


@pytest.mark.parametrize("endpoint_id", ["coinlore.candles", "coinpaprika.candles"])
def test_daily_candles_are_asked_only_where_days_are_wanted(endpoint_id: str) -> None:
    assert requests(endpoint_id, intervals=("1h",)) == ()
    assert [ask.values["interval"] for ask in requests(endpoint_id)] == ["1d", "1d"]
