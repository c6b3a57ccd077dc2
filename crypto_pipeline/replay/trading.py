"""When a market is traded, and under which name: listings, halts, quiet hours, coins that were renamed.

Belongs here: for any source, coin and moment whether anything was traded.
Does not belong here: for how much (replay/market.py), how far back a source tells its past (the endpoints say that).

Dates of births and of renamings are those of the real coins, as far as a day or a month; of other coins and of all halts they are
invented, the same for each seed. All of it is the past: from sixty days before the recordings on every market trades at all times.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import NamedTuple

from crypto_pipeline.replay.chance import chances, pick, picks
from crypto_pipeline.replay.coin_days import QUARTER, QUARTERS
from crypto_pipeline.replay.majors import MAJORS
from crypto_pipeline.replay.years import PRESENT_DAY

QUARTER_SECONDS = QUARTER * 60
QUIET_UNTIL = (PRESENT_DAY - 60) * 86_400
"""Halts and quiet hours end here; what is collected of the present has no gaps."""
_DAY = 86_400
_EVERY_QUARTER = (True,) * QUARTERS
EVERY_MINUTE = (True,) * QUARTER


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


class Life(NamedTuple):
    """A time in which a market's name meant a coin, in unix seconds; ``until`` is None while it still does."""

    coin: str
    since: int
    until: int | None = None


RENAMED: Mapping[str, tuple[Life, ...]] = {
    "MATIC": (Life("POL", _at("2019-04-26"), _at("2024-09-10T03:00")),),
    "POL": (Life("POL", _at("2024-09-13T10:00")),),
    "RNDR": (Life("RENDER", _at("2021-11-27"), _at("2024-07-22T03:00")),),
    "RENDER": (Life("RENDER", _at("2024-07-26T08:00")),),
    "BCC": (Life("BCH", _at("2017-08-21"), _at("2018-11-15T10:00")),),
    "LUNA": (Life("LUNC", _at("2020-08-21"), _at("2022-05-13T01:00")), Life("LUNA", _at("2022-05-31T06:00"))),
    "LUNC": (Life("LUNC", _at("2022-09-09T08:00")),),
}
"""Names of markets that had two coins, or coins that had two names. LUNA was LUNC once: two facts, never one series."""

BORN: Mapping[str, int] = {
    coin: _at(date)
    for coin, date in {
        "BTC": "2010-07-17", "LTC": "2011-10-13", "XRP": "2013-08-04", "DOGE": "2013-12-15", "DASH": "2014-02-14",
        "XMR": "2014-05-21", "XLM": "2014-08-05", "ETH": "2015-08-07", "ETC": "2016-07-24", "ZEC": "2016-10-29",
        "NEO": "2016-09-09", "BCH": "2017-07-24", "BNB": "2017-07-25", "LINK": "2017-09-20", "TRX": "2017-09-13",
        "ADA": "2017-10-01", "IOTA": "2017-06-13", "MANA": "2017-09-17", "XTZ": "2018-06-30", "VET": "2018-07-25",
        "BSV": "2018-11-09", "CRO": "2018-12-14", "ATOM": "2019-03-14", "FET": "2019-02-28", "ALGO": "2019-06-20",
        "HBAR": "2019-09-17", "PAXG": "2019-09-26", "STX": "2019-10-25", "XAUT": "2020-02-07", "SOL": "2020-04-10",
        "AR": "2020-05-28", "COMP": "2020-06-16", "CRV": "2020-08-14", "DOT": "2020-08-19", "EGLD": "2020-09-03",
        "UNI": "2020-09-17", "AVAX": "2020-09-22", "AAVE": "2020-10-03", "NEAR": "2020-10-14", "FIL": "2020-10-15",
        "GRT": "2020-12-18", "SHIB": "2021-04-16", "ICP": "2021-05-10", "TON": "2021-08-27", "ENS": "2021-11-09",
        "OP": "2022-05-31", "KAS": "2022-06-01", "APT": "2022-10-19", "BONK": "2022-12-29", "ARB": "2023-03-23",
        "PEPE": "2023-04-18", "SUI": "2023-05-03", "WLD": "2023-07-24", "SEI": "2023-08-15", "TIA": "2023-10-31",
        "WIF": "2023-12-18", "PYTH": "2023-11-20", "ONDO": "2024-01-18", "JUP": "2024-01-31", "STRK": "2024-02-20",
        "ETHFI": "2024-03-18", "ENA": "2024-04-02", "ZK": "2024-06-17", "HYPE": "2024-11-29", "PENGU": "2024-12-17",
        "TRUMP": "2025-01-18", "IP": "2025-02-13", "PI": "2025-02-20", "PUMP": "2025-07-12",
    }.items()
}  # fmt: skip
"""When a coin was first traded anywhere."""

