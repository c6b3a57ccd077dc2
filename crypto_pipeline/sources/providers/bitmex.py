"""BitMEX: funding that its perpetuals have paid. https://www.bitmex.com/api/explorer/#!/Funding/Funding_get"""

from crypto_pipeline.schema.rows import Funding
from crypto_pipeline.sources.formats.funding import PAYMENTS
from crypto_pipeline.sources.kit import Context, Pages, Payload, Provider, RequestSpec, Rows, each, reject

bitmex = Provider(
    "bitmex",
    "https://www.bitmex.com/api/v1",
    docs="https://www.bitmex.com/api/explorer/#!/Funding/Funding_get",
    too_often=("Rate limit exceeded",),
    per_minute=30,
    quirks="The oldest perpetual contract of all: XBTUSD has paid since May 2016. Not to be had from the United States and some other places.",
)

CONTRACTS = {"XBTUSD": "BTC", "XBTUSDT": "BTC", "ETHUSD": "ETH", "ETHUSDT": "ETH"}
"""Contracts and their coins. XBTUSD is paid in bitcoins and ETHUSD too; what they pay is a fraction all the same."""


def _contracts(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(contract, values={"coin": coin, "contract": contract}, params={"symbol": contract})
        for contract, coin in CONTRACTS.items()
        if coin in context.universe
    ]


@bitmex.endpoint(
    Funding,
    "/funding",
    requests=_contracts,
    cadence=60,
    history=Pages(
        500,
        {"startTime": "{start_iso}", "endTime": "{last_iso}", "count": "{size}", "reverse": "false"},
        since="2016-05-14",
        seconds=8 * 3600,
    ),
    count=PAYMENTS,
    reverse="true",
)
def funding_history(payload: Payload) -> Rows:
    """[{"timestamp": "2026-11-23T12:00:00.000Z", "symbol": "XBTUSD", "fundingInterval": "2000-01-01T08:00:00.000Z",
    "fundingRate": 0.0001, "fundingRateDaily": 0.0003}]

    Newest first. fundingInterval counts from midnight. An error is {"error": {"message": "...", "name": "HTTPError"}}.
    """
    reject(payload.get("error") if isinstance(payload, dict) else None)
    return each(payload, _payment)


def _payment(payment: Payload) -> Funding | None:
    coin = CONTRACTS.get(payment["symbol"])
    if coin is None:
        return None
    return Funding(
        coin, payment["symbol"], payment["timestamp"], payment["fundingRate"], _hours(payment.get("fundingInterval"))
    )


def _hours(interval: str | None) -> float | None:
    """The hours of a time of day; None where the answer has none.

    >>> _hours("2000-01-01T08:00:00.000Z"), _hours(None)
    (8.0, None)
    """
    if not interval:
        return None
    hours, minutes, _ = interval.partition("T")[2].split(":")
    return int(hours) + int(minutes) / 60
