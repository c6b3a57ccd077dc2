"""Bitfinex: funding, open interest and liquidations of its perpetuals. https://docs.bitfinex.com/reference/rest-public-derivatives-status"""

from typing import Literal

from crypto_pipeline.schema.rows import Derivative, Liquidation
from crypto_pipeline.sources.kit import (
    Expected,
    Payload,
    Provider,
    Rows,
    each,
    get,
    is_set,
    number,
    product,
    reject,
)
from crypto_pipeline.sources.providers.bitfinex import NAMES

bitfinex_perpetuals = Provider(
    "bitfinex_perpetuals",
    "https://api-pub.bitfinex.com/v2",
    docs="https://docs.bitfinex.com/reference/rest-public-derivatives-status",
    too_often=("ERR_RATE_LIMIT", "ratelimit: error"),
    source="bitfinex",
    per_minute=30,
    aliases=NAMES,
)


@bitfinex_perpetuals.endpoint(Derivative, "/status/deriv", cadence=15, keys="tBTCF0:USTF0,tETHF0:USTF0")
def status(payload: Payload) -> Rows:
    """[["tBTCF0:USTF0", 1795435200000, null, 90500.5, 90510.1, null, 1396531.6, null, 1795449600000, 0.0001, 6, null, 0.0001,
    null, null, 90501.0, null, null, 2465.0, null, null, null, 0.0005, 0.0025]]

    0 contract, 1 time, 4 spot price, 8 next funding, 12 funding of the running eight hours, 15 mark price, 18 open interest in
    coins. The prices of tETHF0:BTCF0 are bitcoins: it is passed over. An error is ["error", 10020, "text"].
    """
    reject(payload[2] if payload and payload[0] == "error" else None)
    return each(payload, _contract)


def _contract(fields: Payload) -> Derivative | None:
    contract = fields[0]
    symbol, _, quote = contract.removeprefix("t").partition("F0:")
    if quote != "USTF0":
        return None
    return Derivative(
        symbol,
        contract,
        funding_rate=fields[12],
        funding_interval_hours=8,  # the field is defined so, for every contract
        next_funding_at=fields[8],
        open_interest=fields[18],
        open_interest_usd=product(fields[18], fields[15]),
        mark_price=fields[15],
        index_price=fields[4],
        timestamp=fields[1],
    )


@bitfinex_perpetuals.endpoint(
    Liquidation,
    get("/liquidations/hist", weight=10),
    cadence=15,
    docs="https://docs.bitfinex.com/reference/rest-public-liquidations",
    answer=Expected(may_be_empty=True),
    quirks="Three requests a minute at most.",
    limit=500,
)
def liquidations(payload: Payload) -> Rows:
    """[[["pos", 158793100, 1795435140000, null, "tBTCF0:USTF0", 0.05, 90500.5, null, 0, 1, null, 90510.0]], ...]

    Each entry wraps one list: 1 position, 2 time, 4 contract, 5 coins of the position, less than zero for a short one, 6 the
    price at which it was once entered, 8 whether this is the sale that follows (1) or the liquidation itself (0), 11 the price
    at which it was closed.
    """
    reject(payload[2] if payload and payload[0] == "error" else None)
    return each(payload, _liquidation)


def _liquidation(entry: Payload) -> Liquidation | None:
    (fields,) = entry
    symbol, _, quote = fields[4].removeprefix("t").partition("F0:")
    if is_set(fields[8]) or quote != "USTF0":
        return None
    coins = number(fields[5])
    side: Literal["long", "short"] = "long" if coins > 0 else "short"
    return Liquidation(symbol, fields[4], side, fields[2], fields[11], abs(coins), liquidation_id=fields[1])
