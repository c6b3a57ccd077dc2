"""Bitfinex, spot market. https://docs.bitfinex.com/reference/rest-public-tickers"""

from crypto_pipeline.schema.rows import Book, Candle, Quote
from crypto_pipeline.sources.formats.books import book_requests
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    number,
    present,
    reject,
    scaled,
)

NAMES = {
    "UST": "USDT", "UDC": "USDC", "TSD": "TUSD", "EUT": "EURT", "TERRAUST": "USTC",
    "DSH": "DASH", "IOT": "IOTA", "QTM": "QTUM", "ALG": "ALGO", "ATO": "ATOM", "DAT": "DATA", "MNA": "MANA", "AMP": "AMPL",
    "BCHN": "BCH", "BCHABC": "XEC", "LUNA": "LUNC", "LUNA2": "LUNA",
}  # fmt: skip
"""What Bitfinex calls otherwise than everybody else, in its markets and in its contracts."""

bitfinex = Provider(
    "bitfinex",
    "https://api-pub.bitfinex.com/v2",
    docs="https://docs.bitfinex.com/reference/rest-public-tickers", too_often=('ERR_RATE_LIMIT', 'ratelimit: error'),
    per_minute=30,
    aliases=NAMES,
    quirks="Names of coins are its own: UST is USDT. Tickers have no times.",
)  # fmt: skip


@bitfinex.endpoint(Quote, "/tickers", symbols="ALL")
def tickers(payload: Payload) -> Rows:
    """[["tBTCUSD", 90499, 5.1, 90501, 4.2, 500.1, 0.0056, 90500, 1200.5, 91000, 89500], ["fUSD", 0.0002, ...]]

    Name, bid and its size, ask and its size, change, change as a fraction, last, coins, high, low. Names are tBTCUSD or
    tDOGE:USD; fUSD is lending, tBTCF0:USTF0 a contract, tTESTBTC:TESTUSD play money.
    """
    reject(payload[1:] if payload[:1] == ["error"] else None)
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    name = ticker[0]
    if not name.startswith("t") or name.startswith("tTEST") or name.endswith("F0"):
        return None
    pair = name[1:]
    base, quote = pair.split(":") if ":" in pair else (pair[:3], pair[3:])
    return Quote(
        name,
        last=ticker[7],
        volume_base=ticker[8],
        change_percent=scaled(ticker[6], 100),
        high=ticker[9],
        low=ticker[10],
        base=base,
        quote=quote,
    )


@bitfinex.endpoint(
    Candle,
    "/candles/trade:{length}:{market}/hist",
    name="candles",
    requests=candle_requests(
        lambda coin: f"t{coin}USD",
        {"1m": "1m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "1h", "4h": "4h", "1d": "1D", "1w": "1W"},
        kept_up=LARGE_COINS,
    ),
    history=Pages(
        10_000,
        {"start": "{start_ms}", "end": "{last_ms}", "sort": "1", "limit": "{size}"},
        since="2013-03-31",
        leaves_out_empty=True,
    ),
    cadence=15,
    docs="https://docs.bitfinex.com/reference/rest-public-candles",
    quirks="Candles in which nobody traded are left out.",
    limit=100,
)
def hist(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795431600000, 90400, 90500, 90600, 90300, 5.5]]

    Time of opening, open, CLOSE, HIGH, LOW, coins; newest first.
    """
    reject(payload[1:] if payload[:1] == ["error"] else None)
    return candles(payload, spec, time=0, open=1, close=2, high=3, low=4, volume=5)


@bitfinex.endpoint(
    Book,
    "/book/{market}/P0",
    name="books",
    requests=book_requests(lambda coin: "tDOGE:USD" if coin == "DOGE" else f"t{coin}USD", "USD"),
    cadence=15,
    docs="https://docs.bitfinex.com/reference/rest-public-book",
    quirks="Orders are told together by prices of five digits, 250 a side. It says nowhere when it was.",
    len=250,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """[[90500, 3, 0.51], [90501, 5, -1.2]]

    Price, number of orders and coins, which are less than zero for asks.
    """
    reject(payload[1:] if payload[:1] == ["error"] else None)
    asked, entries = spec.values, present(payload)
    return [
        Book(
            asked["market"],
            tuple((price, coins) for price, _, coins in entries if number(coins) > 0),
            tuple((price, -number(coins)) for price, _, coins in entries if number(coins) <= 0),
            base=asked["coin"],
            quote=asked["quote"],
        )
    ]
