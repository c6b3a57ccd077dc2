"""Binance, spot market, at its main host and at its host for market data alone.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
"""

from collections.abc import Mapping

from crypto_pipeline.schema.rows import Book, Candle, Listing, Quote
from crypto_pipeline.sources.formats.books import best_prices, book, book_requests
from crypto_pipeline.sources.formats.candles import binance_candles, candle_requests
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE, Status
from crypto_pipeline.sources.formats.tickers import like_binance
from crypto_pipeline.sources.kit import Pages, Payload, PoolMember, Provider, RequestSpec, Rows, each, get
from crypto_pipeline.sources.symbols import QUOTES

HOSTS = {"binance": "https://api.binance.com/api/v3", "binance_vision": "https://data-api.binance.vision/api/v3"}
"""In the order in which they are asked."""

NEVER_FROM = {"binance": ("us",)}
"""https://github.com/ccxt/binance-api-node/issues/610. The host for market data alone is asked from there instead."""

BINANCE = [
    Provider(
        name,
        url,
        source="binance",
        docs="https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints",
        too_often=('"code":-1003', '"code":-1015'),
        per_minute=6000,
        quotes=tuple(sorted(QUOTES - {"USD"})),  # no dollars trade there: ARBUSD is AR against BUSD
        never_from=NEVER_FROM.get(name, ()),
        quirks="Halted pairs stay in the list, with a price of 0 or an old time. The main host answers 451 in the United States "
        "since November 2022, and in some other places.",
    )
    for name, url in HOSTS.items()
]

NOT_LISTED = frozenset(
    {
        "USDT", "DAI", "PYUSD", "LEO", "CRO", "BGB", "OKB", "KCS", "GT", "MNT",
        "HYPE", "XMR", "PI", "KAS", "FLR", "XDC", "IP", "XAUT", "BSV",
    }
)  # fmt: skip
"""Coins that Binance does not trade against USDT."""

INTERVALS = {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w")}


def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "priceChange": "500.1", "priceChangePercent": "0.556", "weightedAvgPrice": "90250.1",
    "lastPrice": "90500.12", "openPrice": "90000.02", "highPrice": "91000.0", "lowPrice": "89500.0", "volume": "1200.5",
    "quoteVolume": "108000000.0", "openTime": 1795348740000, "closeTime": 1795435140000, ...}]

    Everything is over the 24 hours before closeTime.
    """
    return each(payload, like_binance)


def order_book(payload: Payload, spec: RequestSpec) -> Rows:
    """{"lastUpdateId": 1027024, "bids": [["90500.00", "0.51"]], "asks": [["90500.01", "1.2"]]}

    It says neither when it was nor which market it is of.
    """
    return [book(payload, spec)]


def best_of_all(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "bidPrice": "90500.00", "bidQty": "0.51", "askPrice": "90500.01", "askQty": "1.2"}]

    A halted market has 0 for all of them.
    """
    return each(payload, lambda one: best_prices(one, "symbol", "bidPrice", "bidQty", "askPrice", "askQty"))


STATUS: Mapping[str, Status] = {
    "TRADING": "trading",
    "PRE_TRADING": "announced",
    "HALT": "halted",
    "BREAK": "halted",
    "AUCTION_MATCH": "halted",
    "POST_TRADING": "halted",
    "END_OF_DAY": "halted",
}


def markets(payload: Payload) -> Rows:
    """{"timezone": "UTC", "serverTime": 1795435199000, "symbols": [{"symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC",
    "quoteAsset": "USDT", ...}, {"symbol": "BCCBTC", "status": "BREAK", ...}]}

    A market that was given up stays in the list, with the status of one that is halted.
    """
    said_at = payload.get("serverTime")
    return each(
        payload["symbols"],
        lambda one: Listing(
            one["baseAsset"],
            one["symbol"],
            "spot",
            one.get("quoteAsset"),
            STATUS.get(str(one.get("status"))),
            timestamp=said_at,
        ),
    )


for _priority, _host in enumerate(BINANCE):
    _host.endpoint(
        Quote,
        get("/ticker/24hr", weight=80),
        name="tickers",
        pool=PoolMember("binance_tickers", _priority),
    )(tickers)
    _host.endpoint(
        Candle,
        get("/klines", weight=2),
        name="candles",
        requests=candle_requests(
            lambda coin: None if coin in NOT_LISTED else f"{coin}USDT",
            INTERVALS,
            symbol="{market}",
            interval="{length}",
        ),
        cadence=15,
        pool=PoolMember("binance_candles", _priority),
        history=Pages(
            1000,
            {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"},
            since="2017-08-17",
        ),
        limit=100,
    )(binance_candles)
    _host.endpoint(
        Book,
        get("/depth", weight=250),
        name="books",
        requests=book_requests("{}USDT".format, "USDT", symbol="{market}"),
        cadence=15,
        pool=PoolMember("binance_books", _priority),
        limit=5000,
    )(order_book)
    _host.endpoint(
        Book,
        get("/ticker/bookTicker", weight=4),
        name="best_prices",
        cadence=15,
        pool=PoolMember("binance_best_prices", _priority),
    )(best_of_all)
    _host.endpoint(
        Listing,
        get("/exchangeInfo", weight=20),
        name="markets",
        cadence=LISTINGS_CADENCE,
        pool=PoolMember("binance_markets", _priority),
        quirks="It tells no dates. Markets that were given up stay in the list as halted.",
        permissions="SPOT",
        showPermissionSets="false",
    )(markets)
