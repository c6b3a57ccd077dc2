"""CNN: the fear and greed index of American stocks. https://www.cnn.com/markets/fear-and-greed"""

from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Payload, Provider, Rows

cnn = Provider(
    "cnn",
    "https://production.dataviz.cnn.io",
    docs="https://www.cnn.com/markets/fear-and-greed",
    per_minute=2,
    headers={"Accept": "application/json"},
    quirks="Not published as an interface, and answers 418 to most programs: off by default.",
)


@cnn.endpoint(Metric, "/index/fearandgreed/current", cadence=60, on=False)
def stock_fear_greed(payload: Payload) -> Rows:
    """{"score": 42.3, "rating": "fear", "timestamp": "2026-11-23T00:00:00+00:00", "previous_close": 43.1, ...}

    The mood of the stock market, not of crypto. Seen inside of {"fear_and_greed": ...} as well.
    """
    index = payload.get("fear_and_greed", payload)
    return [
        Metric("stock_fear_greed_index", index.get("score"), "index 0-100", index.get("rating"), index.get("timestamp"))
    ]
