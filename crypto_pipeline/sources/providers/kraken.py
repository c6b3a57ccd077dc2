"""Kraken, spot market. https://docs.kraken.com/api/docs/rest-api/get-ticker-information"""

import re
from dataclasses import replace

from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.rows import Book, Candle, Level, Listing, Quote
from crypto_pipeline.sources.formats.books import book_requests, levels, with_best_prices
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE
from crypto_pipeline.sources.kit import (
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    about,
    as_list,
    each,
    product,
    reject,
)
from crypto_pipeline.sources.symbols import coin, split

NAMES = {"LUNA": "LUNC", "LUNA2": "LUNA", "UST": "USTC"}
"""What Kraken calls otherwise than everybody else, in its markets and in its contracts."""

kraken = Provider(
    "kraken",
    "https://api.kraken.com/0/public",
    docs="https://docs.kraken.com/api/docs/rest-api/get-ticker-information",
    too_often=("EAPI:Rate limit exceeded", "EGeneral:Too many requests", "EService:Throttled"),
    per_minute=60,
    aliases=NAMES,
    quirks="Pairs with a colon belong to another venue. o is the opening price of the UTC day, so there is no 24-hour change.",
)


_OLD_NAME = re.compile(
    r"(?:[XZ](?P<base>[A-Z]{3})|(?P<coin>USDT))(?:Z(?P<money>USD|EUR|GBP|CAD|JPY|AUD|KRW)|X(?P<quote>XBT|ETH))"
)
"""XXBTZUSD, XETHXXBT, ZEURZUSD, USDTZUSD: how older markets are called in answers without assetVersion=1."""


@kraken.endpoint((Quote, Book), "/Ticker", assetVersion=1)
def ticker(payload: Payload) -> Rows:
    """{"error": [], "result": {"BTC/USD": {"c": ["64000.1", "0.02"], "v": ["10", "24.5"], "p": [...], "l": [...], "h": [...],
    "a": ["64000.1", "1", "1.204"], "b": ["64000.0", "1", "0.5"], ...}}}

    v, p, l and h are [today, last 24 hours]; p is the volume-weighted mean price. a and b, ask and bid, are price, coins rounded
    to whole lots, coins.
    """
    reject(payload.get("error"))
    return each(
        payload["result"].items(),
        lambda pair, tick: with_best_prices(_quote(pair, tick), _best(tick, "b"), _best(tick, "a")),
    )


def _quote(pair: str, tick: Payload) -> Quote | None:
    if ":" in pair:
        return None
    old_name = _OLD_NAME.fullmatch(pair)
    return Quote(
        pair,
        base=(old_name["base"] or old_name["coin"]) if old_name else None,
        quote=(old_name["money"] or old_name["quote"]) if old_name else None,
        last=as_list(tick["c"])[0],
        volume_base=_of_day(tick, "v"),
        volume_quote=product(_of_day(tick, "v"), _of_day(tick, "p")),
        high=_of_day(tick, "h"),
        low=_of_day(tick, "l"),
    )


def _best(tick: Payload, side: str) -> Level:
    """Price and coins of one side; None where the answer does not have them."""
    figures = tick.get(side)
    price, _, coins = (figures + [None] * 3)[:3] if isinstance(figures, list) else (None, None, None)
    return price, coins


def _of_day(tick: Payload, name: str) -> Payload:
    """A figure of the last 24 hours; None where the answer does not have it."""
    figures = tick.get(name)
    return figures[1] if isinstance(figures, list) and len(figures) > 1 else None


def _coin_and_money(pair: str) -> tuple[str, str] | None:
    """What a market trades, by any of its names; None where that cannot be told."""
    old_name = _OLD_NAME.fullmatch(pair)
    if old_name:
        parts = old_name["base"] or old_name["coin"], old_name["money"] or old_name["quote"]
    else:
        parts = split(pair) or ("", "")
    return (coin(parts[0]), coin(parts[1])) if all(parts) else None


@kraken.endpoint(
    Candle,
    "/OHLC",
    name="candles",
    requests=candle_requests(
        lambda symbol: f"{'XBT' if symbol == 'BTC' else symbol}USD",
        {"1m": "1", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "4h": "240", "1d": "1440"},
        pair="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(720, {"since": "{before}"}, since="2013-10-01", reach=720),
    cadence=15,
    docs="https://docs.kraken.com/api/docs/rest-api/get-ohlc-data",
    quirks="Always the newest 720 candles.",
)
def ohlc(payload: Payload, spec: RequestSpec) -> Rows:
    """{"error": [], "result": {"XXBTZUSD": [[1795431600, "90400.0", "90600.0", "90300.0", "90500.0", "90450.0", "5.5", 90]],
    "last": 1795428000}}

    Time of opening, open, high, low, close, mean price, coins, trades. The pair has another name than the one asked for.
    Candles in another dollar coin are named after it; those of another coin or in other money are not what was asked for.
    """
    reject(payload.get("error"))
    [(name, rows)] = ((name, rows) for name, rows in payload["result"].items() if name != "last")
    asked, named = _coin_and_money(spec.values["market"]), _coin_and_money(name)
    if asked and named and named != asked:
        if named[0] != asked[0] or named[1] not in DOLLARS:
            about(name, spec.values["market"])
        spec = replace(spec, values={**spec.values, "market": name})
    return candles(rows, spec, time=0, open=1, high=2, low=3, close=4, volume=6, trades=7)


BOOK_MARKETS = {"BTC": "XBTUSD", "DOGE": "XDGUSD"}
"""Coins that Kraken calls otherwise than everybody else."""


@kraken.endpoint(
    Book,
    "/Depth",
    name="books",
    requests=book_requests(lambda coin: BOOK_MARKETS.get(coin, f"{coin}USD"), "USD", pair="{market}"),
    cadence=15,
    docs="https://docs.kraken.com/api/docs/rest-api/get-order-book",
    quirks="A book has 500 levels at most. It says nowhere when it was.",
    count=500,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"error": [], "result": {"XXBTZUSD": {"asks": [["90500.1", "1.204", 1795435199]], "bids": [["90500.0", "0.5", 1795435198]]}}}

    Price, coins, and when the level was last changed. The pair is called by its old name.
    """
    reject(payload.get("error"))
    asked = spec.values
    for pair in payload["result"]:
        if _coin_and_money(pair) not in (None, _coin_and_money(asked["market"])):
            about(pair, asked["market"])
    return each(
        payload["result"].items(),
        lambda _, sides: Book(
            asked["market"], levels(sides["bids"]), levels(sides["asks"]), base=asked["coin"], quote=asked["quote"]
        ),
    )


@kraken.endpoint(
    Listing,
    "/AssetPairs",
    name="markets",
    cadence=LISTINGS_CADENCE,
    docs="https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs",
    quirks="It tells no dates. Markets that were given up leave the list.",
    assetVersion=1,
)
def markets(payload: Payload) -> Rows:
    """{"error": [], "result": {"BTC/USD": {"altname": "XBTUSD", "wsname": "XBT/USD", "base": "BTC", "quote": "USD",
    "status": "online", ...}}}

    Pairs with a colon belong to another venue. cancel_only and the like are no trading. Without assetVersion=1 only wsname
    has names of coins.
    """
    reject(payload.get("error"))
    return each(payload["result"].items(), _listing)


def _listing(pair: str, facts: Payload) -> Listing | None:
    if ":" in pair:
        return None
    base, quote = (facts["base"], facts["quote"]) if "/" in pair else facts["wsname"].split("/")
    status = facts.get("status")
    return Listing(base, pair, "spot", quote, "trading" if status == "online" else "halted" if status else None)
