"""LATOKEN, spot market. https://api.latoken.com/doc/v2/#tag/Ticker"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, unread

latoken = Provider(
    "latoken",
    "https://api.latoken.com/v2",
    docs="https://api.latoken.com/doc/v2/#tag/Ticker",
    per_minute=60,
    aliases={"GMT": "GMTTOKEN", **unread("BUX CBT CTC DMD FREN GDX GEC GEM IMC MT TPAY TRADE TSL UNO WAR")},
    quirks="Thousands of dead markets, and tokens that borrow the names of known coins.",
)


@latoken.endpoint(Quote, "/ticker")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTC/USDT", "baseCurrency": "92151d82-...", "volume24h": "108000000.0", "change24h": "0.5600",
    "amount24h": "1200.5", "lastPrice": "90500.1", "bestBid": "90499", "updateTimestamp": 1795435199000, ...}]

    amount24h is coins, volume24h the quote currency, change24h percent. An updateTimestamp of 0 is none.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("amount24h"),
        volume_quote=ticker.get("volume24h"),
        change_percent=ticker.get("change24h"),
        timestamp=ticker.get("updateTimestamp"),
    )
