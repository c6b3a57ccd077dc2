"""Gemini, spot market. https://docs.gemini.com/rest/market-data"""

from statistics import median

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, Rows, each, number_or_none, scaled

gemini = Provider(
    "gemini",
    "https://api.gemini.com",
    docs="https://docs.gemini.com/rest/market-data",
    too_often=('"reason":"RateLimit"',),
    per_minute=120,
    quirks="The price feed has neither volumes nor times. That its change is a fraction follows from public clients; "
    "the example in its documentation is in percent.",
)


@gemini.endpoint(Quote, "/v1/pricefeed")
def pricefeed(payload: Payload) -> Rows:
    """[{"pair": "BTCUSD", "price": "90500.1", "percentChange24h": "0.0056"}]

    percentChange24h is a fraction, whatever its name, or percent, as the documentation shows it: the list says which. BTCGUSDPERP is a perpetual contract.
    """
    factor = 1 if _in_percent(payload) else 100

    def quote(feed: Payload) -> Quote | None:
        if feed["pair"].endswith("PERP"):
            return None
        return Quote(feed["pair"], last=feed["price"], change_percent=scaled(feed.get("percentChange24h"), factor))

    return each(payload, quote)


def _in_percent(payload: Payload) -> bool:
    """Whether changes are in percent, as in the example of the documentation: as fractions most prices would have doubled."""
    said = [number_or_none(feed.get("percentChange24h")) for feed in payload if isinstance(feed, dict)]
    changes = [abs(change) for change in said if change is not None]
    return bool(changes) and median(changes) >= 1


@gemini.endpoint(
    Candle,
    "/v2/candles/{market}/{length}",
    name="candles",
    requests=candle_requests(
        {coin: f"{coin.lower()}usd" for coin in LARGE_COINS}.get,
        {"1m": "1m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "1hr", "1d": "1day"},
    ),
    cadence=15,
    quirks="The number of candles is fixed: about two months of hours.",
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795431600000, 90400, 90600, 90300, 90500.1, 5.5]]

    Time of opening, open, high, low, close, coins; newest first.
    """
    return candles(payload, spec, time=0, open=1, high=2, low=3, close=4, volume=5)
