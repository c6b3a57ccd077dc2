"""Binance, USD-M perpetuals: funding, open interest, positions. https://developers.binance.com/docs/derivatives/usds-margined-futures"""

from collections.abc import Mapping
from functools import partial

from crypto_pipeline.schema.rows import DatedFuture, Derivative, Funding, Metric, Row
from crypto_pipeline.sources.formats.contracts import dollar_bundle, per_coin
from crypto_pipeline.sources.formats.funding import PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.formats.futures import named_future
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    each,
    get,
    is_missing,
    is_past,
    present,
    reject,
    scaled,
    together,
)

DOCS = "https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api"

binance_futures = Provider(
    "binance_futures",
    "https://fapi.binance.com",
    source="binance",
    docs=DOCS,
    too_often=('"code":-1003', '"code":-1015'),
    budget=Budget(1000, 300),
    never_from=("us",),  # https://github.com/freqtrade/freqtrade/pull/7833
    quirks="451 from the United States since November 2022, and from some other places. Without its list of funding intervals the rate of 8 hours stays empty.",
)

COINS = ("BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LTC", "TRX", "LINK")
"""Coins whose open interest and positions are asked one by one."""


def _contracts(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, values={"coin": coin, "contract": f"{coin}USDT"}, params={"symbol": f"{coin}USDT"})
        for coin in COINS
        if coin in context.universe
    ]


USUAL_HOURS = 8
"""The funding interval of the contracts that the list of intervals leaves out: it has those that were ever changed."""


@binance_futures.endpoint(
    (Derivative, DatedFuture),
    together(
        SubRequest("premiumIndex", path="/fapi/v1/premiumIndex"),
        SubRequest("fundingInfo", path="/fapi/v1/fundingInfo", optional=True),
        weight=10,
    ),
    docs=f"{DOCS}/Mark-Price",
)
def premium_index(payload: Payload) -> Rows:
    """{"premiumIndex": [{"symbol": "1000PEPEUSDT", "markPrice": "0.00950000", "indexPrice": "0.00951000",
    "estimatedSettlePrice": "0.00950500", "lastFundingRate": "0.00010000", "interestRate": "0.00010000",
    "nextFundingTime": 1795449600000, "time": 1795435200000}],
    "fundingInfo": [{"symbol": "IMXUSDT", "adjustedFundingRateCap": "0.02", "adjustedFundingRateFloor": "-0.02",
    "fundingIntervalHours": 4, "disclaimer": false}]}

    Prices of bundles become those of one coin. lastFundingRate is the running estimate. Also reads a saved list of premium
    indices alone, and one object; then the intervals are not known.
    """
    answers = payload if isinstance(payload, dict) and "premiumIndex" in payload else {"premiumIndex": payload}
    contracts = answers["premiumIndex"]
    reject(_error(contracts))
    hours = _hours(answers.get("fundingInfo"))
    return each([contracts] if isinstance(contracts, dict) else contracts, partial(_contract, hours))


def _hours(funding_info: Payload) -> dict[str, Payload] | None:
    """The funding intervals that are not the usual one; None where the list did not come, or leaves out whose interval it tells."""
    if not isinstance(funding_info, list):
        return None
    listed = [entry for entry in funding_info if entry is not None]
    if any(not isinstance(entry, dict) or is_missing(entry.get("symbol")) for entry in listed):
        return None
    return {entry["symbol"]: entry.get("fundingIntervalHours") for entry in listed}


def _contract(hours: Mapping[str, Payload] | None, contract: Payload) -> Row | None:
    if (dated := named_future(contract["symbol"])) is not None:
        return DatedFuture(
            dated.coin,
            contract["symbol"],
            dated.expiry.timestamp(),
            per_coin(contract["markPrice"], dated.size),
            index_price=per_coin(contract.get("indexPrice"), dated.size),
            timestamp=contract.get("time"),
        )
    named = dollar_bundle(contract["symbol"])
    if named is None:
        return None
    symbol, size = named
    return Derivative(
        symbol,
        contract["symbol"],
        funding_rate=contract.get("lastFundingRate"),
        funding_interval_hours=None if hours is None else hours.get(contract["symbol"], USUAL_HOURS),
        next_funding_at=contract.get("nextFundingTime"),
        mark_price=per_coin(contract.get("markPrice"), size),
        index_price=per_coin(contract.get("indexPrice"), size),
        timestamp=contract.get("time"),
    )


