"""Deribit: options. https://docs.deribit.com/#public-get_book_summary_by_currency"""

from crypto_pipeline.schema.rows import Option
from crypto_pipeline.sources.formats.options import named_option
from crypto_pipeline.sources.kit import Budget, Context, Payload, Provider, RequestSpec, Rows, each, reject

deribit_options = Provider(
    "deribit_options",
    "https://www.deribit.com/api/v2/public",
    docs="https://docs.deribit.com/#public-get_book_summary_by_currency",
    too_often=('"code":10028', "too_many_requests"),
    source="deribit",
    budget=Budget(20, 1),
    quirks="Contracts that are paid in the coin; those that are paid in USDC are few and left out.",
)

COINS = ("BTC", "ETH")


def _currencies(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, values={"coin": coin}, params={"currency": coin})
        for coin in COINS
        if coin in context.universe
    ]


@deribit_options.endpoint(
    Option, "/get_book_summary_by_currency", name="options", requests=_currencies, cadence=15, kind="option"
)
def book_summaries(payload: Payload) -> Rows:
    """{"jsonrpc": "2.0", "result": [{"instrument_name": "BTC-25DEC26-90000-C", "base_currency": "BTC", "quote_currency": "BTC",
    "underlying_index": "BTC-25DEC26", "underlying_price": 91204.8, "mark_iv": 45.2, "mark_price": 0.0471, "open_interest": 1204.5,
    "volume": 85.1, "volume_usd": 361204.0, "creation_timestamp": 1795435199000, ...}], "usIn": 1, "usOut": 2, "usDiff": 1, ...}

    A contract holds one coin: open interest and volume are coins. mark_iv is percent a year, underlying_price that of the
    future of that day, or of one that is made up where none is traded.
    """
    reject(payload.get("error"))
    return each(payload["result"], _option)


def _option(book: Payload) -> Option | None:
    named = named_option(book["instrument_name"])
    if named is None:
        return None
    return Option(
        named.coin,
        book["instrument_name"],
        named.expiry.timestamp(),
        named.strike,
        named.side,
        underlying_price=book.get("underlying_price"),
        mark_iv=book.get("mark_iv"),
        open_interest=book.get("open_interest"),
        volume_24h=book.get("volume"),
        timestamp=book.get("creation_timestamp"),
    )
