"""HTX: funding and liquidations of its perpetuals. https://www.htx.com/en-us/opend/newApiPages/"""

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import Derivative, Funding, Liquidation
from crypto_pipeline.sources.formats.contracts import bundle
from crypto_pipeline.sources.formats.funding import FEW_COINS, PAYMENTS, funding_requests, with_intervals
from crypto_pipeline.sources.formats.liquidations import LIQUIDATION_COINS, side_of_order
from crypto_pipeline.sources.formats.perpetuals import liquidation_of_one_coin
from crypto_pipeline.sources.kit import (
    Expected,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    reject_unless,
    scaled,
)

htx_perpetuals = Provider(
    "htx_perpetuals",
    "https://api.hbdm.com",
    docs="https://www.htx.com/en-us/opend/newApiPages/",
    too_often=('"err_code":1032', "too-many-request"),
    source="htx",
    per_minute=60,
)

MS_PER_HOUR = 3_600_000


@htx_perpetuals.endpoint(Derivative, "/linear-swap-api/v1/swap_batch_funding_rate", cadence=15)
def funding(payload: Payload) -> Rows:
    """{"status": "ok", "data": [{"estimated_rate": null, "funding_rate": "0.000100000000000000", "contract_code": "BTC-USDT",
    "symbol": "BTC", "fee_asset": "USDT", "funding_time": "1795449600000", "next_funding_time": null}], "ts": 1795435200000}

    funding_time is the coming payment, next_funding_time the one after it; where that is null nothing here says how often
    the contract pays.
    """
    reject_unless(payload, "status", "ok")
    said_at = payload.get("ts")

    def contract(swap: Payload) -> Derivative | None:
        if swap["funding_rate"] is None or swap["fee_asset"] not in DOLLARS:
            return None
        return Derivative(
            bundle(swap["symbol"])[0],
            swap["contract_code"],
            funding_rate=swap.get("funding_rate"),
            funding_interval_hours=_hours(swap),
            next_funding_at=swap.get("funding_time"),
            timestamp=said_at,
        )

    return each(payload["data"], contract)


def _hours(swap: Payload) -> float | None:
    """The funding interval; None where the answer does not say it."""
    coming, next_one = scaled(swap.get("funding_time"), 1), scaled(swap.get("next_funding_time"), 1)
    return (next_one - coming) / MS_PER_HOUR if coming and next_one and next_one > coming else None


@htx_perpetuals.endpoint(
    Liquidation,
    "/linear-swap-api/v3/swap_liquidation_orders",
    requests=lambda context: [
        RequestSpec(coin, params={"contract": f"{coin}-USDT"}) for coin in LIQUIDATION_COINS if coin in context.universe
    ],
    cadence=15,
    answer=Expected(may_be_empty=True),
    trade_type=0,
)
def liquidations(payload: Payload) -> Rows:
    """{"code": 200, "msg": "", "data": [{"query_id": 452057, "contract_code": "BTC-USDT", "symbol": "BTC", "direction": "sell",
    "offset": "close", "volume": 479, "price": 90500.5, "created_at": 1795435140000, "amount": 0.479,
    "trade_turnover": 43349.7, "business_type": "swap", "pair": "BTC-USDT"}], "ts": 1795435200000}

    A position that was long is closed by selling. volume counts contracts, amount coins.
    """
    reject_unless(payload, "code", 200)
    return each(payload["data"], _liquidation)


def _liquidation(order: Payload) -> Liquidation:
    symbol, _, _ = order["pair"].partition("-")
    return liquidation_of_one_coin(
        Liquidation(
            symbol,
            order["contract_code"],
            side_of_order(order["direction"]),
            order["created_at"],
            order["price"],
            order["amount"],
            liquidation_id=order.get("query_id"),
        )
    )


@htx_perpetuals.endpoint(
    Funding,
    "/linear-swap-api/v1/swap_historical_funding_rate",
    requests=funding_requests("{}-USDT".format, param="contract_code", coins=FEW_COINS),
    history=Pages(
        PAYMENTS,
        {"page_index": "{page}", "page_size": "{size}"},
        since="2020-10-21",
        seconds=8 * 3600,
        doubt="That it reaches back to the first payment of a contract is known from its users, and not documented.",
    ),
    cadence=60,
    quirks="A newer request beside it, /v5/market/funding_rate_history, takes a time from and up to which; how much time it may span is not documented.",
    page_size=PAYMENTS,
)
def funding_history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"status": "ok", "data": {"total_page": 133, "current_page": 1, "total_size": 6640, "data": [{"avg_premium_index": null,
    "funding_rate": "0.000100000000000000", "realized_rate": null, "funding_time": "1795420800000", "contract_code": "BTC-USDT",
    "symbol": "BTC", "fee_asset": "USDT"}]}, "ts": 1795435200000}

    Newest first, in pages that are numbered. realized_rate is what was charged, and mostly empty.
    """
    reject_unless(payload, "status", "ok")

    def payment(one: Payload) -> Funding:
        return Funding(spec.values["coin"], one["contract_code"], one["funding_time"], one["funding_rate"])

    return with_intervals(each(payload["data"]["data"], payment))
