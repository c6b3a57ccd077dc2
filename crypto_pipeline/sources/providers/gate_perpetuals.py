"""Gate: funding, open interest, positions and liquidations of its perpetuals. https://www.gate.com/docs/developers/apiv4/"""

from crypto_pipeline.schema.rows import Derivative, Funding, Liquidation, Metric, Row
from crypto_pipeline.sources.formats.contracts import dollar_bundle, of_no_coin, per_coin
from crypto_pipeline.sources.formats.funding import PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    each,
    is_past,
    number,
    present,
    scaled,
    together,
)

gate_perpetuals = Provider(
    "gate_perpetuals",
    "https://api.gateio.ws/api/v4/futures/usdt",
    docs="https://www.gate.com/docs/developers/apiv4/",
    too_often=('"label":"TOO_MANY_REQUESTS"', '"label":"TOO_FAST"'),
    source="gate",
    budget=Budget(200, 10),
)


@gate_perpetuals.endpoint(
    (Derivative, Metric),
    "/contract_stats",
    requests=lambda context: [
        RequestSpec(coin, values={"coin": coin, "contract": f"{coin}_USDT"}, params={"contract": f"{coin}_USDT"})
        for coin in ("BTC", "ETH")
        if coin in context.universe
    ],
    quirks="Of the past open interest and positions hour by hour; the liquidations of an hour would be another metric.",
    history=Pages(
        100,
        {"from": "{start}", "limit": "{size}", "interval": "1h"},
        since="2020-10-28",
        seconds=3600,
        doubt="How far back it reaches is not documented.",
    ),
    interval="5m",
    limit=1,
)
def contract_stats(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"time": 1795435200, "lsr_taker": 1.02, "lsr_account": 1.35, "long_liq_usd": 70.0, "short_liq_usd": 0,
    "open_interest": 124724, "open_interest_usd": 870000000.1, "top_lsr_account": 1.5, "mark_price": 90500.5, ...}]

    Five minutes; liquidations are the dollars of positions closed by force in them.
    """
    coin = spec.values["coin"]

    def stats(period: Payload) -> list[Row]:
        at = period["time"]
        metrics = [("long_short_ratio", period.get("lsr_account"), "ratio")]
        if not is_past(spec):
            metrics += [
                ("liquidations_long", period.get("long_liq_usd"), "USD in 5 minutes"),
                ("liquidations_short", period.get("short_liq_usd"), "USD in 5 minutes"),
            ]
        return [
            Derivative(
                coin,
                spec.values["contract"],
                open_interest_usd=period.get("open_interest_usd"),
                mark_price=period.get("mark_price"),
                timestamp=at,
            ),
            *(
                Metric(f"{name}_{coin.lower()}", value, unit, timestamp=at)
                for name, value, unit in metrics
                if value is not None
            ),
        ]

    periods = present(payload)
    return each(periods if is_past(spec) else periods[-1:], stats)


@gate_perpetuals.endpoint(
    Funding,
    "/funding_rate",
    requests=funding_requests("{}_USDT".format, param="contract"),
    history=Pages(
        90,
        {"from": "{start}", "to": "{last}", "limit": "{size}"},
        since="2020-01-01",
        seconds=4 * 3600,
        doubt="Of a contract that paid more often than every four hours some payments may be missing.",
    ),
    cadence=60,
    quirks="Nothing in the answer says which contract it is of.",
    limit=PAYMENTS,
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"r": "0.000100", "t": 1795420800}]

    Rate and time, newest first.
    """
    coin, contract = spec.values["coin"], spec.values["contract"]
    return with_intervals(
        each(payload, lambda payment: Funding(coin, contract, payment["t"], payment["r"])), per_second=1
    )


@gate_perpetuals.endpoint(
    Liquidation,
    together(
        SubRequest("orders", path="/liq_orders?limit=1000"),
        SubRequest("contracts", path="/contracts"),
    ),
    cadence=15,
    answer=Expected(may_be_empty=True),
    docs="https://www.gate.com/docs/developers/apiv4/en/#query-liquidation-order-history",
    quirks="All contracts, the last hour at most. That a size above zero is a long position follows from the example in the "
    "documentation, and some read it the other way round.",
)
def liquidations(payload: Payload) -> Rows:
    """{"orders": [{"time": 1795435160, "contract": "BTC_USDT", "size": 600, "order_size": -600, "order_price": "90405",
    "fill_price": "90424.1", "left": 0}], "contracts": [{"name": "BTC_USDT", "quanto_multiplier": "0.0001", ...}]}

    size is that of the position in contracts, order_size what was closed of it; a contract holds quanto_multiplier coins.
    Those of shares, metals and money ("contract_type": "stocks") are passed over.
    """
    contracts_of = {one["name"]: one for one in present(payload["contracts"]) if "name" in one}

    def closed(order: Payload) -> Liquidation | None:
        named = dollar_bundle(order["contract"])
        if named is None:
            return None
        contract = contracts_of[order["contract"]]
        if of_no_coin(contract.get("contract_type")):
            return None
        coin, size = named
        position = number(order["size"])
        contracts = abs(number(order.get("order_size", position)))
        return Liquidation(
            coin,
            order["contract"],
            "long" if position > 0 else "short",
            order["time"],
            per_coin(order["fill_price"], size),
            scaled(contracts, number(contract.get("quanto_multiplier")) * size),
        )

    return each(payload["orders"], closed)