@binance_futures.endpoint(
    Derivative,
    "/futures/data/openInterestHist",
    requests=_contracts,
    docs=f"{DOCS}/Open-Interest-Statistics",
    quirks="It tells the last thirty days, in the past hour by hour.",
    history=Pages(
        500,
        {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}", "period": "1h"},
        since="2019-09-10",
        reach=700,
        seconds=3600,
    ),
    period="5m",
    limit=1,
)
def open_interest(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"symbol": "BTCUSDT", "sumOpenInterest": "85000.10", "sumOpenInterestValue": "7692509050.0",
    "CMCCirculatingSupply": "19900000.0", "timestamp": 1795435200000}]

    sumOpenInterest is coins, sumOpenInterestValue dollars.
    """
    reject(_error(payload))
    periods = present(payload)
    return each(periods if is_past(spec) else periods[-1:], _open_interest)


def _open_interest(period: Payload) -> Derivative | None:
    named = dollar_bundle(period["symbol"])
    if named is None:
        return None
    symbol, size = named
    return Derivative(
        symbol,
        period["symbol"],
        open_interest=scaled(period.get("sumOpenInterest"), size),
        open_interest_usd=period.get("sumOpenInterestValue"),
        timestamp=period.get("timestamp"),
    )


@binance_futures.endpoint(
    Metric,
    "/futures/data/globalLongShortAccountRatio",
    requests=_contracts,
    docs=f"{DOCS}/Long-Short-Ratio",
    period="5m",
    limit=1,
)
def long_short_ratio(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"symbol": "BTCUSDT", "longAccount": "0.5795", "longShortRatio": "1.3781", "shortAccount": "0.4205",
    "timestamp": 1795435200000}]

    Accounts that are long over those that are short.
    """
    reject(_error(payload))
    name = f"long_short_ratio_{spec.values['coin'].lower()}"
    return each(
        present(payload)[-1:], lambda period: Metric(name, period["longShortRatio"], "ratio", None, period["timestamp"])
    )


@binance_futures.endpoint(
    Metric,
    "/futures/data/takerlongshortRatio",
    requests=_contracts,
    cadence=15,
    docs=f"{DOCS}/Taker-BuySell-Volume",
    period="5m",
    limit=1,
)
def taker_ratio(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"buySellRatio": "1.0500", "buyVol": "1050.0", "sellVol": "1000.0", "timestamp": 1795435200000}]

    What takers bought over what they sold in five minutes.
    """
    reject(_error(payload))
    name = f"taker_buy_sell_ratio_{spec.values['coin'].lower()}"
    return each(
        present(payload)[-1:], lambda period: Metric(name, period["buySellRatio"], "ratio", None, period["timestamp"])
    )


@binance_futures.endpoint(
    Funding,
    get("/fapi/v1/fundingRate", weight=2),
    requests=funding_requests("{}USDT".format, param="symbol"),
    history=Pages(
        1000, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2019-09-10", seconds=3600
    ),
    cadence=60,
    docs=f"{DOCS}/Get-Funding-Rate-History",
    quirks="Its budget of 500 in five minutes is shared with the list of funding intervals. Older payments have no mark price.",
    limit=PAYMENTS,
)
def funding_history(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "fundingTime": 1795420800000, "fundingRate": "0.00010000", "markPrice": "90050.10"}]

    Oldest first; some times are a few milliseconds late. How often a contract pays follows from the times.
    """
    reject(_error(payload))
    return with_intervals(each(payload, _payment))


def _payment(payment: Payload) -> Funding | None:
    named = dollar_bundle(payment["symbol"])
    if named is None:
        return None
    symbol, size = named
    return Funding(
        symbol,
        payment["symbol"],
        payment["fundingTime"],
        payment["fundingRate"],
        mark_price=per_coin(payment.get("markPrice"), size),
    )


def _error(payload: Payload) -> object:
    """{"code": -1121, "msg": "Invalid symbol."}"""
    return payload.get("msg") if isinstance(payload, dict) else None
