"""How long the ready questions take on a month of data: ``python bench/questions.py`` takes about a minute.

The tables that grow are as long as a month of collections makes them (market_prices: ``--prices``, in millions of rows), and there
are five years of hours and days of twenty coins; each
question is asked by a new connection, as the command does, and none may take longer than LIMIT seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from crypto_pipeline.questions import questions
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

LIMIT = 2.0

FILL = {
    "market_prices": """
INSERT INTO market_prices (source, symbol, timestamp, price_usd, volume_24h, pair, quote, fetched_at, collected_at, run_id)
SELECT 'source' || number % 90, 'C' || (number // 90) % 100, moment, 100 + number % 7, 1e6, 'pair', 'USD', moment, moment,
    'run-' || number // 9000
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / $rows) AS moment FROM range($rows) AS r(number))
""",
    "cached_market_data": """
INSERT INTO cached_market_data (provider, symbol, timestamp, price, pair, quote, fetched_at, collected_at)
SELECT 'source' || number % 90, CASE WHEN number < 90 THEN 'BTC' ELSE 'C' || number // 90 END, now(), 100 + number % 7, 'pair',
    'USD', now(), now()
FROM range(9000) AS r(number)
""",
    "consensus_prices": """
INSERT INTO consensus_prices (symbol, timestamp, price_usd, sources, spread_percent, price_change_24h, collected_at)
SELECT CASE number % 100 WHEN 0 THEN 'BTC' ELSE 'C' || number % 100 END, moment, 100 + number % 7, 90, number % 5, number % 9 - 4,
    moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number // 100 * 100 / 864000) AS moment FROM range(864000) AS r(number))
""",
    "cached_ohlc": """
INSERT INTO cached_ohlc (provider, symbol, "interval", timestamp, open, high, low, close, volume, currency, is_final, fetched_at,
    collected_at)
SELECT 'source' || s, CASE c WHEN 0 THEN 'BTC' ELSE 'C' || c END, '1h', hour, 1, 2, 0.5, 1.5, 9,
    CASE WHEN s < 3 THEN 'KRW' ELSE 'USD' END, true, hour, hour
FROM range(40) AS sources(s), range(20) AS coins(c), (SELECT date_trunc('hour', now()) - to_hours(h) AS hour FROM range(720) AS r(h))
""",
    "consensus_ohlc": """
INSERT INTO consensus_ohlc (symbol, "interval", timestamp, open, high, low, close, volume, providers, collected_at)
SELECT CASE c WHEN 0 THEN 'BTC' ELSE 'C' || c END, length, moment, 1, 2, 0.5, 1 + number % 11, 9, 5, moment
FROM range(20) AS coins(c), (
    SELECT '1h' AS length, h AS number, date_trunc('hour', now()) - to_hours(h + 1) AS moment FROM range(43800) AS hours(h)
    UNION ALL
    SELECT '1d', d, date_trunc('day', now()) - to_days(d::INTEGER + 1) FROM range(1825) AS days(d)
)
""",
    "exchange_rates": """
INSERT INTO exchange_rates (source, currency, timestamp, usd_per_unit, collected_at)
SELECT 'bank' || b, CASE c WHEN 0 THEN 'KRW' ELSE 'C' || c END, now() - to_hours(h), 0.0007, now() - to_hours(h)
FROM range(8) AS banks(b), range(30) AS currencies(c), range(720) AS hours(h)
""",
    "gas_prices": """
INSERT INTO gas_prices (source, blockchain, timestamp, standard_gas_price, unit, collected_at)
SELECT 'node' || number % 70, CASE WHEN number % 70 < 6 THEN 'ethereum' ELSE 'chain' || number % 70 END, moment, number % 11, 'gwei',
    moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 604800) AS moment FROM range(604800) AS r(number))
""",
    "derivatives_metrics": """
INSERT INTO derivatives_metrics (source, contract, symbol, timestamp, funding_rate_8h, mark_price, collected_at)
SELECT 'source' || number % 15, 'contract' || number % 300, CASE WHEN number % 300 < 15 THEN 'BTC' ELSE 'C' || number % 300 END,
    moment, 0.0001, 100 + number % 7, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 864000) AS moment FROM range(864000) AS r(number))
""",
    "dated_futures": """
INSERT INTO dated_futures (source, contract, symbol, expiry, timestamp, mark_price, index_price, collected_at)
SELECT 'source' || number % 5, 'contract' || number % 40, CASE WHEN number % 40 < 20 THEN 'BTC' ELSE 'ETH' END, now() + to_days(1 + number % 40),
    moment, 101, CASE WHEN number % 5 THEN 100 END, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 115200) AS moment FROM range(115200) AS r(number))
""",
    "funding_rates": """
INSERT INTO funding_rates (source, contract, symbol, funding_at, rate, interval_hours, rate_8h, collected_at)
SELECT 'source' || number % 15, 'contract' || number % 300, CASE WHEN number % 300 < 15 THEN 'BTC' ELSE 'C' || number % 300 END,
    moment, 0.0001, 8, 0.0001, moment
FROM (SELECT number, now() - INTERVAL 1825 DAY * (1 - number / 1642500) AS moment FROM range(1642500) AS r(number))
""",
    "liquidations": """
INSERT INTO liquidations (source, liquidation_id, symbol, contract, side, liquidated_at, price, amount, value_usd, collected_at)
SELECT 'source' || number % 4, number, CASE number % 5 WHEN 0 THEN 'BTC' ELSE 'C' || number % 5 END, 'contract', CASE number % 3 WHEN 0
    THEN 'long' ELSE 'short' END, moment, 100, 1, 100, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 600000) AS moment FROM range(600000) AS r(number))
""",
    "book_snapshots": """
