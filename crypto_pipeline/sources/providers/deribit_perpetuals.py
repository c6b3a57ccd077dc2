"""Deribit: funding and open interest of its perpetuals, its volatility index. https://docs.deribit.com"""

from collections.abc import Iterator

from crypto_pipeline.schema.rows import Derivative, Funding, Metric
from crypto_pipeline.sources.formats.funding import funding_requests
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    about,
    each,
    get,
    reject,
)

deribit_perpetuals = Provider(
    "deribit_perpetuals",
    "https://www.deribit.com/api/v2/public",
    docs="https://docs.deribit.com",
    too_often=('"code":10028', "too_many_requests"),
    source="deribit",
    budget=Budget(20, 1),
    quirks="Funding is paid without pause; the rate is that of the last eight hours. Open interest of these contracts is dollars.",
)

COINS = ("BTC", "ETH")
DAY_MS = 24 * 3600 * 1000


@deribit_perpetuals.endpoint(
    Derivative,
    "/ticker",
    requests=lambda context: [
        RequestSpec(
            coin,
            values={"coin": coin, "contract": f"{coin}-PERPETUAL"},
            params={"instrument_name": f"{coin}-PERPETUAL"},
        )
        for coin in COINS
        if coin in context.universe
    ],
)
def ticker(payload: Payload, spec: RequestSpec) -> Rows:
    """{"jsonrpc": "2.0", "result": {"instrument_name": "BTC-PERPETUAL", "timestamp": 1795435200000, "state": "open",
    "mark_price": 90500.5, "index_price": 90510.1, "open_interest": 1139551440, "funding_8h": 6.55e-06,
    "stats": {"volume": 5052.9, "volume_usd": 442197230.0, ...}, ...}, "usIn": 1, "usOut": 2, "usDiff": 1}
    """
    reject(payload.get("error"))
    result = payload["result"]
    about(
        result.get("instrument_name"), spec.values["contract"]
    )  # that of another contract may be coins, and no dollars
    return [
        Derivative(
            spec.values["coin"],
            result.get("instrument_name"),
            funding_rate=result.get("funding_8h"),
            funding_interval_hours=8,  # the field is that of 8 hours, whenever it is paid
            open_interest_usd=result.get("open_interest"),
            mark_price=result.get("mark_price"),
            index_price=result.get("index_price"),
            volume_24h_usd=result["stats"].get("volume_usd"),
            timestamp=result.get("timestamp"),
        )
    ]


def _last_day(context: Context) -> Iterator[RequestSpec]:
    now = int(context.now.timestamp() * 1000)
    for coin in COINS:
        if coin in context.universe:
            span = {"start_timestamp": str(now - DAY_MS), "end_timestamp": str(now)}
            yield RequestSpec(coin, values={"coin": coin}, params={"currency": coin, **span})


@deribit_perpetuals.endpoint(
    Metric,
    get("/get_volatility_index_data", {"resolution": "3600"}),
    requests=_last_day,
    cadence=15,
    history=Pages(
        1000, {"start_timestamp": "{start_ms}", "end_timestamp": "{last_ms}"}, since="2021-03-24", seconds=3600
    ),
)
def volatility_index(payload: Payload, spec: RequestSpec) -> Rows:
    """{"jsonrpc": "2.0", "result": {"data": [[1795431600000, 45.1, 45.6, 44.9, 45.2]], "continuation": null}, ...}

    One entry an hour, oldest first: opening time, open, high, low, close. The last hour is still running.
    """
    reject(payload.get("error"))
    name = f"volatility_index_{spec.values['coin'].lower()}"
    unit = "annualised volatility, percent"
    return each(payload["result"]["data"], lambda hour: Metric(name, hour[4], unit, timestamp=hour[0]))


@deribit_perpetuals.endpoint(
    Funding,
    "/get_funding_rate_history",
    requests=funding_requests(
        {coin: f"{coin}-PERPETUAL" for coin in COINS}.get,
        param="instrument_name",
        span_of="start_timestamp end_timestamp",
        hours=1,
    ),
    history=Pages(
        744, {"start_timestamp": "{start_ms}", "end_timestamp": "{last_ms}"}, since="2019-04-30", seconds=3600
    ),
    cadence=60,
    docs="https://docs.deribit.com/#public-get_funding_rate_history",
    quirks="Funding is paid without pause; a row is what was paid in the hour before its time.",
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"jsonrpc": "2.0", "result": [{"timestamp": 1795431600000, "index_price": 90450.2, "prev_index_price": 90390.1,
    "interest_8h": 2.1e-05, "interest_1h": 3.2e-06}], "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": false}

    One entry an hour, oldest first. interest_8h adds up the last eight; the rate here is that of the one hour.
    """
    reject(payload.get("error"))
    coin, contract = spec.values["coin"], spec.values["contract"]
    return each(
        payload["result"],
        lambda hour: Funding(coin, contract, hour["timestamp"], hour["interest_1h"], interval_hours=1),
    )
