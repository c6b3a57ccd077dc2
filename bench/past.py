"""A database with an invented past, to look at and to measure with: ``python bench/past.py DATABASE --days 30``.

Every table is filled by SQL inside DuckDB, in the order in which collections would have written it. Coins move as rough
noise whose value at any moment can be computed by itself, so that every table tells of the same market. Names of sources
are those that are declared; everything else is made up. A year with a hundred coins takes some minutes. What would fill the
disk for nothing is thinner than in real life: see ``--dense-days``. Without DATABASE a small one is made and thrown away.
What is said of the market and the statements that fill the tables are in bench/invented/.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from duckdb import LongValue
from invented import facts
from invented.facts import ROUTES, TITLES
from invented.log import ATTEMPTS, COLLECTIONS, LOGS
from invented.market import (
    CANDLES,
    CHAINS,
    CONSENSUS,
    FEES,
    FUNDING,
    LATEST,
    MACROS,
    MARKET,
    METRICS,
    NEWS,
    SMALL,
    TRANSFERS,
)

from crypto_pipeline.collection.registry import registry_rows
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint, discover
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

STEP = 300
"""Seconds from one 5-minute collection to the next; every third is one of the 15-minute job too."""
A_DAY = 86_400 // STEP
LOG_DAYS = 30


def make(
    path: Path, days: int, coins: int, dense_days: int, now: datetime, log_days: float = LOG_DAYS
) -> DuckDBWarehouse:
    """Fill a new database, or one that is empty; prints what takes long."""
    warehouse = DuckDBWarehouse(path, lock_seconds=30)
    warehouse.prepare()
    settings = Settings()
    endpoints = [endpoint for endpoint in discover() if is_on(endpoint, settings)]
    registry = registry_rows(discover(), settings)
    warehouse.merge(
        {table: [{**row, "collected_at": now, "run_id": "past"} for row in rows] for table, rows in registry.items()}
    )
    last = int(now.timestamp()) // STEP
    log = max(last - int(log_days * A_DAY), last - days * A_DAY)
    with warehouse.connection() as connection:
        counts = _prepare(connection, endpoints, coins, last * STEP)
        for since, until in _months(last - days * A_DAY, last):
            _data(connection, counts, since, until, dense_since=last - dense_days * A_DAY)
            _say(f"data until {datetime.fromtimestamp(until * STEP, timezone.utc):%Y-%m-%d}")
        _run(connection, LATEST, last=last)
        for since, until in _months(log, last):
            _log(connection, counts, since, until)
            _say(f"log until {datetime.fromtimestamp(until * STEP, timezone.utc):%Y-%m-%d}")
        for statement in LOGS:
            _run(connection, statement, now=last * STEP, log_days=LOG_DAYS, data_tables=list(DATA_TABLES))
    return warehouse


def _prepare(connection: Connection, endpoints: list[Endpoint], coins: int, now: int) -> dict[str, Any]:
    """Facts as temporary tables, and how many of each there are."""
    for statement in MACROS.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    _table(
        connection,
        "coin",
        facts.coins(coins),
        "rank INT, symbol VARCHAR, seed INT, usd DOUBLE, cap DOUBLE, volume DOUBLE, moves DOUBLE",
    )
    # The price that is known is today's: the whole curve is moved so that it ends there.
    connection.execute(f"UPDATE coin SET usd = usd / exp(moves * (drift(seed, {now}) + 0.6 * drift(1, {now})))")
    market = facts.providers(endpoints, "market_prices")
    _table(
        connection,
        "market",
        [(i, name, 0.6 / (i + 2), i % 6 == 0) for i, name in enumerate(market)],
        "number INT, source VARCHAR, share DOUBLE, tells_capital BOOLEAN",
    )
    exchanges = ["binance", "coinbase", "kraken", "okx", "bybit", "kucoin", "bitstamp", "upbit"]
    _table(
        connection,
        "exchange",
        [
            (i, name, 0.3 / (i + 1), *(("KRW", 1_470.0) if name == "upbit" else ("USD", 1.0)))
            for i, name in enumerate(exchanges)
        ],
        "number INT, provider VARCHAR, share DOUBLE, currency VARCHAR, rate DOUBLE",
    )
    outlets = [(one.provider.name, one.answer.language or "en") for one in endpoints if "news_articles" in one.tables]
    _table(
        connection,
        "outlet",
        [(i, name, language, list(TITLES.get(language, TITLES["en"]))) for i, (name, language) in enumerate(outlets)],
        "number INT, source VARCHAR, language VARCHAR, titles VARCHAR[]",
    )
    fees = list(facts.fees(endpoints))
    _table(
        connection, "fee", fees, "number INT, blockchain VARCHAR, source VARCHAR, unit VARCHAR, usual DOUBLE, seed INT"
    )
    _table(
        connection,
        "route",
        [(i, *route) for i, route in enumerate(ROUTES)],
        "number INT, blockchain VARCHAR, symbol VARCHAR, source VARCHAR",
    )
    futures = ["binance", "bybit", "okx", "bitget", "gate", "kucoin", "htx", "hyperliquid"]
    _table(
        connection,
        "future",
        [(i, name, 0.4 / (i + 1)) for i, name in enumerate(futures)],
        "number INT, source VARCHAR, share DOUBLE",
    )
    _table(
        connection,
        "metric",
        facts.metrics(coins),
        "metric_name VARCHAR, source VARCHAR, unit VARCHAR, middle DOUBLE, every INT, seed INT",
    )
    _table(
        connection,
        "endpoint",
        list(facts.endpoints(endpoints)),
        "number INT, id VARCHAR, provider VARCHAR, host VARCHAR, tables VARCHAR, pool VARCHAR, standby BOOLEAN, cadence INT, ui BOOLEAN",
    )
    return {
        "now": now,
        "coins": coins,
        "sources": len(market),
        "exchanges": len(exchanges),
        "outlets": len(outlets),
        "fees": len(fees),
        "routes": len(ROUTES),
        "futures": len(futures),
        "endpoints": len(endpoints),
    }


def _data(connection: Connection, counts: dict[str, Any], first: int, last: int, *, dense_since: int) -> None:
    def fill(statement: str, **more: object) -> None:
        _run(connection, statement, **{**counts, "first": first, "last": last, **more})

    fill(CONSENSUS)
    if first < dense_since:
        fill(MARKET, last=min(last, dense_since), every=6 * 3_600, sources=12)
    if last > dense_since:
        fill(MARKET, first=max(first, dense_since), every=STEP)
    currency = ", currency" if "currency" in TABLES["cached_ohlc"].column_names else ""
    for interval, length in (("1h", 3_600), ("1d", 86_400)):
        is_end = last * STEP == counts["now"]
        fill(CANDLES.format(currency=currency), interval=interval, length=length, open=int(is_end))
    for statement in (NEWS, METRICS, FEES, CHAINS, TRANSFERS, *SMALL):
        fill(statement)
    fill(FUNDING, every=3_600 if last * STEP < counts["now"] - 31 * 86_400 else 900)


def _log(connection: Connection, counts: dict[str, Any], first: int, last: int) -> None:
    shared = {"first": first, "last": last, "endpoints": counts["endpoints"]}
    _run(connection, COLLECTIONS.format(asked="ui"), **shared, job=UI_JOB, run="ui", every=1, ends=30)
    _run(
        connection,
        COLLECTIONS.format(asked="step % 3 = 0"),
        **shared,
        job=HISTORICAL_JOB,
        run="historical",
        every=3,
        ends=45,
    )
    _run(connection, ATTEMPTS, first=first, last=last)


def _months(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Pieces of thirty days whose ends every cadence divides, but for the very last."""
    day = first // A_DAY * A_DAY
    while day < last:
        yield max(day, first // 3 * 3), min(day + 30 * A_DAY, last)
        day += 30 * A_DAY


def _table(connection: Connection, name: str, rows: list[tuple[object, ...]], columns: str) -> None:
    connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
    row = f"({', '.join('?' * len(rows[0]))})"
    connection.execute(
        f"INSERT INTO {name} VALUES {', '.join([row] * len(rows))}", [value for values in rows for value in values]
    )


def _run(connection: Connection, statement: str, **parameters: object) -> None:
    """With those of the parameters that the statement names. Whole numbers are BIGINT: some products fit into nothing less."""
    named = {name: parameters[name] for name in set(re.findall(r"\$(\w+)", statement))}
    long = {name: LongValue(value) if isinstance(value, int) else value for name, value in named.items()}
    connection.execute(statement, long).fetchall()


def _say(text: str) -> None:
    print(f"{time.perf_counter() - BEGAN:6.0f} s  {text}", flush=True)


BEGAN = time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a database with an invented past.")
    parser.add_argument("database", nargs="?", type=Path, help="a file that does not exist yet (default: none is kept)")
    parser.add_argument("--days", type=int, default=7, help="how far back it reaches (default: 7)")
    parser.add_argument("--coins", type=int, default=100, help="how many coins, up to 100 (default: 100)")
    parser.add_argument(
        "--dense-days",
        type=int,
        default=2,
        help="of how many days every price of every source is there, two million a day (default: 2)",
    )
    parser.add_argument("--until", type=datetime.fromisoformat, help="when it ends, with an offset (default: now)")
    asked = parser.parse_args()
    now = asked.until or datetime.now(timezone.utc) - timedelta(minutes=1)
    with tempfile.TemporaryDirectory() as folder:
        path = asked.database or Path(folder) / "past.duckdb"
        if path.exists():
            parser.error(f"{path} exists already.")
        warehouse = make(path, asked.days, asked.coins, asked.dense_days, now)
        rows = sum(warehouse.query(f"SELECT count(*) FROM {table}").rows[0][0] for table in TABLES)
        _say(f"{rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
