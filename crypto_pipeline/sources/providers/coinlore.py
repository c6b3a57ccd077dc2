"""CoinLore: prices, daily candles, totals, social statistics. https://www.coinlore.com/cryptocurrency-data-api"""

from collections.abc import Iterator

from crypto_pipeline.schema.rows import Candle, CoinName, Metric, Overview, Price, Time
from crypto_pipeline.sources.kit import Budget, Context, Payload, Provider, RequestSpec, Rows, each

coinlore = Provider(
    "coinlore",
    "https://api.coinlore.net/api",
    docs="https://www.coinlore.com/cryptocurrency-data-api",
    budget=Budget(10, 10),
    quirks="volume24a, volume_ath and mcap_ath are wrong or ambiguous at the source and are not read.",
)

COINLORE_IDS = {"BTC": "90", "ETH": "80"}
TICKER_IDS = {**COINLORE_IDS, "SOL": "48543"}


@coinlore.endpoint(Price, "/tickers/", start=0, limit=100)
def tickers(payload: Payload) -> Rows:
    """{"data": [{"id": "90", "symbol": "BTC", "rank": 1, "price_usd": "90500.50", "percent_change_24h": "-1.25",
    "market_cap_usd": "1805000000000.00", "volume24": 40000000000.1, ...}], "info": {"coins_num": 14800, "time": 1795435140}}

    At most 100 rows. info.time is when the list was made.
    """
    made_at = (payload.get("info") or {}).get("time")
    return each(payload["data"], lambda ticker: _price(ticker, made_at))


def _price(ticker: Payload, made_at: Time = None) -> Price:
    return Price(
        ticker["symbol"],
        price_usd=ticker.get("price_usd"),
        market_cap=ticker.get("market_cap_usd"),
        volume_24h=ticker.get("volume24"),
        price_change_24h=ticker.get("percent_change_24h"),
        timestamp=made_at,
        rank=ticker.get("rank"),
    )


@coinlore.endpoint(CoinName, "/tickers/", cadence=1440, start=0, limit=100)
def coin_names(payload: Payload) -> Rows:
    """{"data": [{"id": "90", "symbol": "BTC", "name": "Bitcoin", "nameid": "bitcoin", "rank": 1, ...}]}

    The list of prices once a day, for its names.
    """
    return each(payload["data"], _name)


def _name(ticker: Payload) -> CoinName:
    return CoinName(ticker["symbol"], name=ticker["name"], coin_id=ticker.get("nameid"), rank=ticker.get("rank"))


def _tracked_ids(context: Context) -> Iterator[RequestSpec]:
    ids = [coin_id for symbol, coin_id in TICKER_IDS.items() if symbol in context.universe]
    if ids:
        yield RequestSpec("coins", params={"id": ",".join(ids)})


@coinlore.endpoint(
    Price, "/ticker/", requests=_tracked_ids, cadence=60, quirks="The same prices as in the list, without their time."
)
def ticker(payload: Payload) -> Rows:
    """[{"id": "90", "symbol": "BTC", "name": "Bitcoin", "rank": 1, "price_usd": "90500.50", "percent_change_24h": "-1.25",
    "market_cap_usd": "1805000000000.00", "volume24": "40000000000.10", ...}]
    """
    if not isinstance(payload, list):
        raise TypeError("no list of coins came")
    return each(payload, _price)


@coinlore.endpoint(Overview, "/global/", name="global")
def global_(payload: Payload) -> Rows:
    """[{"coins_count": 14832, "active_markets": 43120, "total_mcap": 3100000000000.1, "total_volume": 110000000000.4,
    "btc_d": "57.90", "eth_d": "9.50", "mcap_change": "-1.60", ...}]

    A list of one.
    """
    return each(payload, _overview)


def _overview(total: Payload) -> Overview:
    return Overview(
        total_market_cap_usd=total.get("total_mcap"),
        total_volume_24h_usd=total.get("total_volume"),
        market_cap_change_24h=total.get("mcap_change"),
        btc_dominance=total.get("btc_d"),
        eth_dominance=total.get("eth_d"),
        active_coins=total.get("coins_count"),
        active_markets=total.get("active_markets"),
    )


@coinlore.endpoint(
    Metric,
    "/coin/social_stats/",
    cadence=360,
    requests=lambda context: [
        RequestSpec(symbol, values={"symbol": symbol}, params={"id": coin_id})
        for symbol, coin_id in COINLORE_IDS.items()
        if symbol in context.universe
    ],
    quirks="Refreshed rarely at the source.",
)
def social(payload: Payload, spec: RequestSpec) -> Rows:
    """{"reddit": {"avg_active_users": 4409.25, "subscribers": 373581}, "twitter": {"followers_count": 414355}}

    Members can be missing.
    """
    suffix = spec.values["symbol"].lower()
    measured = (
        ("reddit_subscribers", (payload.get("reddit") or {}).get("subscribers")),
        ("reddit_active_users", (payload.get("reddit") or {}).get("avg_active_users")),
        ("twitter_followers", (payload.get("twitter") or {}).get("followers_count")),
    )
    return [Metric(f"{name}_{suffix}", value, "count") for name, value in measured if value]


@coinlore.endpoint(
    Candle,
    "/coin/ohlcv/",
    cadence=360,
    requests=lambda context: [
        RequestSpec(f"{symbol} 1d", values={"symbol": symbol, "interval": "1d"}, params={"coin": coin_id})
        for symbol, coin_id in COINLORE_IDS.items()
        if symbol in context.universe and "1d" in context.intervals
    ],
)
def candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"2026-11-22": [1795305600, 91000.1, 91700.2, 89350.3, 90500.5, 40000000000.1]}

    A year of days: date, then open, high, low, close and volume in dollars. The number before them is not that day's time.
    """

    def candle(day: str, fields: Payload) -> Candle:
        _, opened, high, low, close = fields[:5]
        return Candle(spec.values["symbol"], "1d", day, opened, high, low, close)

    return each(payload.items(), candle)


@coinlore.endpoint(
    Metric,
    "/movers/",
    cadence=15,
    sort="24h",
    quirks="Mostly coins that hardly anybody trades; the floor is 50,000 dollars a day.",
)
def movers(payload: Payload) -> Rows:
    """{"data": {"winners": [{"symbol": "AAA", "name": "Aaa", "rank": 900, "percent_change_24h": "80.00", ...}],
    "losers": [{"symbol": "BBB", ..., "percent_change_24h": "-60.00"}]}}

    Best and worst first.
    """
    groups = (("top_gainer_24h", "winners"), ("top_loser_24h", "losers"))
    first = ((name, mover) for name, group in groups for mover in (payload["data"].get(group) or [])[:1])

    def move(name: str, mover: Payload) -> Metric:
        return Metric(name, mover["percent_change_24h"], "percent", mover.get("symbol"))

    return each(first, move)
