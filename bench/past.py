"""A database with an invented past, to look at and to measure with: ``python bench/past.py DATABASE --days 30``.

Every table is filled by SQL inside DuckDB, in the order in which collections would have written it. Coins move as rough
noise whose value at any moment can be computed by itself, so that every table tells of the same market. Names of sources
are those that are declared; everything else is made up. A year with a hundred coins takes some minutes. What would fill the
disk for nothing is thinner than in real life: see ``--dense-days``. Without DATABASE a small one is made and thrown away.
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

from crypto_pipeline.collection.registry import registry_rows
from crypto_pipeline.collection.selection import is_on
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES, UI_TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint, discover
from crypto_pipeline.sources.symbols import COINGECKO_IDS
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

STEP = 300
"""Seconds from one 5-minute collection to the next; every third is one of the 15-minute job too."""
A_DAY = 86_400 // STEP
LOG_DAYS = 30

PRICES = {
    "BTC": (92_000, 1.83e12), "ETH": (3_090, 3.73e11), "USDT": (1, 1.84e11), "XRP": (2.25, 1.35e11), "BNB": (880, 1.21e11),
    "SOL": (142, 7.9e10), "USDC": (1, 7.5e10), "TRX": (0.28, 2.7e10), "DOGE": (0.15, 2.3e10), "ADA": (0.46, 1.65e10),
    "HYPE": (34, 1.1e10), "LINK": (13.2, 9.2e9), "BCH": (545, 1.08e10), "XLM": (0.26, 8.3e9), "SUI": (1.6, 5.9e9),
    "AVAX": (14.1, 6.1e9), "LEO": (9.3, 8.6e9), "HBAR": (0.15, 6.3e9), "LTC": (84, 6.4e9), "XMR": (390, 7.2e9),
    "SHIB": (0.0000088, 5.2e9), "TON": (1.6, 4.0e9), "DOT": (2.4, 3.9e9), "UNI": (6.3, 3.9e9), "PEPE": (0.0000048, 2.0e9),
}  # fmt: skip
STABLE = {"USDT", "USDC", "USDE", "DAI", "PYUSD"}

GAS = {
    "ethereum": ("gwei", 1.4), "bitcoin": ("sat/vB", 4.0), "polygon": ("gwei", 32.0), "bsc": ("gwei", 0.1), "base": ("gwei", 0.006),
    "arbitrum": ("gwei", 0.012), "optimism": ("gwei", 0.0012), "avalanche": ("gwei", 1.6), "gnosis": ("gwei", 0.4),
    "linea": ("gwei", 0.05), "scroll": ("gwei", 0.00038), "mantle": ("gwei", 0.02), "litecoin": ("sat/vB", 2.0), "solana": ("micro-lamports/CU", 1_000.0),
}  # fmt: skip

ROUTES = (
    ("bitcoin", "BTC", "mempool_space"), ("bitcoin", "BTC", "blockchain_info"), ("ethereum", "ETH", "publicnode_ethereum"),
    ("ethereum", "USDT", "publicnode_ethereum"), ("ethereum", "USDC", "drpc_ethereum"), ("tron", "USDT", "trongrid"),
    ("tron", "USDT", "tronscan"), ("solana", "SOL", "solana"), ("xrpl", "XRP", "xrpl_cluster"), ("bsc", "USDT", "publicnode_bsc"),
    ("base", "USDC", "drpc_base"), ("arbitrum", "USDC", "drpc_arbitrum"), ("polygon", "USDC", "publicnode_polygon"),
    ("stellar", "XLM", "stellar"), ("litecoin", "LTC", "litecoinspace"),
)  # fmt: skip

TITLES = {
    "en": ("{coin} holds its ground as volume thins out", "Exchange outflows of {coin} reach a three-month high", "What the next upgrade means for {coin}", "{coin} slips after a wave of liquidations", "Regulator opens consultation on custody of {coin}", "Developers of {coin} fix a flaw found by students", "Analysts disagree on where {coin} goes from here", "Payment firm adds {coin} in eleven countries"),
    "fa": ("قیمت {coin} پس از یک روز پرنوسان آرام گرفت", "خروج {coin} از صرافی‌ها به بالاترین حد سه ماه اخیر رسید", "به‌روزرسانی بعدی برای دارندگان {coin} چه معنایی دارد؟", "موج تسویه‌ها {coin} را پایین کشید", "بانک مرکزی پیش‌نویس مقررات نگهداری {coin} را منتشر کرد", "تحلیل‌گران دربارهٔ آیندهٔ {coin} هم‌نظر نیستند"),
    "es": ("{coin} se mantiene firme con poco volumen", "Las salidas de {coin} alcanzan su máximo en tres meses", "Qué cambia para {coin} con la próxima actualización"),
    "de": ("{coin} behauptet sich bei dünnem Handel", "Abflüsse von {coin} auf Dreimonatshoch", "Was das nächste Upgrade für {coin} bedeutet"),
    "fr": ("{coin} tient bon malgré des volumes en baisse", "Les retraits de {coin} au plus haut depuis trois mois"),
    "it": ("{coin} resiste con volumi in calo",),
    "pt-BR": ("{coin} se mantém estável com volume menor", "Saídas de {coin} chegam ao maior nível em três meses"),
    "ru": ("{coin} держится на фоне низких объёмов", "Отток {coin} с бирж достиг трёхмесячного максимума"),
    "tr": ("{coin} düşük hacimle yerini koruyor", "Borsalardan {coin} çıkışı üç ayın zirvesinde"),
    "zh-Hans": ("{coin}在成交清淡中企稳", "{coin}交易所流出量创三个月新高"),
    "zh-Hant": ("{coin}在成交清淡中回穩",),
    "ja": ("{coin}、薄商いの中で底堅く推移", "取引所からの{coin}流出が3カ月ぶり高水準"),
    "ko": ("{coin}, 거래량 감소 속 보합세", "거래소 {coin} 유출량 석 달 만에 최고"),
}  # fmt: skip

MACROS = """
CREATE TEMP MACRO uniform(seed, number) AS CAST(hash(seed, number) AS DOUBLE) / 18446744073709551616.0;
CREATE TEMP MACRO smooth(part) AS part * part * (3 - 2 * part);
CREATE TEMP MACRO octave(seed, t, period) AS 2 * (uniform(seed + period, t // period)
    + (uniform(seed + period, t // period + 1) - uniform(seed + period, t // period)) * smooth((t % period) / period)) - 1;
CREATE TEMP MACRO drift(seed, t) AS 0.3 * octave(seed, t, 7776000) + 0.17 * octave(seed, t, 2592000)
    + 0.1 * octave(seed, t, 777600) + 0.055 * octave(seed, t, 259200) + 0.03 * octave(seed, t, 86400)
    + 0.016 * octave(seed, t, 28800) + 0.008 * octave(seed, t, 9000) + 0.004 * octave(seed, t, 2700)
    + 0.002 * octave(seed, t, 900) + 0.001 * octave(seed, t, 300);
CREATE TEMP MACRO price_of(seed, usd, moves, t) AS usd * exp(moves * (drift(seed, t) + 0.6 * drift(1, t)));
CREATE TEMP MACRO moment(t) AS make_timestamptz(CAST(t * 1000000 AS BIGINT));
CREATE TEMP MACRO run_of(job, step) AS CAST(CAST(md5(job || step) AS UUID) AS VARCHAR);
CREATE TEMP MACRO ui_run(t) AS run_of('ui', t // 300);
CREATE TEMP MACRO historical_run(t) AS run_of('historical', t // 900);
"""

CONSENSUS = """
INSERT INTO consensus_prices BY NAME
SELECT symbol, price AS price_usd, 4 + CAST(86 * exp(-rank / 25) AS BIGINT) AS sources, price * (1 - apart / 200) AS lowest_usd,
    price * (1 + apart / 200) AS highest_usd, apart AS spread_percent, (price / before - 1) * 100 AS price_change_24h,
    CASE WHEN hash(t, rank) % 40 = 0 THEN 'latoken' END AS outliers, moment(t + 4.2) AS timestamp, moment(t + 4.9) AS collected_at,
    ui_run(t) AS run_id
FROM (
    SELECT symbol, rank, t, price_of(seed, usd, moves, t) AS price, price_of(seed, usd, moves, t - 86400) AS before,
        0.04 + 0.2 * uniform(seed, t) AS apart
    FROM (SELECT n // $coins * 300 AS t, n % $coins AS rank FROM range($first * $coins, $last * $coins) AS r(n)) JOIN coin USING (rank)
)
"""

MARKET = """
INSERT INTO market_prices BY NAME
SELECT symbol, price_of(seed, usd, moves, t) * (1 + 0.001 * (uniform(number, t + rank) - 0.5)) AS price_usd,
    CASE WHEN tells_capital THEN cap END AS market_cap, volume * share * (0.8 + 0.4 * uniform(number, t)) AS volume_24h,
    (price_of(seed, usd, moves, t) / price_of(seed, usd, moves, t - 86400) - 1) * 100 AS price_change_24h,
    symbol || 'USDT' AS pair, 'USDT' AS quote, moment(t + 1 + number / 40) AS timestamp, source, moment(t + 2 + number / 40) AS fetched_at,
    moment(t + 4.5) AS collected_at, ui_run(t) AS run_id
FROM (
    SELECT (n // ($coins * $sources)) * $every AS t, n // $coins % $sources AS number, n % $coins AS rank
    FROM range($first * 300 // $every * $coins * $sources, $last * 300 // $every * $coins * $sources) AS r(n)
) JOIN coin USING (rank) JOIN market USING (number)
WHERE uniform(number + 7, rank) < 0.55 + 0.45 * exp(-rank / 20)
"""

LATEST = """
INSERT INTO cached_market_data BY NAME
SELECT symbol, price_usd AS price, * EXCLUDE (symbol, price_usd, price_change_24h, source, high_24h, low_24h),
    price_change_24h AS change_24h, source AS provider, price_usd * 1.02 AS high_24h, price_usd * 0.97 AS low_24h
FROM market_prices WHERE timestamp >= moment($last * 300 - 86400)
QUALIFY row_number() OVER (PARTITION BY source, symbol ORDER BY timestamp DESC) = 1
"""

CANDLES = """
INSERT INTO cached_ohlc BY NAME
SELECT symbol, $interval AS interval, moment(t) AS timestamp, opens * rate AS open,
    greatest(opens, closes, half) * (1 + 0.002 * uniform(number, t)) * rate AS high,
    least(opens, closes, half) * (1 - 0.002 * uniform(number + 1, t)) * rate AS low, closes * rate AS close,
    volume / usd * share * $length / 86400 * (0.4 + 1.2 * uniform(number + 2, t)) AS volume,
    symbol || '-' || CASE currency WHEN 'USD' THEN 'USDT' ELSE currency END AS pair, t + $length <= $now AS is_final, provider,
    moment(least(t + $length, $now)) AS fetched_at, moment(least(t + $length, $now) + 3) AS collected_at,
    historical_run(least(t + $length, $now)) AS run_id {currency}
FROM (
    SELECT *, price_of(seed, usd, moves, t) AS opens, price_of(seed, usd, moves, t + $length // 2) AS half,
        price_of(seed, usd, moves, least(t + $length, $now)) AS closes
    FROM (
        SELECT n // ($coins * $exchanges) * $length AS t, n // $coins % $exchanges AS number, n % $coins AS rank
        FROM range($first * 300 // $length * $coins * $exchanges, ($last * 300 // $length + $open) * $coins * $exchanges) AS r(n)
    ) JOIN coin USING (rank) JOIN exchange USING (number)
    WHERE uniform(number + 11, rank) < 0.2 + 0.8 * exp(-rank / 30)
)
"""

NEWS = """
INSERT INTO news_articles BY NAME
SELECT replace(title, '{coin}', symbol) AS title, replace(title, '{coin}', symbol) || '. (' || source || ')' AS content, source,
    'https://' || source || '.example/' || n AS url, CASE WHEN n % 50 <> 0 THEN moment(t - 240 - n % 1800) END AS published_at,
    CASE WHEN language = 'en' THEN ['positive', 'neutral', 'negative'][1 + n % 3] END AS sentiment,
    CASE WHEN language = 'en' THEN [0.5, 0.0, -0.5][1 + n % 3] END AS sentiment_score,
    symbol || CASE WHEN n % 5 = 0 THEN ',etf' ELSE '' END AS tags, language, 'story-' || n // 3 AS story_id,
    moment(t) AS first_seen_at, moment(t) AS fetched_at, moment(t + 3) AS collected_at, historical_run(t) AS run_id
FROM (
    SELECT n, t, outlet.*, titles[1 + CAST(hash(n) % len(titles) AS BIGINT)] AS title, CAST(hash(n + 1) % 12 AS BIGINT) AS rank
    FROM (SELECT n, n * 900 // 4 AS t, CAST(hash(n, 3) % $outlets AS BIGINT) AS number FROM range($first * 4 // 3, $last * 4 // 3) AS r(n)) JOIN outlet USING (number)
) JOIN coin USING (rank)
"""

METRICS = """
INSERT INTO sentiment_metrics BY NAME
SELECT metric_name, CASE unit WHEN 'index 0-100' THEN round(value) ELSE value END AS value, unit,
    CASE WHEN unit = 'index 0-100' THEN CASE WHEN value < 25 THEN 'Extreme Fear' WHEN value < 45 THEN 'Fear' WHEN value < 55 THEN 'Neutral'
        WHEN value < 75 THEN 'Greed' ELSE 'Extreme Greed' END END AS classification,
    moment(t) AS timestamp, source, moment(t + 30) AS fetched_at, moment(t + 33) AS collected_at, historical_run(t) AS run_id
FROM (
    SELECT *, middle * (1 + 0.55 * greatest(-1, least(1, 2 * drift(seed, t)))) AS value FROM (
        SELECT metric.*, unnest(range($first * 300 // every, $last * 300 // every + 1)) * every AS t FROM metric
    )
) WHERE t <= $now AND t >= $first * 300
ORDER BY t, metric_name, source
"""

FEES = """
INSERT INTO gas_prices BY NAME
SELECT blockchain, price AS gas_price_gwei, price * 1.3 AS fast_gas_price, price AS standard_gas_price, price * 0.8 AS slow_gas_price,
    CASE WHEN unit = 'gwei' THEN price * 0.7 END AS base_fee, unit, false AS derived, t // 12 AS block_number, moment(t + 2) AS timestamp,
    source, moment(t + 2) AS fetched_at, moment(t + 4) AS collected_at, historical_run(t) AS run_id
FROM (
    SELECT *, usual * exp(2.2 * drift(seed, t)) * (1 + 0.05 * uniform(seed, t)) * (1 + 0.35 * sin(t / 86400.0 * 2 * pi())) AS price
    FROM (SELECT n // $fees * 900 AS t, n % $fees AS number FROM range($first // 3 * $fees, $last // 3 * $fees) AS r(n)) JOIN fee USING (number)
)
"""

CHAINS = """
INSERT INTO blockchain_stats BY NAME
SELECT blockchain, t // 12 AS latest_block, t AS total_transactions, CASE WHEN blockchain = 'bitcoin' THEN 9e20 * (1 + 0.1 * drift(seed, t)) END AS network_hashrate,
    CAST(1e6 * (1 + 0.4 * drift(seed, t)) AS BIGINT) AS transactions_24h, 150 AS block_transactions, moment(t + 2) AS timestamp, source,
    moment(t + 2) AS fetched_at, moment(t + 4) AS collected_at, historical_run(t) AS run_id
FROM (SELECT n // $fees * 900 AS t, n % $fees AS number FROM range($first // 3 * $fees, $last // 3 * $fees) AS r(n)) JOIN fee USING (number)
"""

TRANSFERS = """
INSERT INTO whale_transactions BY NAME
SELECT blockchain, '0x' || md5(n || 'hash') || md5(n || 'more') AS transaction_hash, n % 7 AS event_index,
    CASE WHEN n % 9 <> 0 THEN '0x' || substr(md5(n || 'from'), 1, 40) END AS from_address, '0x' || substr(md5(n || 'to'), 1, 40) AS to_address,
    symbol, worth / price_of(seed, usd, moves, t) AS amount, worth AS amount_usd, 'market_prices' AS price_source, t // 12 AS block_number,
    moment(t - 60 - n % 400) AS timestamp, source, moment(t) AS fetched_at, moment(t + 3) AS collected_at, historical_run(t) AS run_id
FROM (
    SELECT n, n * 225 AS t, CAST(hash(n) % $routes AS BIGINT) AS number, 1e6 * exp(3.2 * uniform(5, n) ** 3) AS worth
    FROM range($first * 4 // 3, $last * 4 // 3) AS r(n)
) JOIN route USING (number) JOIN coin USING (symbol)
"""

FUNDING = """
INSERT INTO derivatives_metrics BY NAME
SELECT symbol, symbol || 'USDT' AS contract, funding AS funding_rate, 8 AS funding_interval_hours, funding AS funding_rate_8h,
    moment((t // 28800 + 1) * 28800) AS next_funding_at, cap * 0.004 * share / price AS open_interest, cap * 0.004 * share AS open_interest_usd,
    price * 0.9999 AS mark_price, price AS index_price, volume * share * 2 AS volume_24h_usd, moment(t + 2) AS timestamp, source,
    moment(t + 2) AS fetched_at, moment(t + 4) AS collected_at, historical_run(t) AS run_id
FROM (
    SELECT *, price_of(seed, usd, moves, t) AS price, 0.0001 * (1 + 2 * drift(seed + number, t)) AS funding
    FROM (
        SELECT n // ($futures * 30) * $every AS t, n // 30 % $futures AS number, n % 30 AS rank
        FROM range($first * 300 // $every * $futures * 30, $last * 300 // $every * $futures * 30) AS r(n)
    ) JOIN coin USING (rank) JOIN future USING (number)
)
"""

SMALL = (
    """
    INSERT INTO listings BY NAME
    SELECT symbol, symbol || 'USDT' AS market, 'spot' AS kind, 'USDT' AS quote, 'trading' AS status, moment($first * 300 + 86400 * number) AS listed_at,
        moment($first * 300) AS first_seen_at, moment($last * 300 - 60) AS timestamp, source, moment($last * 300 - 60) AS fetched_at,
        moment($last * 300 - 50) AS collected_at, historical_run($last * 300 - 900) AS run_id
    FROM coin CROSS JOIN future WHERE NOT EXISTS (FROM listings)
    """,
    """
    INSERT INTO liquidations BY NAME
    SELECT symbol || number || t AS liquidation_id, symbol, symbol || 'USDT' AS contract, CASE WHEN uniform(seed, t) < 0.5 THEN 'long' ELSE 'short' END AS side,
        moment(t - 300) AS liquidated_at, price_of(seed, usd, moves, t) AS price, 100000 * uniform(number, t) AS value_usd, value_usd / price AS amount,
        source, moment(t + 2) AS fetched_at, moment(t + 4) AS collected_at, historical_run(t) AS run_id
    FROM (SELECT unnest(range($first // 3, $last // 3)) * 900 AS t) JOIN coin ON rank < 3 CROSS JOIN (SELECT * FROM future WHERE number < 3)
    """,
    """
    INSERT INTO book_snapshots BY NAME
    SELECT symbol, symbol || 'USDT' AS pair, 'USDT' AS quote, 'book' AS scope, price_of(seed, usd, moves, t) * 0.99995 AS best_bid,
        best_bid * 1.0001 AS best_ask, 1 AS best_bid_size, 1 AS best_ask_size, 1 AS spread_bps, 4e5 * (1 + uniform(seed, t)) AS bid_depth_10bps,
        bid_depth_10bps AS ask_depth_10bps, 4e6 AS bid_depth_100bps, 4e6 AS ask_depth_100bps, 1.2 + uniform(number, t) AS buy_100k_bps,
        1 AS sell_100k_bps, 1 AS usd_per_quote, 1000 AS bid_levels, 1000 AS ask_levels, moment(t + number) AS timestamp, source,
        moment(t + 2 + number) AS fetched_at, moment(t + 4 + number) AS collected_at, historical_run(t) AS run_id
    FROM (SELECT unnest(range($first // 3, $last // 3)) * 900 AS t) JOIN coin ON rank < 5 CROSS JOIN future
    """,
    """
    INSERT INTO option_metrics BY NAME
    SELECT symbol, moment(ends) AS expiry, (ends - t) / 86400.0 AS days_to_expiry, price_of(seed, usd, moves, t) AS underlying_price,
        45 * exp(drift(seed, t)) AS atm_iv, atm_iv * 1.01 AS iv_25d_call, atm_iv * 1.04 AS iv_25d_put, iv_25d_put - iv_25d_call AS skew_25d,
        900 * (1 + uniform(seed, t)) AS call_volume_24h, 700 AS put_volume_24h, put_volume_24h / call_volume_24h AS put_call_volume,
        15000 AS call_open_interest, 9000 * (1 + uniform(seed, t + 1)) AS put_open_interest, put_open_interest / call_open_interest AS put_call_open_interest,
        round(underlying_price / 1000) * 1000 AS max_pain, 24 AS strikes, 48 AS contracts, moment(t) AS timestamp, source, moment(t + 2) AS fetched_at,
        moment(t + 4) AS collected_at, historical_run(t) AS run_id
    FROM (SELECT unnest(range($first // 3, $last // 3)) * 900 AS t) JOIN coin ON rank < 2 CROSS JOIN (VALUES ('deribit'), ('okx'), ('bybit')) AS venue(source),
        LATERAL (SELECT (t // 86400 + unnest([1, 2, 7, 14, 30, 60, 120, 240])) * 86400 + 28800 AS ends)
    """,
    """
    INSERT INTO funding_rates BY NAME
    SELECT symbol, symbol || 'USDT' AS contract, moment(t) AS funding_at, 0.0001 * (1 + 2 * drift(seed + number, t)) AS rate, 8 AS interval_hours,
        rate AS rate_8h, price_of(seed, usd, moves, t) AS mark_price, source, moment(t + 60) AS fetched_at, moment(t + 63) AS collected_at,
        historical_run(t // 900 * 900) AS run_id
    FROM (SELECT unnest(range($first // 96, $last // 96 + 1)) * 28800 AS t) JOIN coin ON rank < 10 CROSS JOIN future
    WHERE t + 63 <= $last * 300
    """,
    """
    INSERT INTO chain_metrics BY NAME
    SELECT blockchain, metric_name, usual * exp(0.3 * drift(hash(metric_name) % 1000, t)) AS value, unit, moment(t) AS timestamp, 'coinmetrics' AS source,
        'CC BY-NC 4.0' AS licence, moment(t + 100000) AS fetched_at, moment(t + 100003) AS collected_at, historical_run((t + 100000) // 900 * 900) AS run_id
    FROM (SELECT unnest(range($first // 288, $last // 288 + 1)) * 86400 AS t),
        (VALUES ('bitcoin', 'active_addresses', 7e5, 'count in a day'), ('bitcoin', 'mvrv', 1.7, 'ratio'), ('bitcoin', 'realised_cap', 1.04e12, 'USD'), ('ethereum', 'active_addresses', 5e5, 'count in a day')) AS of(blockchain, metric_name, usual, unit)
    WHERE t + 100003 <= $last * 300
    """,
    """
    INSERT INTO macro_series BY NAME
    SELECT series, code, usual * exp(0.1 * drift(hash(series) % 1000, t)) AS value, unit, moment(t) AS timestamp, moment(t + 86400) AS known_at, false AS is_revised,
        'fred' AS source, moment(t + 100000) AS fetched_at, moment(t + 100003) AS collected_at, historical_run((t + 100000) // 900 * 900) AS run_id
    FROM (SELECT unnest(range($first // 288, $last // 288 + 1)) * 86400 AS t),
        (VALUES ('us_yield_10y', 'DGS10', 4.1, 'percent a year'), ('sp500', 'SP500', 6800, 'index'), ('vix', 'VIXCLS', 17, 'percent a year')) AS of(series, code, usual, unit)
    WHERE t + 100003 <= $last * 300
    """,
    """
    INSERT INTO exchange_rates BY NAME
    SELECT currency, per_unit * exp(0.05 * drift(number, t)) AS usd_per_unit, moment(t) AS timestamp, source, moment(t) AS fetched_at,
        moment(t + 3) AS collected_at, historical_run(t) AS run_id
    FROM (SELECT n // 30 * 3600 AS t, n // 3 % 10 + 1 AS number, ['frankfurter', 'floatrates', 'coinbase'][n % 3 + 1] AS source FROM range($first // 12 * 30, $last // 12 * 30 + 30) AS r(n)),
        (SELECT ['EUR', 'GBP', 'JPY', 'KRW', 'BRL', 'TRY', 'CHF', 'CAD', 'AUD', 'MXN'] AS names, [1.16, 1.31, 0.0064, 0.00068, 0.187, 0.0236, 1.24, 0.71, 0.65, 0.054] AS values),
        LATERAL (SELECT names[number] AS currency, values[number] AS per_unit)
    """,
    """
    INSERT INTO defi_metrics BY NAME
    SELECT metric_name, entity, usual * exp(0.5 * drift(hash(entity) % 1000, t)) AS value, 'USD' AS unit, moment(t) AS timestamp, 'defillama' AS source,
        moment(t) AS fetched_at, moment(t + 3) AS collected_at, historical_run(t) AS run_id
    FROM (SELECT unnest(range($first // 12, $last // 12 + 1)) * 3600 AS t),
        (VALUES ('tvl', 'ethereum', 7.1e10), ('tvl', 'solana', 9e9), ('tvl', 'base', 4.5e9), ('tvl', 'bsc', 7e9), ('stablecoin_circulating', 'USDT', 1.84e11), ('stablecoin_circulating', 'USDC', 7.5e10), ('dex_volume_24h', 'all', 1.2e10)) AS of(metric_name, entity, usual)
    """,
    """
    INSERT INTO market_overview BY NAME
    SELECT 3.1e12 * exp(drift(1, t)) AS total_market_cap_usd, 1.1e11 * exp(2 * drift(3, t)) AS total_volume_24h_usd,
        (exp(drift(1, t) - drift(1, t - 86400)) - 1) * 100 AS market_cap_change_24h, 58 + 6 * drift(4, t) AS btc_dominance, 12 + 3 * drift(5, t) AS eth_dominance,
        17000 + t // 86400 % 400 AS active_coins, 1476 AS active_markets, moment(t + 2) AS timestamp, source, moment(t + 2) AS fetched_at, moment(t + 4) AS collected_at,
        historical_run(t) AS run_id
    FROM (SELECT n // 3 * 900 AS t, ['coingecko', 'coinlore', 'coinpaprika'][n % 3 + 1] AS source FROM range($first // 3 * 3, $last // 3 * 3) AS r(n))
    """,
)

COLLECTIONS = """
INSERT INTO data_collections BY NAME
WITH ended AS (
    SELECT *, uniform(number, step) AS chance, uniform(number + 100000, step // 24) AS spell, CASE WHEN cadence > 15 THEN step % (cadence // 5) ELSE 0 END AS early,
        (hash(number, 17) % 200) AS kind
    FROM (SELECT n // $endpoints AS step, n % $endpoints AS number FROM range($first * $endpoints, $last * $endpoints) AS r(n)) JOIN endpoint USING (number)
    WHERE {asked}
),
outcomes AS (
    SELECT *, CASE
        WHEN kind = 0 THEN CASE WHEN step % 36 = 0 THEN 'blocked' ELSE 'backing_off' END
        WHEN kind = 1 THEN CASE WHEN step % 24 = 0 THEN 'unreachable' ELSE 'breaker_open' END
        WHEN standby THEN 'standby'
        WHEN early <> 0 THEN 'not_due'
        WHEN spell < 0.006 THEN CASE WHEN step % 24 < 5 THEN 'server_error' ELSE 'breaker_open' END
        WHEN spell < 0.009 THEN 'rate_limited'
        WHEN kind < 8 AND chance < 0.25 THEN ['timeout', 'server_error', 'unreachable'][1 + CAST(hash(step, number) % 3 AS BIGINT)]
        WHEN chance < 0.004 THEN ['timeout', 'unparseable', 'error_in_body', 'empty', 'stale', 'client_error', 'out_of_time'][1 + CAST(hash(step, number) % 7 AS BIGINT)]
        WHEN chance < 0.012 THEN 'no_budget'
        WHEN chance < 0.2 THEN 'not_modified'
        ELSE 'ok' END AS outcome
    FROM ended
)
SELECT id AS endpoint, provider, $job AS job, tables AS table_names, pool, moment(step * 300 + number / 300) AS started_at,
    moment(step * 300 + number / 300 + took / 1000) AS finished_at, CASE WHEN asked THEN took END AS milliseconds, CASE WHEN asked THEN 1 ELSE 0 END AS requests,
    CASE outcome WHEN 'ok' THEN 200 WHEN 'not_modified' THEN 304 WHEN 'blocked' THEN 451 WHEN 'server_error' THEN 503 WHEN 'rate_limited' THEN 429 WHEN 'client_error' THEN 404
        WHEN 'unparseable' THEN 200 WHEN 'error_in_body' THEN 200 WHEN 'empty' THEN 200 WHEN 'stale' THEN 200 END AS status_code,
    CASE WHEN outcome = 'ok' THEN 2000 + CAST(hash(number) % 60000 AS BIGINT) ELSE 0 END AS bytes, CASE WHEN outcome = 'ok' THEN 1 + CAST(hash(number) % 90 AS BIGINT) ELSE 0 END AS rows,
    CASE WHEN outcome = 'ok' AND number % 97 = 0 THEN 1 ELSE 0 END AS rejected, outcome,
    CASE outcome WHEN 'timeout' THEN host || ' did not answer within 20 s' WHEN 'unreachable' THEN host || ' refused the connection'
        WHEN 'server_error' THEN host || ' answered 503 Service Unavailable' WHEN 'rate_limited' THEN host || ' answered 429 Too Many Requests' WHEN 'blocked' THEN host || ' answered 451 Unavailable For Legal Reasons'
        WHEN 'breaker_open' THEN 'it failed 5 times in a row, the last time as server_error; not asked before its next probe' WHEN 'backing_off' THEN 'after blocked it is not asked for hours'
        WHEN 'unparseable' THEN 'its answer has no field data' WHEN 'error_in_body' THEN 'it says: maintenance' WHEN 'stale' THEN 'its newest row is 3 hours old' WHEN 'client_error' THEN host || ' answered 404 Not Found' END AS error,
    moment(step * 300 + $ends) AS collected_at, run_of($run, step // $every) AS run_id
FROM (SELECT *, outcome NOT IN ('standby', 'not_due', 'no_budget', 'breaker_open', 'backing_off') AS asked,
    CASE outcome WHEN 'timeout' THEN 20000.0 ELSE 80 + 1400 * uniform(number, step + 1) ** 3 END AS took FROM outcomes)
"""

ATTEMPTS = """
INSERT INTO connection_attempts BY NAME
SELECT endpoint, '' AS ask, 1 AS attempt, provider, host, 'GET' AS method, 'https://' || host || '/' || endpoint AS url, started_at, milliseconds, status_code, bytes, outcome, error, collected_at, run_id
FROM data_collections JOIN (SELECT id AS endpoint, host FROM endpoint) USING (endpoint)
WHERE requests > 0 AND started_at >= moment($first * 300) AND started_at < moment($last * 300)
"""

LOGS = (
    """
    INSERT INTO failure_logs BY NAME
    SELECT endpoint, '' AS ask, provider, finished_at AS failed_at, outcome, status_code, error, collected_at, run_id FROM data_collections
    WHERE requests > 0 AND outcome NOT IN ('ok', 'not_modified')
    """,
    """
    INSERT INTO rejected_rows BY NAME
    SELECT endpoint, 1 AS number, string_split(table_names, ',')[1] AS table_name, 'there is no rate at hand to turn EUR into dollars' AS reason,
        '{''pair'': ''LTCEUR'', ''last'': 83.2}' AS "row", finished_at AS rejected_at, collected_at, run_id FROM data_collections WHERE rejected > 0
    """,
    """
    INSERT INTO quarantined_payloads BY NAME
    SELECT endpoint, '' AS ask, error AS reason, 'application/json' AS content_type, 5000 AS bytes, repeat('{"message": "we moved"} ', 200) AS body, finished_at AS received_at,
        collected_at, run_id FROM data_collections WHERE outcome = 'unparseable' AND started_at > moment($now - 7 * 86400)
    """,
    """
    INSERT INTO rate_limit_usage BY NAME
    SELECT host, min(started_at) AS window_start, max(finished_at) AS window_end, sum(requests)::BIGINT AS requests, 60 AS budget_requests, 60.0 AS budget_seconds,
        count(*) FILTER (outcome = 'rate_limited') AS rate_limited, any_value(collected_at) AS collected_at, run_id
    FROM data_collections JOIN (SELECT id AS endpoint, host FROM endpoint) USING (endpoint) WHERE requests > 0 AND started_at > moment($now - 2 * 86400)
    GROUP BY run_id, host
    """,
    """
    INSERT INTO rotation_history BY NAME
    SELECT pool, max(endpoint) FILTER (NOT standby) AS from_endpoint, min(endpoint) FILTER (standby) AS to_endpoint, 'failed: timeout' AS reason, max(finished_at) AS rotated_at,
        max(collected_at) AS collected_at, run_id
    FROM data_collections JOIN (SELECT id AS endpoint, standby FROM endpoint) USING (endpoint) WHERE pool IS NOT NULL AND hash(run_id, pool) % 50 = 0
    GROUP BY run_id, pool HAVING count(*) FILTER (standby) > 0
    """,
    """
    INSERT INTO rotation_state BY NAME
    SELECT pool, min(id) FILTER (NOT standby) AS endpoint, min(id) AS next_endpoint, moment($now) AS changed_at, moment($now) AS collected_at, historical_run($now) AS run_id
    FROM endpoint WHERE pool IS NOT NULL GROUP BY pool HAVING count(*) FILTER (NOT standby) > 0
    """,
    """
    INSERT INTO source_health BY NAME
    SELECT endpoint, CASE WHEN max_by(outcome, started_at) = 'breaker_open' THEN 'open' ELSE 'closed' END AS breaker_state,
        count(*) FILTER (failed AND started_at > coalesce(well, moment(0))) AS consecutive_failures, max(started_at) FILTER (requests > 0) AS asked_at,
        any_value(well) AS succeeded_at, max_by(outcome, started_at) FILTER (requests > 0) AS outcome, max_by(milliseconds, started_at) FILTER (requests > 0) AS milliseconds,
        CASE WHEN max_by(outcome, started_at) IN ('breaker_open', 'backing_off') THEN moment($now + 3600) END AS not_before, moment($now) AS collected_at, max_by(run_id, started_at) AS run_id
    FROM (
        SELECT *, max(started_at) FILTER (outcome IN ('ok', 'not_modified')) OVER (PARTITION BY endpoint) AS well,
            requests > 0 AND outcome NOT IN ('ok', 'not_modified') AS failed
        FROM data_collections WHERE started_at > moment($now - 2 * 86400)
    ) GROUP BY endpoint
    """,
    """
    INSERT INTO schedule_compliance BY NAME
    SELECT name AS schedule, moment(t) AS expected_at, moment(t + 1.5) AS actual_at, 1.5 AS lag_seconds, 'started' AS outcome, moment(t + 60) AS collected_at, ui_run(t) AS run_id
    FROM (VALUES ('ui_data_collection_schedule', 300), ('historical_data_collection_schedule', 900)) AS of(name, every), LATERAL (SELECT unnest(range(($now - $log_days * 86400) // every, $now // every)) * every AS t)
    """,
    """
    INSERT INTO alerts BY NAME
    SELECT 'source_failing.' || endpoint AS condition, 'warning' AS severity, endpoint || ' failed ' || consecutive_failures || ' times in a row (' || outcome || ')' AS message,
        coalesce(succeeded_at, moment($now - 86400)) AS first_seen_at, moment($now) AS last_seen_at, moment($now) AS collected_at FROM source_health WHERE consecutive_failures >= 3
    UNION ALL BY NAME
    SELECT 'run_failed.ui_data_collection' AS condition, 'error' AS severity, 'Run 4f1c2d3e of ui_data_collection failed' AS message,
        moment($now - 9 * 86400) AS first_seen_at, moment($now - 9 * 86400 + 600) AS last_seen_at, moment($now - 9 * 86400 + 600) AS collected_at
    """,
    """
    UPDATE alerts SET resolved_at = last_seen_at WHERE severity = 'error'
    """,
    """
    INSERT INTO system_metrics BY NAME
    SELECT metric_name, usual * (1 + 0.05 * uniform(hash(metric_name) % 1000, t)) AS value, unit, moment(t) AS timestamp, moment(t) AS collected_at, ui_run(t) AS run_id
    FROM (SELECT unnest(range(($now - $log_days * 86400) // 300, $now // 300)) * 300 AS t),
        (VALUES ('sources_online', 540, 'count'), ('sources_offline', 12, 'count'), ('alerts_open', 5, 'count')) AS of(metric_name, usual, unit)
    """,
    """
    INSERT INTO data_quality_results BY NAME
    SELECT table_name, check_name, hash(run_id, table_name, check_name) % 200 <> 0 AS passed, 'warn' AS severity, 'as it should be' AS detail, finished_at AS checked_at, finished_at AS collected_at, run_id
    FROM (SELECT run_id, max(finished_at) AS finished_at FROM data_collections GROUP BY run_id), (SELECT unnest($data_tables) AS table_name),
        (VALUES ('fresh'), ('no_duplicates'), ('enough_sources')) AS of(check_name)
    """,
    """
    INSERT INTO schema_drift BY NAME
    SELECT id AS endpoint, '$.data[].' || path AS path, change, moment($now - number * 3600) AS seen_at, moment($now - number * 3600) AS collected_at, historical_run($now - number * 3600) AS run_id
    FROM endpoint, (VALUES ('turnover', 'appeared'), ('symbol_id', 'vanished')) AS of(path, change) WHERE number % 61 = 0
    """,
)


def make(path: Path, days: int, coins: int, dense_days: int, now: datetime) -> DuckDBWarehouse:
    """Fill a new database; prints what takes long."""
    warehouse = DuckDBWarehouse(path, lock_seconds=30)
    warehouse.prepare()
    endpoints = [endpoint for endpoint in discover() if is_on(endpoint, Settings())]
    registry = registry_rows(discover(), Settings())
    warehouse.merge(
        {table: [{**row, "collected_at": now, "run_id": "past"} for row in rows] for table, rows in registry.items()}
    )
    last = int(now.timestamp()) // STEP
    log = max(last - LOG_DAYS * A_DAY, last - days * A_DAY)
    with warehouse.connection() as connection:
        facts = _prepare(connection, endpoints, coins, last * STEP)
        for since, until in _months(last - days * A_DAY, last):
            _data(connection, facts, since, until, dense_since=last - dense_days * A_DAY)
            _say(f"data until {datetime.fromtimestamp(until * STEP, timezone.utc):%Y-%m-%d}")
        _run(connection, LATEST, last=last)
        for since, until in _months(log, last):
            _log(connection, facts, since, until)
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
        _coins(coins),
        "rank INT, symbol VARCHAR, seed INT, usd DOUBLE, cap DOUBLE, volume DOUBLE, moves DOUBLE",
    )
    # The price that is known is today's: the whole curve is moved so that it ends there.
    connection.execute(f"UPDATE coin SET usd = usd / exp(moves * (drift(seed, {now}) + 0.6 * drift(1, {now})))")
    market = _providers(endpoints, "market_prices")
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
    fees = list(_fees(endpoints))
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
        _metrics(coins),
        "metric_name VARCHAR, source VARCHAR, unit VARCHAR, middle DOUBLE, every INT, seed INT",
    )
    _table(
        connection,
        "endpoint",
        list(_endpoints(endpoints)),
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


def _data(connection: Connection, facts: dict[str, Any], first: int, last: int, *, dense_since: int) -> None:
    def fill(statement: str, **more: object) -> None:
        _run(connection, statement, **{**facts, "first": first, "last": last, **more})

    fill(CONSENSUS)
    if first < dense_since:
        fill(MARKET, last=min(last, dense_since), every=6 * 3_600, sources=12)
    if last > dense_since:
        fill(MARKET, first=max(first, dense_since), every=STEP)
    currency = ", currency" if "currency" in TABLES["cached_ohlc"].column_names else ""
    for interval, length in (("1h", 3_600), ("1d", 86_400)):
        is_end = last * STEP == facts["now"]
        fill(CANDLES.format(currency=currency), interval=interval, length=length, open=int(is_end))
    for statement in (NEWS, METRICS, FEES, CHAINS, TRANSFERS, *SMALL):
        fill(statement)
    fill(FUNDING, every=3_600 if last * STEP < facts["now"] - 31 * 86_400 else 900)


def _log(connection: Connection, facts: dict[str, Any], first: int, last: int) -> None:
    shared = {"first": first, "last": last, "endpoints": facts["endpoints"]}
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


def _coins(number: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for rank, symbol in enumerate(list(COINGECKO_IDS)[:number]):
        usd, cap = PRICES.get(symbol, (1.0 if symbol in STABLE else 40 / (1 + rank % 17) ** 2, 6e9 / (1 + rank / 10)))
        rows.append(
            (rank, symbol, 1_000 + 37 * rank, usd, cap, cap * 0.05, 0.003 if symbol in STABLE else 0.8 + rank % 5 / 5)
        )
    return rows


def _providers(endpoints: list[Endpoint], table: str) -> list[str]:
    return list(dict.fromkeys(one.provider.name for one in endpoints if table in one.tables))


def _fees(endpoints: list[Endpoint]) -> Iterator[tuple[object, ...]]:
    names = _providers(endpoints, "gas_prices")
    number = 0
    for place, (blockchain, (unit, usual)) in enumerate(GAS.items()):
        own = [name for name in names if name.endswith(f"_{blockchain}")][:3]
        for source in own or {"bitcoin": ["mempool_space", "blockstream"], "litecoin": ["litecoinspace"]}[blockchain]:
            yield number, blockchain, source, unit, usual, 500 + place
            number += 1


def _metrics(coins: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        ("fear_greed_index", "alternative_me", "index 0-100", 45, 86_400, 61),
        ("fear_greed_index", "coinmarketcap", "index 0-100", 47, 900, 61),
        ("volatility_index_btc", "deribit", "annualised volatility, percent", 48, 3_600, 62),
        ("active_addresses_btc", "coinmetrics", "count in a day", 720_000, 86_400, 63),
        ("pageviews_bitcoin", "wikipedia", "views in a day", 9_000, 86_400, 64),
        ("stories_24h_bitcoin", "hackernews", "count", 6, 900, 65),
    ]
    for number, symbol in enumerate(list(COINGECKO_IDS)[: min(coins, 20)]):
        for name, middle in (("long_short_ratio", 1.3), ("taker_buy_sell_ratio", 1.0)):
            rows += [
                (f"{name}_{symbol.lower()}", source, "ratio", middle, 3_600, 70 + number)
                for source in ("binance", "bybit")
            ]
    return rows


def _endpoints(endpoints: list[Endpoint]) -> Iterator[tuple[object, ...]]:
    first: dict[str, str] = {}
    for number, one in enumerate(endpoints):
        if one.pool:
            first.setdefault(one.pool, one.id)
        is_ui = not set(one.tables).isdisjoint(UI_TABLES) and one.cadence != 15
        standby = one.pool is not None and first[one.pool] != one.id
        yield number, one.id, one.provider.name, one.host, ",".join(one.tables), one.pool, standby, one.cadence, is_ui


def _months(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Pieces of thirty days whose ends every cadence divides, but for the very last."""
    day = first // A_DAY * A_DAY
    while day < last:
        yield max(day, first // 3 * 3), min(day + 30 * A_DAY, last)
        day += 30 * A_DAY


def _table(connection: Connection, name: str, rows: list[tuple[object, ...]], columns: str) -> None:
    connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)


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
