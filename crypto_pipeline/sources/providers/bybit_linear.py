"""Bybit, linear perpetuals: funding, open interest, positions. https://bybit-exchange.github.io/docs/v5/market/tickers"""

from collections.abc import Mapping

from crypto_pipeline.schema.rows import DatedFuture, Derivative, Funding, Listing, Metric, Row
from crypto_pipeline.sources.formats.contracts import bundle, dollar_bundle, of_no_coin, per_coin
from crypto_pipeline.sources.formats.funding import PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.formats.futures import named_future
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE, Status
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    number,
    reject,
    reject_unless,
    scaled,
)

bybit_linear = Provider(
    "bybit_linear",
    "https://api.bybit.com/v5/market",
    source="bybit",
    docs="https://bybit-exchange.github.io/docs/v5/market/tickers",
    too_often=('"retCode":10006', '"retCode":10018'),
    budget=Budget(600, 5),
    never_from=("us", "cn"),  # https://bybit-exchange.github.io/docs/v5/guide
    quirks="Its documentation: addresses in the United States and mainland China get 403.",
)

STATUS: Mapping[str, Status] = {
    "Trading": "trading",
    "PreLaunch": "announced",
    "Delivering": "halted",
    "Closed": "delisted",
}
COINS = ("BTC", "ETH", "SOL")
"""Coins whose positions are asked one by one."""


@bybit_linear.endpoint((Derivative, DatedFuture), "/tickers", category="linear")
def tickers(payload: Payload) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"category": "linear", "list": [{"symbol": "BTCUSDT", "lastPrice": "90500.50",
    "indexPrice": "90510.1", "markPrice": "90501.0", "openInterest": "50000.1", "openInterestValue": "4525059050.1",
    "turnover24h": "5000000000", "fundingRate": "0.0001", "fundingIntervalHour": "8", "nextFundingTime": "1795449600000",
    ...}]}, "time": 1795435200000}

    Dated futures (BTCUSDT-25DEC26, and BTC-25DEC26 against USDC) are in the list. BTCPERP is the contract against USDC. Prices and amounts of bundles
    become those of one coin.
    """
    reject_unless(payload, "retCode", 0)
    result, said_at = payload["result"], payload.get("time")
    if (result.get("category") or "linear") != "linear":
        reject(f"contracts of category {result['category']} came")

    def contract(ticker: Payload) -> Row | None:
        name = ticker["symbol"]
        if (dated := named_future(name)) is not None:
            return DatedFuture(
                dated.coin,
                name,
                dated.expiry.timestamp(),
                per_coin(ticker["markPrice"], dated.size),
                index_price=per_coin(ticker.get("indexPrice"), dated.size),
                open_interest=scaled(ticker.get("openInterest"), dated.size),
                open_interest_usd=ticker.get("openInterestValue"),
                volume_24h_usd=ticker.get("turnover24h"),
                timestamp=said_at,
            )
        named = dollar_bundle(f"{name.removesuffix('PERP')}USDC" if name.endswith("PERP") else name)
        if named is None:
            return None
        symbol, size = named
        return Derivative(
            symbol,
            name,
            funding_rate=ticker.get("fundingRate"),
            funding_interval_hours=ticker.get("fundingIntervalHour"),
            next_funding_at=ticker.get("nextFundingTime"),
            open_interest=scaled(ticker.get("openInterest"), size),
            open_interest_usd=ticker.get("openInterestValue"),
            mark_price=per_coin(ticker.get("markPrice"), size),
            index_price=per_coin(ticker.get("indexPrice"), size),
            volume_24h_usd=ticker.get("turnover24h"),
            timestamp=said_at,
        )

    return each(result["list"], contract)


def _contracts(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, values={"coin": coin, "contract": f"{coin}USDT"}, params={"symbol": f"{coin}USDT"})
        for coin in COINS
        if coin in context.universe
    ]


@bybit_linear.endpoint(
    Metric,
    "/account-ratio",
    requests=_contracts,
    cadence=15,
    docs="https://bybit-exchange.github.io/docs/v5/market/long-short-ratio",
    category="linear",
    period="5min",
    limit=1,
)
def account_ratio(payload: Payload, spec: RequestSpec) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"list": [{"symbol": "BTCUSDT", "buyRatio": "0.5777", "sellRatio": "0.4223",
    "timestamp": "1795435200000"}], "nextPageCursor": ""}, "time": 1795435200001}

    Shares of the accounts that are long and short; newest first.
    """
    reject_unless(payload, "retCode", 0)
    name = f"long_short_ratio_{spec.values['coin'].lower()}"

    def ratio(period: Payload) -> Metric:
        share = number(period["buyRatio"]) / number(period["sellRatio"])
        return Metric(name, share, "ratio", timestamp=period["timestamp"])

    return each(payload["result"]["list"][:1], ratio)


