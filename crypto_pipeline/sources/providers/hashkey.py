"""HashKey Global, spot market. https://hashkeyglobal-apidoc.readme.io"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

hashkey = Provider(
    "hashkey",
    "https://api-glb.hashkey.com/quote/v1",
    docs="https://hashkeyglobal-apidoc.readme.io",
    budget=Budget(10, 1),
)


@hashkey.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"t": 1795435199000, "s": "BTCUSDT", "c": "90500.1", "h": "91000", "l": "89500", "o": "90000", "b": "90499",
    "a": "90501", "v": "120.5", "qv": "10880000"}]

    Time, name, last, high, low, open, bid, ask, coins, turnover. ETHUSDT-PERPETUAL is a contract.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["s"].endswith("-PERPETUAL"):
        return None
    return Quote(
        ticker["s"],
        last=ticker["c"],
        volume_base=ticker.get("v"),
        volume_quote=ticker.get("qv"),
        open=ticker.get("o"),
        high=ticker.get("h"),
        low=ticker.get("l"),
        timestamp=ticker.get("t"),
    )
