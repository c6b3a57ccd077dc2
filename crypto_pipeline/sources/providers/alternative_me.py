"""alternative.me: the crypto fear and greed index, prices, totals. https://alternative.me/crypto/api/"""

from crypto_pipeline.schema.rows import Metric, Overview, Price
from crypto_pipeline.sources.kit import Payload, Provider, Rows, Whole, each, get, reject, scaled

alternative_me = Provider(
    "alternative_me",
    "https://api.alternative.me",
    docs="https://alternative.me/crypto/api/",
    per_minute=60,
    quirks="The list of coins is small, so Bitcoin's share of the total reads high.",
)


@alternative_me.endpoint(
    Metric,
    get("/fng/", {"format": "json"}),
    docs="https://alternative.me/crypto/fear-and-greed-index/#api",
    history=Whole({"limit": "0"}, since="2018-02-01"),
    limit=1,
)
def fear_greed(payload: Payload) -> Rows:
    """{"name": "Fear and Greed Index", "data": [{"value": "25", "value_classification": "Extreme Fear",
    "timestamp": "1795392000", "time_until_update": "43200"}], "metadata": {"error": null}}

    One value a day; timestamp is the start of the day.
    """
    reject((payload.get("metadata") or {}).get("error"))
    return each(payload["data"], _index)


def _index(day: Payload) -> Metric:
    return Metric("fear_greed_index", day["value"], "index 0-100", day.get("value_classification"), day["timestamp"])


@alternative_me.endpoint(Price, "/v2/ticker/", limit=100, sort="rank", structure="array", convert="USD")
def ticker(payload: Payload) -> Rows:
    """{"data": [{"id": 1, "symbol": "BTC", "rank": 1, "quotes": {"USD": {"price": 90500.5, "volume_24h": 4e10,
    "market_cap": 1.8e12, "percentage_change_24h": -1.25, "percent_change_24h": -1.25}}, "last_updated": 1795435140}],
    "metadata": {"timestamp": 1795435140, "error": null}}

    The change has been spelled both ways.
    """
    reject((payload.get("metadata") or {}).get("error"))
    return each(payload["data"], _price)


def _price(ticker: Payload) -> Price:
    usd = (ticker.get("quotes") or {}).get("USD") or {}
    return Price(
        ticker["symbol"],
        price_usd=usd.get("price"),
        market_cap=usd.get("market_cap"),
        volume_24h=usd.get("volume_24h"),
        price_change_24h=usd.get("percentage_change_24h", usd.get("percent_change_24h")),
        timestamp=ticker.get("last_updated"),
        rank=ticker.get("rank"),
    )


@alternative_me.endpoint(Overview, "/v2/global/", name="global", cadence=15)
def global_(payload: Payload) -> Rows:
    """{"data": {"active_cryptocurrencies": 3116, "active_markets": 24381, "bitcoin_percentage_of_market_cap": 0.61,
    "quotes": {"USD": {"total_market_cap": 3e12, "total_volume_24h": 1.1e11}}, "last_updated": 1795435140},
    "metadata": {"timestamp": 1795435140, "error": null}}

    The share has been a fraction and a percentage; Bitcoin has never had less than 1 percent of the market.
    """
    reject((payload.get("metadata") or {}).get("error"))
    data = payload["data"]
    share = scaled(data.get("bitcoin_percentage_of_market_cap"), 1)
    return [
        Overview(
            total_market_cap_usd=data["quotes"]["USD"].get("total_market_cap"),
            total_volume_24h_usd=data["quotes"]["USD"].get("total_volume_24h"),
            btc_dominance=share * 100 if share is not None and share <= 1 else share,
            active_coins=data.get("active_cryptocurrencies"),
            active_markets=data.get("active_markets"),
            timestamp=data.get("last_updated"),
        )
    ]
