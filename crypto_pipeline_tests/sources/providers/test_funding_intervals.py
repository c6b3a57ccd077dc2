"""How often a contract pays funding is read, or it is not known: no venue's usual interval is taken for granted."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.schema.rows import Derivative
from crypto_pipeline.sources.kit import RequestSpec, discover

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}

BINANCE = {"symbol": "IMXUSDT", "markPrice": "0.5", "lastFundingRate": "0.0001", "time": 1795435200000}
BITGET = {"symbol": "TONCOINUSDT", "fundingRate": "0.0001", "markPrice": "1.6", "ts": "1795435199000"}
HTX = {"funding_rate": "0.0001", "contract_code": "BTC-USDT", "symbol": "BTC", "fee_asset": "USDT"}
OKX = {"instId": "BTC-USDT-SWAP", "fundingRate": "0.0001", "ts": "1795435200000"}
BYBIT = {"symbol": "BTCUSDT", "fundingRate": "0.0001", "markPrice": "90000"}

NOON, FOUR = 1795435200000, 1795449600000


def hours(endpoint_id: str, payload: Any) -> object:
    (row,) = ENDPOINTS[endpoint_id].parse(payload, RequestSpec())
    assert isinstance(row, Derivative)
    assert row.funding_rate == "0.0001"
    return row.funding_interval_hours


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([{"symbol": "IMXUSDT", "fundingIntervalHours": 4}], 4),
        ([{"symbol": "IMXUSDT", "fundingIntervalHours": 1}, {"symbol": "X", "fundingIntervalHours": 4}], 1),
        ([{"symbol": "X", "fundingIntervalHours": 4}], 8),
        ([], 8),
        ([{"symbol": "IMXUSDT"}], None),
        ([None], 8),
        (None, None),
        ({"code": -1003, "msg": "Too many requests."}, None),
    ],
)
def test_binance_lists_the_contracts_that_pay_at_another_interval(listed: object, expected: object) -> None:
    assert hours("binance_futures.premium_index", {"premiumIndex": [BINANCE], "fundingInfo": listed}) == expected


@pytest.mark.parametrize("saved", [[BINANCE], BINANCE, {"premiumIndex": [BINANCE]}], ids=["list", "object", "answer"])
def test_without_that_list_no_interval_of_binance_is_known(saved: object) -> None:
    assert hours("binance_futures.premium_index", saved) is None


def test_bitget_says_the_interval_of_each_contract_beside_its_rate() -> None:
    tickers = {"code": "00000", "data": [BITGET]}
    funding = {"code": "00000", "data": [{"symbol": "TONCOINUSDT", "fundingRateInterval": "4"}]}
    assert hours("bitget_perpetuals.tickers", {"tickers": tickers, "funding": funding}) == "4"
    assert hours("bitget_perpetuals.tickers", {"tickers": tickers, "funding": {"code": "429", "data": None}}) is None
    assert hours("bitget_perpetuals.tickers", {"tickers": tickers}) is None
    assert hours("bitget_perpetuals.tickers", tickers) is None


@pytest.mark.parametrize(
    ("coming", "after_it", "expected"), [(NOON, FOUR, 4), (NOON, None, None), (None, FOUR, None), (FOUR, NOON, None)]
)
def test_htx_says_it_by_two_payments_or_not_at_all(coming: object, after_it: object, expected: object) -> None:
    swap = {**HTX, "funding_time": coming, "next_funding_time": after_it}
    assert hours("htx_perpetuals.funding", {"status": "ok", "data": [swap]}) == expected


@pytest.mark.parametrize(("coming", "after_it", "expected"), [(NOON, FOUR, 4), (NOON, "", None), ("", FOUR, None)])
def test_okx_says_it_by_two_payments(coming: object, after_it: object, expected: object) -> None:
    swap = {**OKX, "fundingTime": str(coming), "nextFundingTime": str(after_it)}
    assert hours("okx_perpetuals.funding", {"code": "0", "data": [swap]}) == expected


def test_bybit_and_kucoin_say_it_of_each_contract() -> None:
    for interval in ("1", None):
        ticker = {**BYBIT, "fundingIntervalHour": interval}
        assert hours("bybit_linear.tickers", {"retCode": 0, "result": {"list": [ticker]}}) == interval
    contract = {
        "symbol": "XBTUSDTM", "baseCurrency": "XBT", "quoteCurrency": "USDT", "status": "Open", "isInverse": False,
        "fundingFeeRate": "0.0001", "openInterest": "1", "multiplier": 1, "markPrice": 90000,
    }  # fmt: skip
    assert hours("kucoin_perpetuals.contracts", {"code": "200000", "data": [contract]}) is None
    of_4_hours = {**contract, "fundingRateGranularity": 14_400_000}
    assert hours("kucoin_perpetuals.contracts", {"code": "200000", "data": [of_4_hours]}) == 4
    changing = {**of_4_hours, "currentFundingRateGranularity": 28_800_000}
    assert hours("kucoin_perpetuals.contracts", {"code": "200000", "data": [changing]}) == 8
