"""VALR (South Africa), spot market. https://docs.valr.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

valr = Provider(
    "valr",
    "https://api.valr.com/v1/public",
    docs="https://docs.valr.com",
    per_minute=10,
)


@valr.endpoint(Quote, "/marketsummary")
def tickers(payload: Payload) -> Rows:
    """[{"currencyPair": "BTCZAR", "askPrice": "1561000", "bidPrice": "1560000", "lastTradedPrice": "1560500",
    "previousClosePrice": "1552000", "baseVolume": "30.5", "quoteVolume": "47500000", "highPrice": "1570000",
    "lowPrice": "1540000", "created": "2026-11-23T11:59:58.000Z", "changeFromPrevious": "0.55"}]

    changeFromPrevious is percent. BTCUSDTPERP is a contract.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["currencyPair"].endswith("PERP"):
        return None
    return Quote(
        ticker["currencyPair"],
        last=ticker["lastTradedPrice"],
        volume_base=ticker.get("baseVolume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=ticker.get("changeFromPrevious"),
        open=ticker.get("previousClosePrice"),
        high=ticker.get("highPrice"),
        low=ticker.get("lowPrice"),
        timestamp=ticker.get("created"),
    )
