"""Phemex, spot market. https://phemex-docs.github.io/#query-24-hours-ticker-for-all-symbols-2"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject, scaled

phemex = Provider(
    "phemex",
    "https://api.phemex.com",
    docs="https://phemex-docs.github.io/#query-24-hours-ticker-for-all-symbols-2",
    too_often=('"code":-1003', "TOO_MANY_REQUESTS"),
    budget=Budget(5000, 300),
)


@phemex.endpoint(Quote, "/v1/md/spot/ticker/24hr/all")
def tickers(payload: Payload) -> Rows:
    """{"error": null, "id": 0, "result": [{"symbol": "sBTCUSDT", "lastEp": 9050010000000, "openEp": 9000000000000,
    "highEp": 9100000000000, "lowEp": 8950000000000, "volumeEv": 120050000000, "turnoverEv": 10800000000000000,
    "timestamp": 1795435199000000000, ...}]}

    Numbers are whole: hundred millionths of coins and prices. The time is in nanoseconds.
    """
    reject(payload.get("error"))
    return each(payload["result"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"].removeprefix("s"),
        last=_unscaled(ticker["lastEp"]),
        volume_base=_unscaled(ticker.get("volumeEv")),
        volume_quote=_unscaled(ticker.get("turnoverEv")),
        open=_unscaled(ticker.get("openEp")),
        high=_unscaled(ticker.get("highEp")),
        low=_unscaled(ticker.get("lowEp")),
        timestamp=ticker.get("timestamp"),
    )


def _unscaled(whole: Payload) -> float | None:
    return scaled(whole, 1e-8)
