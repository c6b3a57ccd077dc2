"""Coinbase, spot market: the products of its broker and the order books of its exchange, which are the same books.

https://docs.cdp.coinbase.com
"""

from crypto_pipeline.schema.rows import Book, Candle, Listing, Quote
from crypto_pipeline.sources.formats.books import book, book_requests
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE, Status
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Pages,
    Payload,
    PoolMember,
    Provider,
    RequestSpec,
    Rows,
    each,
    is_set,
)

coinbase = Provider(
    "coinbase",
    "https://api.coinbase.com",
    docs="https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/list-public-products",
    too_often=("rate_limit_exceeded",),
    budget=Budget(20, 2),
    aliases={"CGLD": "CELO"},
    quirks="BTC-USD and BTC-USDC are one order book; only the first of such two is read.",
)
coinbase_exchange = Provider(
    "coinbase_exchange",
    "https://api.exchange.coinbase.com",
    docs="https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-ticker",
    too_often=("rate_limit_exceeded",),
    source="coinbase",
    budget=Budget(10, 1),
    quirks="Candles in which nobody traded are left out.",
)

TICKERS = ("BTC", "ETH", "XRP", "SOL", "DOGE", "ADA", "LINK", "BCH", "LTC", "AVAX", "DOT", "XLM")
"""Coins whose order books are asked one by one where the list of the broker, which has all of them, does not come."""
MARKETS = {coin: f"{coin}-USD" for coin in LARGE_COINS}


@coinbase.endpoint(Quote, "/api/v3/brokerage/market/products", pool=PoolMember("coinbase_tickers"), product_type="SPOT")
def products(payload: Payload) -> Rows:
    """{"products": [{"product_id": "BTC-USD", "price": "90500.12", "price_percentage_change_24h": "0.556",
    "volume_24h": "1200.5", "approximate_quote_24h_volume": "108645394.06", "is_disabled": false,
    "trading_disabled": false, "alias": "", "alias_to": ["BTC-USDC"], ...}], "num_products": 2}

    alias names the product whose order book this one shares. Products that rest have "" instead of numbers.
    """
    return each(payload["products"], _product)


def _product(product: Payload) -> Quote | None:
    shares_its_book = product.get("alias") not in (None, "", product["product_id"])
    if is_set(product.get("trading_disabled")) or is_set(product.get("is_disabled")) or shares_its_book:
        return None
    return Quote(
        product["product_id"],
        last=product["price"],
        volume_base=product.get("volume_24h"),
        volume_quote=product.get("approximate_quote_24h_volume"),
        change_percent=product.get("price_percentage_change_24h"),
    )


def _books(context: Context) -> list[RequestSpec]:
    return [RequestSpec(coin, values={"product": f"{coin}-USD"}) for coin in context.universe.listed if coin in TICKERS]


@coinbase_exchange.endpoint(
    Quote,
    "/products/{product}/ticker",
    requests=_books,
    pool=PoolMember("coinbase_tickers", 1),
)
def ticker(payload: Payload, spec: RequestSpec) -> Rows:
    """{"trade_id": 862973875, "price": "90500.12", "size": "0.0048", "bid": "90500.11", "ask": "90500.12",
    "volume": "1200.5", "rfq_volume": "12.9", "time": "2026-11-23T11:59:58.133100Z"}

    The last trade of one product; volume is coins of the last 24 hours.
    """
    return [
        Quote(
            spec.values["product"],
            last=payload.get("price"),
            volume_base=payload.get("volume"),
            timestamp=payload.get("time"),
        )
    ]


@coinbase_exchange.endpoint(
    Candle,
    "/products/{market}/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-USD",
        {"1m": "60", "5m": "300", "15m": "900", "1h": "3600", "1d": "86400"},
        granularity="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(300, {"start": "{start_iso}", "end": "{last_iso}"}, since="2015-07-20", leaves_out_empty=True),
    cadence=15,
    pool=PoolMember("coinbase_candles"),
    docs="https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles",
)
def product_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795431600, 90300.0, 90600.2, 90400.1, 90500.12, 5.5]]

    Time of opening, LOW, HIGH, OPEN, CLOSE, coins; newest first.
    """
    return candles(payload, spec, time=0, low=1, high=2, open=3, close=4, volume=5)


@coinbase.endpoint(
    Candle,
    "/api/v3/brokerage/market/products/{market}/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-USD",
        {
            "1m": "ONE_MINUTE",
            "5m": "FIVE_MINUTE",
            "15m": "FIFTEEN_MINUTE",
            "30m": "THIRTY_MINUTE",
            "1h": "ONE_HOUR",
            "1d": "ONE_DAY",
        },
        granularity="{length}",
        start="{start}",
        end="{end}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(300, {"start": "{start}", "end": "{last}"}, since="2015-07-20", leaves_out_empty=True),
    cadence=15,
    pool=PoolMember("coinbase_candles", 1),
    docs="https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public/get-public-product-candles",
)
def broker_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"candles": [{"start": "1795431600", "low": "90300", "high": "90600", "open": "90400", "close": "90500", "volume": "5.5"}]}

    Newest first.
    """
    return candles(
        payload["candles"], spec, time="start", open="open", high="high", low="low", close="close", volume="volume"
    )


@coinbase_exchange.endpoint(
    Book,
    "/products/{market}/book",
    name="books",
    requests=book_requests("{}-USD".format, "USD"),
    cadence=15,
    docs="https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-book",
    quirks="A book is the whole of it, some megabytes.",
    level=2,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"bids": [["90500.00", "0.51", 3]], "asks": [["90500.01", "1.2", 5]], "sequence": 1, "auction_mode": false,
    "auction": null, "time": "2026-11-23T11:59:59.123456Z"}

    Price, coins and number of orders. While a market is opened by an auction its book may be crossed.
    """
    return [book(payload, spec, payload.get("time"))]


@coinbase_exchange.endpoint(
    Listing,
    "/products",
    name="markets",
    cadence=LISTINGS_CADENCE,
    docs="https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs",
    quirks="It tells no dates. Markets that were given up stay in the list.",
)
def markets(payload: Payload) -> Rows:
    """[{"id": "BTC-USD", "base_currency": "BTC", "quote_currency": "USD", "status": "online", "trading_disabled": false, ...}]"""
    return each(payload, _listing)


def _listing(one: Payload) -> Listing:
    status = one.get("status")
    is_halted = is_set(one.get("trading_disabled")) or status in {"offline", "internal"}
    known: Status | None = "delisted" if status == "delisted" else "halted" if is_halted else None
    return Listing(
        one["base_currency"],
        one["id"],
        "spot",
        one.get("quote_currency"),
        known or ("trading" if status == "online" else None),
    )
