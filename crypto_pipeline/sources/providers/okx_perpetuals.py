"""OKX: funding, open interest and positions of its perpetuals, prices of its dated futures. https://www.okx.com/docs-v5/en/#public-data"""

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import DatedFuture, Derivative, Funding, Liquidation, Metric, Row
from crypto_pipeline.sources.formats.contracts import bundle, per_coin
from crypto_pipeline.sources.formats.funding import FEW_COINS, PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.formats.futures import named_future
from crypto_pipeline.sources.formats.liquidations import LIQUIDATION_COINS, side_of_order
from crypto_pipeline.sources.formats.perpetuals import figures_of_one_coin
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Expected,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    about,
    each,
    get,
    number,
    present,
    reject_unless,
    scaled,
    together,
)

okx_perpetuals = Provider(
    "okx_perpetuals",
    "https://www.okx.com/api/v5",
    docs="https://www.okx.com/docs-v5/en/#public-data",
    too_often=('"code":"50011"', '"code":"50061"'),
    source="okx",
    budget=Budget(80, 4),
    quirks="Some countries are refused.",
)

COINS = ("BTC", "ETH", "SOL")
"""Coins whose funding is asked one by one."""
MS_PER_HOUR = 3_600_000


def _swaps(context: Context) -> list[RequestSpec]:
    return [RequestSpec(coin, params={"instId": f"{coin}-USDT-SWAP"}) for coin in COINS if coin in context.universe]


@okx_perpetuals.endpoint(Derivative, get("/public/funding-rate", weight=2), requests=_swaps)
def funding(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SWAP", "instId": "BTC-USDT-SWAP", "fundingRate": "0.0000792",
    "fundingTime": "1795449600000", "nextFundingRate": "", "nextFundingTime": "1795478400000", "ts": "1795435200000", ...}]}

    fundingTime is the coming payment, nextFundingTime the one after it.
    """
    _check(payload)
    return each(payload["data"], _funding)


def _funding(swap: Payload) -> Derivative:
    coming, next_one = scaled(swap.get("fundingTime"), 1), scaled(swap.get("nextFundingTime"), 1)
    return figures_of_one_coin(
        Derivative(
            swap["instId"].split("-")[0],
            swap["instId"],
            funding_rate=swap.get("fundingRate"),
            funding_interval_hours=(next_one - coming) / MS_PER_HOUR if coming and next_one else None,
            next_funding_at=swap.get("fundingTime"),
            timestamp=swap.get("ts"),
        )
    )


@okx_perpetuals.endpoint(Derivative, "/public/open-interest", instType="SWAP")
def open_interest(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SWAP", "instId": "BTC-USDT-SWAP", "oi": "2500000", "oiCcy": "25000.1",
    "oiUsd": "2262512550.0", "ts": "1795435200000"}]}

    oi counts contracts, oiCcy coins. oiUsd is newer than the rest and may be absent.
    """
    _check(payload)
    return each(payload["data"], _open_interest)


def _open_interest(swap: Payload) -> Derivative | None:
    symbol, quote, _ = swap["instId"].split("-")
    if quote not in DOLLARS:
        return None
    return figures_of_one_coin(
        Derivative(
            symbol,
            swap["instId"],
            open_interest=swap.get("oiCcy"),
            open_interest_usd=swap.get("oiUsd"),
            timestamp=swap.get("ts"),
        )
    )


@okx_perpetuals.endpoint(
    Derivative,
    "/rubik/stat/contracts/open-interest-history",
    requests=funding_requests("{}-USDT-SWAP".format, param="instId", coins=FEW_COINS),
    history=Pages(
        100,
        {"begin": "{before_ms}", "end": "{end_ms}", "limit": "{size}"},
        since="2024-02-05",
        reach=1440,
        seconds=3600,
        weight=4,  # of one contract no more than five a second
    ),
    cadence=60,
    docs="https://www.okx.com/docs-v5/en/#trading-statistics-rest-api-get-contract-open-interest-history",
    quirks="Hour by hour, and the newest 1,440 hours alone.",
    period="1H",
    limit=2,
)
def open_interest_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "0", "msg": "", "data": [["1795435200000", "2500000", "25000.1", "2262512550.0"]]}

    Time, contracts, coins, dollars; newest first.
    """
    _check(payload)
    coin, contract = spec.values["coin"], spec.values["contract"]

    def hour(one: Payload) -> Derivative:
        at, _, coins, dollars = one[:4]  # whatever is added later comes behind
        return Derivative(coin, contract, open_interest=coins, open_interest_usd=dollars, timestamp=at)

    return each(payload["data"], hour)


@okx_perpetuals.endpoint(
    Metric,
    get("/rubik/stat/contracts/long-short-account-ratio", weight=4),
    requests=lambda context: [
        RequestSpec(coin, values={"coin": coin}, params={"ccy": coin})
        for coin in ("BTC", "ETH")
        if coin in context.universe
    ],
    cadence=15,
    period="5m",
)
def long_short_ratio(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "0", "msg": "", "data": [["1795435200000", "1.25"], ["1795434900000", "1.24"]]}

    Time and accounts that are long over those that are short; newest first.
    """
    _check(payload)
    name = f"long_short_ratio_{spec.values['coin'].lower()}"

    def ratio(period: Payload) -> Metric:
        said_at, share = period  # taker volumes have a third column
        return Metric(name, share, "ratio", timestamp=said_at)

    return each(payload["data"][:1], ratio)


