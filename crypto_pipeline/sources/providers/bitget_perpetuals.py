"""Bitget: funding and open interest of its perpetuals. https://www.bitget.com/api-doc/contract/market/Get-All-Symbol-Ticker"""

from crypto_pipeline.schema.rows import Derivative, Funding
from crypto_pipeline.sources.formats.contracts import dollar_bundle, per_coin
from crypto_pipeline.sources.formats.funding import FEW_COINS, PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    each,
    present,
    reject_unless,
    scaled,
    together,
)

bitget_perpetuals = Provider(
    "bitget_perpetuals",
    "https://api.bitget.com",
    docs="https://www.bitget.com/api-doc/contract/market/Get-All-Symbol-Ticker",
    too_often=('"code":"429"', '"code":"30007"'),
    source="bitget",
    budget=Budget(20, 1),
    aliases={"TONCOIN": "TON"},
    quirks="The tickers do not say the funding interval; a second answer does, and without it the interval is not known.",
)


@bitget_perpetuals.endpoint(
    Derivative,
    together(
        SubRequest("tickers", path="/api/v2/mix/market/tickers"),
        SubRequest("funding", path="/api/v2/mix/market/current-fund-rate", optional=True),
    ),
    productType="USDT-FUTURES",
)
def tickers(payload: Payload) -> Rows:
    """{"tickers": {"code": "00000", "msg": "success", "requestTime": 1795435200000, "data": [{"symbol": "BTCUSDT",
    "lastPr": "90500.5", "ts": "1795435199000", "quoteVolume": "6300000000", "usdtVolume": "6300000000", "indexPrice": "90510.1",
    "fundingRate": "0.0001", "holdingAmount": "34278.06", "markPrice": "90501.0", ...}]},
    "funding": {"code": "00000", "data": [{"symbol": "BTCUSDT", "fundingRate": "0.0001", "fundingRateInterval": "8",
    "nextUpdate": "1795449600000", ...}]}}

    holdingAmount is coins; about half of the contracts pay funding every 4 hours. Also reads saved tickers alone; then the
    intervals are not known.
    """
    tickers = payload.get("tickers", payload)
    reject_unless(tickers, "code", "00000")
    funding = payload.get("funding")
    listed = funding.get("data") if isinstance(funding, dict) else None
    funding_of = {entry["symbol"]: entry for entry in present(listed or []) if "symbol" in entry}
    return each(tickers["data"], lambda ticker: _contract(ticker, funding_of.get(ticker["symbol"], {})))


def _contract(ticker: Payload, funding: Payload) -> Derivative | None:
    named = dollar_bundle(ticker["symbol"])
    if named is None:
        return None
    symbol, size = named
    return Derivative(
        symbol,
        ticker["symbol"],
        funding_rate=ticker.get("fundingRate"),
        funding_interval_hours=funding.get("fundingRateInterval"),
        next_funding_at=funding.get("nextUpdate"),
        open_interest=scaled(ticker.get("holdingAmount"), size),
        mark_price=per_coin(ticker.get("markPrice"), size),
        index_price=per_coin(ticker.get("indexPrice"), size),
        volume_24h_usd=ticker.get("usdtVolume"),
        timestamp=ticker.get("ts"),
    )


@bitget_perpetuals.endpoint(
    Funding,
    "/api/v2/mix/market/history-fund-rate",
    requests=funding_requests("{}USDT".format, param="symbol", coins=FEW_COINS),
    history=Pages(
        100,
        {"pageNo": "{page}", "pageSize": "{size}"},
        since="2020-05-01",
        seconds=8 * 3600,
        doubt="How far back it reaches is not documented; it is asked until a page is empty.",
    ),
    cadence=60,
    docs="https://www.bitget.com/api-doc/contract/market/Get-History-Funding-Rate",
    productType="USDT-FUTURES",
    pageSize=PAYMENTS,
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "00000", "msg": "success", "requestTime": 1795435200000, "data": [{"symbol": "BTCUSDT", "fundingRate": "0.0001",
    "fundingTime": "1795420800000"}]}

    Newest first.
    """
    reject_unless(payload, "code", "00000")

    def payment(one: Payload) -> Funding:
        return Funding(spec.values["coin"], one["symbol"], one["fundingTime"], one["fundingRate"])

    return with_intervals(each(payload["data"], payment))
