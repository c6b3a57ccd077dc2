"""DigiFinex, spot market. https://docs.digifinex.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, reject_unless, unread

digifinex = Provider(
    "digifinex",
    "https://openapi.digifinex.com/v3",
    docs="https://docs.digifinex.com",
    too_often=('"code":10005',),
    per_minute=60,
    aliases=unread("BHT EPS FREE MBN TEL"),
)


@digifinex.endpoint(Quote, "/ticker")
def tickers(payload: Payload) -> Rows:
    """{"ticker": [{"vol": 1200.5, "change": 0.56, "base_vol": 108000000.0, "sell": 90501, "last": 90500.1,
    "symbol": "btc_usdt", "low": 89500, "buy": 90499, "high": 91000}], "date": 1795435199, "code": 0}

    vol is coins and base_vol the quote currency; change is percent. date is the time of the whole list.
    """
    reject_unless(payload, "code", 0)
    said_at = payload.get("date")

    def quote(ticker: Payload) -> Quote:
        return Quote(
            ticker["symbol"],
            last=ticker["last"],
            volume_base=ticker.get("vol"),
            volume_quote=ticker.get("base_vol"),
            change_percent=ticker.get("change"),
            high=ticker.get("high"),
            low=ticker.get("low"),
            timestamp=said_at,
        )

    return each(payload["ticker"], quote)