@bybit_linear.endpoint(
    Derivative,
    "/open-interest",
    requests=funding_requests("{}USDT".format, param="symbol"),
    history=Pages(
        200,
        {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"},
        since="2020-07-20",
        seconds=3600,
        doubt="How far back it reaches differs from contract to contract.",
    ),
    cadence=60,
    docs="https://bybit-exchange.github.io/docs/v5/market/open-interest",
    quirks="Hour by hour, in coins; its worth in dollars is not told.",
    category="linear",
    intervalTime="1h",
    limit=2,
)
def open_interest(payload: Payload) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"symbol": "BTCUSDT", "category": "linear", "list": [
    {"openInterest": "50000.10000000", "timestamp": "1795435200000"}], "nextPageCursor": ""}, "time": 1795435200001}

    Newest first. Contracts that are paid in coins are counted in dollars, and passed over.
    """
    reject_unless(payload, "retCode", 0)
    result = payload["result"]
    if (result.get("category") or "linear") != "linear":
        reject(f"contracts of category {result['category']} came")
    contract = result["symbol"]
    named = dollar_bundle(contract)

    def hour(one: Payload) -> Derivative | None:
        if named is None:
            return None
        symbol, size = named
        return Derivative(
            symbol, contract, open_interest=number(one["openInterest"]) * size, timestamp=one["timestamp"]
        )

    return each(result["list"], hour)


@bybit_linear.endpoint(
    Funding,
    "/funding/history",
    requests=funding_requests("{}USDT".format, param="symbol"),
    history=Pages(
        200, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2020-03-25", seconds=3600
    ),
    cadence=60,
    docs="https://bybit-exchange.github.io/docs/v5/market/history-fund-rate",
    quirks="A time from which on, without one up to which, is an error.",
    category="linear",
    limit=PAYMENTS,
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"category": "linear", "list": [{"symbol": "BTCUSDT", "fundingRate": "0.0001",
    "fundingRateTimestamp": "1795420800000"}]}, "retExtInfo": {}, "time": 1795435200000}

    Newest first.
    """
    reject_unless(payload, "retCode", 0)

    def payment(one: Payload) -> Funding:
        return Funding(spec.values["coin"], one["symbol"], one["fundingRateTimestamp"], one["fundingRate"])

    return with_intervals(each(payload["result"]["list"], payment))


@bybit_linear.endpoint(
    Listing,
    "/instruments-info",
    name="markets",
    cadence=LISTINGS_CADENCE,
    docs="https://bybit-exchange.github.io/docs/v5/market/instrument",
    quirks="The first thousand contracts. Of spot markets no dates are told, and they are not asked for.",
    category="linear",
    limit=1000,
)
def markets(payload: Payload) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"category": "linear", "list": [{"symbol": "BTCUSDT", "contractType":
    "LinearPerpetual", "status": "Trading", "baseCoin": "BTC", "quoteCoin": "USDT", "launchTime": "1585526400000",
    "deliveryTime": "0", ...}], "nextPageCursor": ""}, "time": 1795435200000}

    Dated contracts are passed over, and those of shares and metals ("symbolType": "stock"). deliveryTime of a perpetual contract is
    when it is given up.
    """
    reject_unless(payload, "retCode", 0)

    def listing(one: Payload) -> Listing | None:
        if one["contractType"] != "LinearPerpetual" or of_no_coin(one.get("symbolType")):
            return None
        return Listing(
            bundle(one["baseCoin"])[0],
            one["symbol"],
            "perpetual",
            one.get("quoteCoin"),
            STATUS.get(str(one.get("status"))),
            one.get("launchTime"),
            one.get("deliveryTime"),
        )

    return each(payload["result"]["list"], listing)
