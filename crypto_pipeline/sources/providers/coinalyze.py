"""Coinalyze: open interest and liquidations, with a free key. https://api.coinalyze.net/v1/doc/"""

from crypto_pipeline.schema.rows import Derivative, Metric, Row
from crypto_pipeline.sources.formats.contracts import dollar_bundle
from crypto_pipeline.sources.kit import (
    Key,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    Unreadable,
    each,
    get,
    present,
    reject,
)

coinalyze = Provider(
    "coinalyze",
    "https://api.coinalyze.net/v1",
    docs="https://api.coinalyze.net/v1/doc/",
    per_minute=40,
    key=Key("COINALYZE_API_KEY", header="api_key", required=True),
    quirks="The letter behind the dot is the exchange: A is Binance. Each symbol counts as a request.",
)

HOUR = 3600


@coinalyze.endpoint(
    Derivative,
    get("/open-interest", weight=2),
    cadence=15,
    symbols="BTCUSDT_PERP.A,ETHUSDT_PERP.A",
    convert_to_usd="true",
)
def open_interest(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT_PERP.A", "value": 7692550050.0, "update": 1795435200000}]"""
    reject(_error(payload))
    return each(payload, _open_interest)


def _open_interest(contract: Payload) -> Derivative | None:
    named = dollar_bundle(contract["symbol"].split("_")[0])
    if named is None:
        return None
    return Derivative(
        named[0], contract["symbol"], open_interest_usd=contract.get("value"), timestamp=contract.get("update")
    )


@coinalyze.endpoint(
    Metric,
    "/liquidation-history",
    requests=lambda context: [
        RequestSpec(
            "BTC",
            params={
                "from": str(int(context.now.timestamp()) - 2 * HOUR),
                "to": str(int(context.now.timestamp())),
            },
        )
    ],
    cadence=60,
    symbols="BTCUSDT_PERP.A",
    interval="1hour",
    convert_to_usd="true",
)
def liquidations(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT_PERP.A", "history": [{"t": 1795431600, "l": 125000.5, "s": 98000.1}]}]

    Dollars of long and short positions closed by force in the hour that begins at t; the last hour is still running.
    """
    reject(_error(payload))
    return each(present(payload), _hours)


def _hours(contract: Payload) -> list[Row | Unreadable]:
    named = dollar_bundle(contract["symbol"].split("_")[0])
    if named is None:
        return []
    symbol = named[0].lower()

    def hour(entry: Payload) -> list[Row]:
        return [
            Metric(f"liquidations_{side}_{symbol}", entry[letter], "USD in an hour", timestamp=entry["t"])
            for side, letter in (("long", "l"), ("short", "s"))
        ]

    return list(each(contract["history"], hour))


def _error(payload: Payload) -> object:
    """{"message": "Invalid API key"}"""
    return payload.get("message") if isinstance(payload, dict) else None
