"""An answer about another market than the one that was asked for is refused, whatever its prices look like."""

from __future__ import annotations

import json

import pytest

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.answered_market import markets_named_in, other_market
from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.replay.recorded import RECORDED_AT, RECORDED_RATES, file_of
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Context, Endpoint, Payload, Provider, RequestSpec, discover
from crypto_pipeline.sources.symbols import Universe

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}
somebody = Provider("somebody", "https://somebody.example")
BITCOIN = RequestSpec("BTC 1h", values={"symbol": "BTC", "interval": "1h", "market": "BTCUSDT"})
CONTRACT = RequestSpec("BTC", values={"coin": "BTC", "contract": "BTC-USDT"})


@pytest.mark.parametrize(
    "payload",
    [
        [[1, 2, 3]],
        {"symbol": "BTCUSDT", "list": []},
        {"result": {"symbol": "BTC-USDT", "list": []}},
        {"result": {"instrument_name": "btc_usdt", "data": []}},
        [{"market": "BTC/USDT"}, {"market": "BTCUSDT"}],
        {"s": "ok", "symbol": "BTC"},
        {"data": {"list": [[1, 2, 3]]}, "meta": {"base": {"symbol": "WBTC"}}},
        {"symbol": "@107"},
        {"symbol": "-", "list": []},
        {"result": {"symbol": "N/A", "list": []}},
        [{"market": ""}, {"market": "BTCUSDT"}],
    ],
    ids=json.dumps,
)
def test_what_was_asked_for_passes_however_it_is_spelled_and_what_names_nothing_too(payload: Payload) -> None:
    assert other_market(payload, BITCOIN, somebody) is None


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"symbol": "ETHUSDT", "list": []}, "ETHUSDT"),
        ({"result": {"symbol": "ETH-USDT", "list": []}}, "ETH-USDT"),
        ([{"market": "BTCUSDT"}, {"market": "LTCUSDT"}], "LTCUSDT"),
        ([{"s": "LTC"}], "LTC"),
        ({"symbol": "BTC-KRW"}, "BTC-KRW"),
        ({"symbol": "WBTC-USDT"}, "WBTC-USDT"),
    ],
    ids=lambda value: json.dumps(value),
)
def test_another_coin_and_other_money_are_named(payload: Payload, named: str) -> None:
    assert other_market(payload, BITCOIN, somebody) == named


def test_a_contract_has_to_be_the_very_one() -> None:
    assert other_market([{"contract_code": "BTC-USDT"}], CONTRACT, somebody) is None
    assert other_market([{"contract_code": "BTC-USD"}], CONTRACT, somebody) == "BTC-USD"


@pytest.mark.parametrize(
    "endpoint",
    [
        ENDPOINTS[name]
        for name in (
            "binance_futures.long_short_ratio",
            "bithumb.candles",
            "bitstamp.candles",
            "bybit.candles",
            "bybit_linear.account_ratio",
            "bybit_linear.funding_history",
            "coingecko.coin_details",
            "cryptocom.candles",
            "dydx_perpetuals.candles",
            "htx.candles",
            "htx_perpetuals.funding_history",
            "hyperliquid.candles",
            "kraken.candles",
            "mexc_perpetuals.funding_history",
            "stocktwits.stream",
            "upbit.candles",
        )
    ],
    ids=lambda endpoint: endpoint.id,
)
def test_the_recorded_answer_for_one_coin_is_no_answer_for_another(endpoint: Endpoint) -> None:
    payload = json.loads(file_of(endpoint).read_bytes())
    asked = answered_request(endpoint, payload, RECORDED_AT).spec
    coin = next(asked.values[name] for name in ("coin", "symbol") if name in asked.values)
    other = next(
        spec
        for spec in endpoint.requests_in(Context(Universe(), RECORDED_AT))
        if coin not in (spec.values.get("coin"), spec.values.get("symbol"))
    )
    context = NormalisationContext(RECORDED_AT, Universe(None), RECORDED_RATES, any_age=True)
    with pytest.raises(SourceError, match="about") as refused:
        reading.parse(endpoint, payload, other, context)
    assert refused.value.outcome is Outcome.UNPARSEABLE


XBT = Provider("somebody", "https://somebody.example", aliases={"XBT": "BTC"})


@pytest.mark.parametrize(
    ("name", "is_other"),
    [
        ("BTC-USDT", False),
        ("XBT/USDT", False),
        ("XBTUSDT", False),
        ("XBT", False),
        ("ETHUSDT", True),
        ("ETH", True),
        ("XBTUSDC", True),
        ("USDTBTC", True),
        ("EUR", True),
        ("a name of their own", False),
    ],
)
def test_a_market_is_another_when_its_coin_or_its_money_is_however_they_are_spelled(name: str, is_other: bool) -> None:
    assert other_market({"symbol": name}, BITCOIN, XBT) == (name if is_other else None)


def test_a_request_that_names_no_market_is_answered_by_any() -> None:
    assert other_market({"symbol": "ETHUSDT"}, RequestSpec("", {"symbol": "BTC"}), XBT) is None


def test_a_name_is_looked_for_down_to_the_fourth_level() -> None:
    entries = [{"symbol": "ETHUSDT"}]
    assert list(markets_named_in({"a": {"b": {"c": entries}}})) == ["ETHUSDT"]
    assert list(markets_named_in({"a": {"b": {"c": {"d": entries}}}})) == []