INSERT INTO book_snapshots (source, symbol, pair, quote, scope, best_bid, best_ask, best_bid_size, best_ask_size, spread_bps,
    buy_100k_bps, usd_per_quote, timestamp, collected_at)
SELECT 'source' || number % 12, 'C' || (number // 12) % 100, 'C' || (number // 12) % 100 || 'USD', 'USD', 'best', 100 + number % 7 / 10,
    100.1 + number % 7 / 10, 1, 1, 10, 2, 1, moment, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number // 1200 * 1200 / 3456000) AS moment FROM range(3456000) AS r(number))
""",
    "trading_fees": """
INSERT INTO trading_fees (exchange, taker_percent, as_of, collected_at)
SELECT 'source' || number, 0.1, '2025-12', now() FROM range(12) AS r(number)
""",
    "listings": """
INSERT INTO listings (source, kind, market, symbol, status, first_seen_at, timestamp, fetched_at, collected_at)
SELECT 'source' || number % 9, 'spot', 'market' || number, 'C' || number % 4000, 'trading', now() - to_days((number % 400)::INTEGER),
    now(), now() - to_days(CASE number % 50 WHEN 0 THEN 9 ELSE 0 END), now()
FROM range(30000) AS r(number)
""",
    "market_overview": """
INSERT INTO market_overview (source, timestamp, total_market_cap_usd, btc_dominance, eth_dominance, collected_at)
SELECT 'source' || number % 4, moment, 3e12, 58, 12, moment
FROM (SELECT number, now() - INTERVAL 365 DAY * (1 - number / 140160) AS moment FROM range(140160) AS r(number))
""",
    "defi_metrics": """
INSERT INTO defi_metrics (source, metric_name, entity, value, unit, timestamp, collected_at)
SELECT 'defillama', CASE number % 5 WHEN 0 THEN 'stablecoin_circulating' WHEN 1 THEN 'stablecoin_peg_deviation' ELSE 'tvl' END,
    CASE number % 30 WHEN 0 THEN 'total' ELSE 'E' || number % 30 END, 1e9, 'USD', moment, moment
FROM (SELECT number, now() - INTERVAL 1825 DAY * (1 - number / 1000000) AS moment FROM range(1000000) AS r(number))
""",
    "news_articles": """
INSERT INTO news_articles (url, title, published_at, first_seen_at, sentiment, sentiment_score, tags, collected_at)
SELECT 'https://example.org/' || number, 'title', moment, moment, 'positive', 0.1, CASE number % 3 WHEN 0 THEN 'BTC,etf' END, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 60000) AS moment FROM range(60000) AS r(number))
""",
    "whale_transactions": """
INSERT INTO whale_transactions (blockchain, transaction_hash, event_index, amount_usd, timestamp, collected_at)
SELECT 'ethereum', '0x' || number, 0, number % 1000000, moment, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 300000) AS moment FROM range(300000) AS r(number))
""",
    "data_collections": """
INSERT INTO data_collections (run_id, endpoint, outcome, error, started_at, finished_at, rows, collected_at)
SELECT 'run-' || number // 550, 'provider.endpoint' || number % 550, CASE WHEN number % 17 = 0 THEN 'timeout' ELSE 'ok' END,
    CASE WHEN number % 17 = 0 THEN 'it took too long' END, moment, moment, 10, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 6336000) AS moment FROM range(6336000) AS r(number))
""",
    "connection_attempts": """
INSERT INTO connection_attempts (run_id, endpoint, ask, attempt, host, milliseconds, status_code, started_at, collected_at)
SELECT 'run-' || number // 900, 'provider.endpoint' || number % 550, '', 1, 'api' || number % 370, random() * 2000, 200, moment,
    moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 8000000) AS moment FROM range(8000000) AS r(number))
""",
    "rate_limit_usage": """
INSERT INTO rate_limit_usage (run_id, host, window_start, window_end, requests, budget_requests, budget_seconds, rate_limited,
    collected_at)
SELECT 'run-' || number // 370, 'api' || number % 370, moment, moment, 2, 60, 60, 0, moment
FROM (SELECT number, now() - INTERVAL 30 DAY * (1 - number / 4262400) AS moment FROM range(4262400) AS r(number))
""",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--prices", type=float, default=10.0, help="millions of rows of market_prices (default 10)")
    options.add_argument("--keep", type=Path, help="folder to leave the file in")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = DuckDBWarehouse((chosen.keep or Path(folder)) / "month.duckdb")
        if not warehouse.path.exists():
            fill(warehouse, round(chosen.prices * 1e6))
        print(f"{warehouse.path.stat().st_size / 1e6:,.0f} MB")
        slowest = max(measure(warehouse, question.name) for question in questions())
    if slowest > LIMIT:
        sys.exit(f"one took {slowest:.1f} s")


def fill(warehouse: DuckDBWarehouse, prices: int) -> None:
    for table, statement in FILL.items():
        with warehouse.connection() as connection:
            connection.execute(statement, {"rows": prices} if "$rows" in statement else None)
        ((rows,),) = warehouse.query(f"SELECT count(*) FROM {table}").rows
        print(f"{table}: {rows:,} rows")


def measure(warehouse: DuckDBWarehouse, name: str) -> float:
    question = next(question for question in questions() if question.name == name)
    widest = {one.name: one.allowed.split()[-1] for one in question.parameters if one.name in {"days", "hours"}}
    began = time.perf_counter()
    rows = warehouse.query(question.sql, question.values({})).rows
    usual = time.perf_counter() - began
    began = time.perf_counter()
    warehouse.query(question.sql, question.values(widest))
    print(f"{name:24} {usual:6.2f} s, {len(rows):4} rows; over everything {time.perf_counter() - began:6.2f} s")
    return usual


if __name__ == "__main__":
    main()