@okx_perpetuals.endpoint(
    Funding,
    get("/public/funding-rate-history", weight=2),
    requests=funding_requests("{}-USDT-SWAP".format, param="instId", coins=FEW_COINS),
    history=Pages(
        100,
        {"after": "{end_ms}", "before": "{before_ms}", "limit": "{size}"},
        since="2022-01-01",
        reach=2160,
        seconds=3600,
        weight=4,
    ),
    cadence=60,
    docs="https://www.okx.com/docs-v5/en/#public-data-rest-api-get-funding-rate-history",
    quirks="It tells the last three months.",
    limit=PAYMENTS,
)
def funding_history(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SWAP", "instId": "BTC-USDT-SWAP", "fundingRate": "0.0000792",
    "realizedRate": "0.0000801", "fundingTime": "1795420800000", "method": "current_period", "formulaType": "withRate"}]}

    Newest first. fundingRate was the forecast, realizedRate is what was paid.
    """
    _check(payload)
    return with_intervals(each(payload["data"], _payment))


def _payment(one: Payload) -> Funding:
    return Funding(one["instId"].split("-")[0], one["instId"], one["fundingTime"], one["realizedRate"])


@okx_perpetuals.endpoint(
    Liquidation,
    together(
        SubRequest("orders", path="/public/liquidation-orders?instType=SWAP&state=filled"),
        SubRequest("instruments", path="/public/instruments?instType=SWAP"),
    ),
    requests=lambda context: [
        RequestSpec(coin, params={"instFamily": f"{coin}-USDT"})
        for coin in LIQUIDATION_COINS
        if coin in context.universe
    ],
    cadence=15,
    answer=Expected(may_be_empty=True),
    docs="https://www.okx.com/docs-v5/en/#public-data-rest-api-get-liquidation-orders",
    quirks="The newest hundred. Prices are those at which the owner had nothing left, not those of the trades.",
)
def liquidations(payload: Payload) -> Rows:
    """{"orders": {"code": "0", "msg": "", "data": [{"instId": "BTC-USDT-SWAP", "instType": "SWAP", "details": [{"bkPx": "90450.2",
    "sz": "12.5", "posSide": "long", "side": "sell", "time": "1795435160000", ...}], ...}]},
    "instruments": {"code": "0", "msg": "", "data": [{"instId": "BTC-USDT-SWAP", "ctVal": "0.01", "ctValCcy": "BTC", ...}]}}

    sz counts contracts, of ctVal coins each, or of as many dollars where ctValCcy is USD: BTC-USD-SWAP. posSide is net where an
    account holds one position a contract.
    """
    orders, instruments = payload["orders"], payload["instruments"]
    _check(orders)
    _check(instruments)
    contract_of = {one["instId"]: one for one in present(instruments["data"]) if "instId" in one}

    def closed(contract: Payload) -> list[Row]:
        name = contract["instId"]
        coin, size = bundle(name.split("-")[0])
        return [
            Liquidation(
                coin,
                name,
                side_of_order(order["side"]),
                order.get("time") or order["ts"],
                per_coin(order["bkPx"], size),
                _coins(contract_of[name], order) * size,
            )
            for order in present(contract["details"])
        ]

    return each(orders["data"], closed)


def _coins(contract: Payload, order: Payload) -> float:
    """How many coins an order is about; ValueError for a contract that is counted in neither coins nor dollars."""
    counted = scaled(order["sz"], number(contract["ctVal"]))
    if counted is None:
        raise ValueError("it does not say how many contracts")
    unit = contract.get("ctValCcy") or contract["instId"].split("-")[0]
    if unit in DOLLARS:
        return counted / number(order["bkPx"])
    about(unit, contract["instId"].split("-")[0])
    return counted


@okx_perpetuals.endpoint(
    DatedFuture,
    "/public/mark-price",
    name="dated",
    cadence=15,
    docs="https://www.okx.com/docs-v5/en/#public-data-rest-api-get-mark-price",
    quirks="Prices alone. That of a contract against dollars and that of one against USDT are told apart by its name.",
    instType="FUTURES",
)
def dated(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "FUTURES", "instId": "BTC-USD-261225", "markPx": "91204.8", "ts": "1795435199000"}]}

    Names end with the day.
    """
    _check(payload)
    return each(payload["data"], _dated)


def _dated(contract: Payload) -> DatedFuture | None:
    named = named_future(contract["instId"])
    return named and DatedFuture(
        named.coin,
        contract["instId"],
        named.expiry.timestamp(),
        per_coin(contract["markPx"], named.size),
        timestamp=contract.get("ts"),
    )


def _check(payload: Payload) -> None:
    reject_unless(payload, "code", "0")