OPENED: Mapping[str, int] = {
    source: _at(date)
    for source, date in {
        "bitstamp": "2011-08-18", "bitfinex": "2013-03-31", "kraken": "2013-09-10", "poloniex": "2014-02-01",
        "btcturk": "2013-07-01", "bitbank": "2017-02-14", "coinbase": "2015-07-20", "gemini": "2015-10-08",
        "bitvavo": "2019-03-08", "upbit": "2017-09-25", "bithumb": "2017-01-01", "binance": "2017-08-17T04:00",
        "binance_us": "2019-09-23", "kucoin": "2017-10-01", "okx": "2018-01-11", "htx": "2017-10-27", "gate": "2017-12-01",
        "mexc": "2018-11-01", "bitget": "2018-09-01", "bybit": "2021-07-05", "deribit_perpetual": "2018-08-14",
        "hyperliquid_perpetual": "2023-02-26", "dydx_perpetual": "2023-10-26", "hitbtc": "2013-12-27",
    }.items()
}  # fmt: skip
"""When a source's candles begin; those of others are invented."""

DELISTED: Mapping[tuple[str, str], int] = {
    ("binance", "XMR"): _at("2024-02-20T03:00"),
    ("okx", "XMR"): _at("2024-01-05T08:00"),
    ("binance", "BSV"): _at("2019-04-22T10:00"),
}
"""Markets that were closed while their coin is traded elsewhere."""

_THIN_OF_TEN = 3
"""Of ten markets of other coins so many have times without trades."""
_QUIET_QUARTERS_OF_TEN = 4


