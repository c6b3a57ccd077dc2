"""Deribit: prices and candles of its perpetuals. https://docs.deribit.com"""

from crypto_pipeline.schema.rows import Candle, DatedFuture, Quote, Row
from crypto_pipeline.sources.formats.candles import candle_requests, candles, from_columns
from crypto_pipeline.sources.formats.futures import named_future
from crypto_pipeline.sources.kit import Budget, Context, Pages, Payload, Provider, RequestSpec, Rows, each, reject

deribit_prices = Provider(
    "deribit_prices",
    "https://www.deribit.com/api/v2/public",
    docs="https://docs.deribit.com/#public-get_book_summary_by_currency",
    too_often=('"code":10028', "too_many_requests"),
    source="deribit_perpetual",
    budget=Budget(20, 1),
    quirks="Prices are those of perpetual contracts; of dated ones those paid in BTC and ETH are kept, whose open interest is dollars.",
)

PAID_IN_COINS = ("BTC", "ETH")
"""Coins with a contract that is paid in the coin; contracts on all others are paid in USDC."""
CONTRACTS = {
    "BTC": "BTC-PERPETUAL",
    "ETH": "ETH-PERPETUAL",
    "SOL": "SOL_USDC-PERPETUAL",
    "XRP": "XRP_USDC-PERPETUAL",
}


def _currencies(context: Context) -> list[RequestSpec]:
    wanted = [*(coin for coin in PAID_IN_COINS if coin in context.universe), "USDC"]
    return [RequestSpec(currency, values={"currency": currency}, params={"currency": currency}) for currency in wanted]


@deribit_prices.endpoint(
    (Quote, DatedFuture), "/get_book_summary_by_currency", name="tickers", requests=_currencies, kind="future"
)
def book_summaries(payload: Payload, spec: RequestSpec) -> Rows:
    """{"jsonrpc": "2.0", "result": [{"instrument_name": "BTC-PERPETUAL", "base_currency": "BTC", "quote_currency": "USD",
    "last": 90500.0, "price_change": 0.56, "high": 91000.0, "low": 89500.0, "volume": 2319.5, "volume_usd": 209860710.0,
    "mark_price": 90500.5, "estimated_delivery_price": 90510.1, "creation_timestamp": 1795435199000, ...}], "usIn": 1, ...}

    volume is coins, price_change is percent; last, high and low are null where nobody traded. BTC-25DEC26 is dated; the estimated
    delivery price is the index.
    """
    reject(payload.get("error"))

    def row(book: Payload) -> Row | None:
        coin, name = book["base_currency"], book["instrument_name"]
        if coin in PAID_IN_COINS and (future := _dated(book)):
            return future
        if not name.endswith("-PERPETUAL") or (spec.values["currency"] == "USDC" and coin in PAID_IN_COINS):
            return None
        return Quote(
            name,
            last=book["last"],
            volume_base=book.get("volume"),
            volume_quote=book.get("volume_usd"),
            change_percent=book.get("price_change"),
            high=book.get("high"),
            low=book.get("low"),
            timestamp=book.get("creation_timestamp"),
            base=coin,
            quote=book["quote_currency"],
        )

    return each(payload["result"], row)


def _dated(book: Payload) -> DatedFuture | None:
    """The row of a contract that ends on a day; None for any other."""
    named = named_future(book["instrument_name"])
    return named and DatedFuture(
        named.coin,
        book["instrument_name"],
        named.expiry.timestamp(),
        book["mark_price"],
        index_price=book.get("estimated_delivery_price"),
        open_interest_usd=book.get("open_interest"),
        volume_24h_usd=book.get("volume_usd"),
        timestamp=book.get("creation_timestamp"),
    )


@deribit_prices.endpoint(
    Candle,
    "/get_tradingview_chart_data",
    name="candles",
    requests=candle_requests(
        CONTRACTS.get,
        # When its days begin is not documented.
        {"1m": "1", "5m": "5", "15m": "15", "30m": "30", "1h": "60"},
        instrument_name="{market}",
        resolution="{length}",
        start_timestamp="{start_ms}",
        end_timestamp="{end_ms}",
    ),
    history=Pages(5000, {"start_timestamp": "{start_ms}", "end_timestamp": "{last_ms}"}, since="2018-08-14"),
    cadence=15,
    docs="https://docs.deribit.com/#public-get_tradingview_chart_data",
)
def chart(payload: Payload, spec: RequestSpec) -> Rows:
    """{"jsonrpc": "2.0", "result": {"status": "ok", "ticks": [1795431600000], "open": [90400.0], "high": [90600.0],
    "low": [90300.0], "close": [90500.0], "volume": [5.5], "cost": [497000.0]}, "usIn": 1, "usOut": 2, "usDiff": 1, ...}

    One list a column, oldest first; ticks are the times of opening, volume is coins and cost the quote currency, of contracts
    that are paid in the coin too. A status of no_data is no error.
    """
    reject(payload.get("error"))
    columns = ["ticks", "open", "high", "low", "close", "volume", *(["cost"] if "cost" in payload["result"] else [])]
    entries = from_columns(payload["result"], *columns)
    return candles(entries, spec, time=0, open=1, high=2, low=3, close=4, volume=5, volume_quote=6)
