"""Gate, spot market. https://www.gate.com/docs/developers/apiv4/en/#get-ticker-information"""

from crypto_pipeline.schema.rows import Book, Candle, Listing, Quote
from crypto_pipeline.sources.formats.books import book, book_requests
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE, Status
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    unread,
)

gate = Provider(
    "gate",
    "https://api.gateio.ws/api/v4/spot",
    docs="https://www.gate.com/docs/developers/apiv4/en/#get-ticker-information",
    too_often=('"label":"TOO_MANY_REQUESTS"', '"label":"TOO_FAST"'),
    budget=Budget(200, 10),
    aliases={"88MPH": "MPH", "VAI": "VAIOT", **unread("AXIS BIFI BOX BYN EGG GTC HIT MM MPH POINT RAI SBTC TNC")},
)


@gate.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """[{"currency_pair": "BTC_USDT", "last": "90500.1", "change_percentage": "0.56", "base_volume": "1200.5",
    "quote_volume": "108000000", "high_24h": "91000", "low_24h": "89500", ...}]

    Leveraged tokens have etf_net_value and etf_leverage as well. Volumes can be "nan".
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if "etf_leverage" in ticker:
        return None
    return Quote(
        ticker["currency_pair"],
        last=ticker["last"],
        volume_base=ticker.get("base_volume"),
        volume_quote=ticker.get("quote_volume"),
        change_percent=ticker.get("change_percentage"),
        high=ticker.get("high_24h"),
        low=ticker.get("low_24h"),
    )


@gate.endpoint(
    Candle,
    "/candlesticks",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}_USDT",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        currency_pair="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(999, {"from": "{start}", "to": "{last}"}, since="2013-05-01", reach=10_000, drop=("limit",)),
    cadence=15,
    docs="https://www.gate.com/docs/developers/apiv4/en/#market-candlesticks",
    limit=100,
)
def candlesticks(payload: Payload, spec: RequestSpec) -> Rows:
    """[["1795431600", "497000", "90500.1", "90600", "90300", "90400", "5.5", "false"]]

    Time of opening, TURNOVER, CLOSE, HIGH, LOW, OPEN, coins, "true" when it is closed.
    """
    return candles(payload, spec, time=0, volume_quote=1, close=2, high=3, low=4, open=5, volume=6)


@gate.endpoint(
    Book,
    "/order_book",
    name="books",
    requests=book_requests("{}_USDT".format, "USDT", currency_pair="{market}"),
    cadence=15,
    docs="https://www.gate.com/docs/developers/apiv4/en/#get-market-depth-information",
    quirks="How many levels may be asked for is not documented; 1,000 are.",
    limit=1000,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"current": 1795435199000, "update": 1795435198990, "asks": [["90500.1", "1.204"]], "bids": [["90500", "0.5"]]}

    update is when the book last changed, current when it was told.
    """
    return [book(payload, spec, payload.get("current"))]


HALTED = frozenset({"untradable", "buyable", "sellable"})


@gate.endpoint(
    Listing,
    "/currency_pairs",
    name="markets",
    cadence=LISTINGS_CADENCE,
    docs="https://www.gate.com/docs/developers/apiv4/en/#query-all-supported-currency-pairs",
    quirks="Markets of the first years have no date.",
)
def markets(payload: Payload) -> Rows:
    """[{"id": "BTC_USDT", "base": "BTC", "quote": "USDT", "trade_status": "tradable", "sell_start": 0, "buy_start": 0,
    "delisting_time": 0, ...}]

    Times are seconds, 0 where there is none. A market may be open to buyers or sellers alone.
    """
    return each(payload, _listing)


def _listing(one: Payload) -> Listing:
    word, closes_at = one.get("trade_status"), one.get("delisting_time")
    status: Status | None = "trading" if word == "tradable" else "halted" if word in HALTED else None
    return Listing(
        one["base"],
        one["id"],
        "spot",
        one.get("quote"),
        "delisted" if word == "untradable" and closes_at else status,
        one.get("buy_start"),
        closes_at,
    )