class Trading:
    """When the markets of one seed are traded."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def coin_of(self, name: str, at: float) -> str | None:
        """The coin that a market's name means at a moment; None when it is nobody's name then."""
        for life in RENAMED.get(name, ()):
            if life.since <= at and (life.until is None or at < life.until):
                return life.coin
        return None if name in RENAMED else name

    def lives(self, source: str, name: str) -> list[Life]:
        """The times in which a source has a market of this name. Times lie on whole hours."""
        own = RENAMED.get(name) or (Life(name, _listed(source, name)),)
        found = []
        for life in own:
            since, until = max(life.since, _opened(source)), life.until
            gone = DELISTED.get((source, life.coin))
            until = gone if until is None else until if gone is None else min(gone, until)
            if until is None or since < until:
                found.append(Life(life.coin, since, until))
        return found

    def listed_at(self, source: str, name: str) -> int | None:
        """When a source first traded a market of this name (unix seconds); None when it never did."""
        return next((life.since for life in self.lives(source, name)), None)

    def delisted_at(self, source: str, name: str) -> int | None:
        """When it stopped for good (unix seconds); None while it goes on, or when it never began."""
        lives = self.lives(source, name)
        return lives[-1].until if lives else None

    def halts(self, source: str, year: int) -> tuple[tuple[int, int], ...]:
        """The times of a year in which nobody could trade at a source, as unix seconds: some hours in all."""
        return _halts(self._seed, source, year)

    def is_halted(self, source: str, opened: int, seconds: int) -> bool:
        """Whether a source was halted for all of a span."""
        years = {_year(opened), _year(opened + seconds - 1)}
        return any(
            begin <= opened and opened + seconds <= end for year in years for begin, end in self.halts(source, year)
        )

    def is_thin(self, source: str, name: str) -> bool:
        """Whether a market has times in which it could be traded and nobody did."""
        return _is_thin(self._seed, source, name)

    def has_trades(self, source: str, name: str, opened: int, seconds: int) -> bool:
        """Whether anything was traded in a span of whole minutes: listed, not halted all the time, not quiet all the time."""
        begin, end = opened // 60, (opened + seconds) // 60
        for quarter in range(begin // QUARTER, -(-end // QUARTER)):
            if self.traded_quarters(source, name, quarter // QUARTERS)[quarter % QUARTERS]:
                minutes = self.minutes_of_quarter(source, name, quarter)
                if any(minutes[max(begin - quarter * QUARTER, 0) : end - quarter * QUARTER]):
                    return True
        return False

    def traded_quarters(self, source: str, name: str, day: int) -> tuple[bool, ...]:
        """For each quarter of an hour of a day (counted since 1970, UTC) whether a market is traded in it."""
        return _traded_quarters(self._seed, source, name, day)

    def minutes_of_quarter(self, source: str, name: str, quarter: int) -> tuple[bool, ...]:
        """Which minutes of a traded quarter (counted since 1970) have trades; at least one has."""
        if quarter * QUARTER_SECONDS >= QUIET_UNTIL or not self.is_thin(source, name):
            return EVERY_MINUTE
        traded = chances(f"{self._seed}/{source}/{name}/minute", quarter * QUARTER, QUARTER) > 0
        return tuple(traded.tolist()) if traded.any() else EVERY_MINUTE


def _opened(source: str) -> int:
    opened = OPENED.get(source)
    return _at("2018-01-01") + pick(f"{source}/opened", 0, 900) * _DAY if opened is None else opened


@lru_cache(maxsize=4096)
def _listed(source: str, coin: str) -> int:
    """A major is listed as soon as there are coin and exchange, another one within half a year."""
    born = BORN.get(coin)
    if born is None:
        born = _at("2018-01-01") + pick(f"{coin}/born", 0, 2000) * _DAY
    later = 0 if coin in MAJORS else pick(f"{source}/{coin}/listed", 0, 150) * _DAY + 3600 * pick(coin, 1, 24)
    return max(_opened(source), born + later)


@lru_cache(maxsize=4096)
def _is_thin(seed: int, source: str, name: str) -> bool:
    return name not in MAJORS and pick(f"{seed}/{source}/{name}/thin", 0, 10) < _THIN_OF_TEN


@lru_cache(maxsize=512)
def _halts(seed: int, source: str, year: int) -> tuple[tuple[int, int], ...]:
    name = f"{seed}/{source}/halt/{year}"
    begin, end = _at(f"{year}-01-01"), min(_at(f"{year + 1}-01-01"), QUIET_UNTIL)
    count = 1 + pick(name, 0, 3)
    share = (end - begin) // count
    found = []
    for number in range(count if end > begin else 0):
        length = QUARTER_SECONDS * (3 + pick(name, 10 + number, 14))
        opened = (
            begin
            + number * share
            + pick(name, 20 + number, max((share - length) // QUARTER_SECONDS, 1)) * QUARTER_SECONDS
        )
        if opened + length <= end:
            found.append((opened, opened + length))
    return tuple(found)


@lru_cache(maxsize=1024)
def _traded_quarters(seed: int, source: str, name: str, day: int) -> tuple[bool, ...]:
    trading, begin = Trading(seed), day * _DAY
    traded = [False] * QUARTERS
    for life in trading.lives(source, name):
        first = max(0, -(-(life.since - begin) // QUARTER_SECONDS))
        last = QUARTERS if life.until is None else min(QUARTERS, (life.until - begin) // QUARTER_SECONDS)
        for quarter in range(first, last):
            traded[quarter] = True
    for opened, closed in (*_halts(seed, source, _year(begin)), *_halts(seed, source, _year(begin + _DAY))):
        for quarter in range(
            max(0, (opened - begin) // QUARTER_SECONDS), min(QUARTERS, (closed - begin) // QUARTER_SECONDS)
        ):
            traded[quarter] = False
    if begin < QUIET_UNTIL and trading.is_thin(source, name):
        picked = picks(f"{seed}/{source}/{name}/quiet", day * QUARTERS, QUARTERS, 10)
        traded = [one and number >= _QUIET_QUARTERS_OF_TEN for one, number in zip(traded, picked, strict=True)]
    return _EVERY_QUARTER if all(traded) else tuple(traded)


def _year(at: float) -> int:
    return datetime.fromtimestamp(at, timezone.utc).year
