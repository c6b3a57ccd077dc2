"""Statements that fill the tables of an invented past: rough noise whose value at any moment is computed by itself.

Belongs here: macros, one INSERT a table of collected data.
Does not belong here: facts (bench/invented/facts.py), tables of the collections themselves (bench/invented/log.py), running them
(bench/past.py).
"""

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
    INSERT INTO dated_futures BY NAME
    SELECT symbol, symbol || '-' || strftime(moment(ends), '%y%m%d') AS contract, moment(ends) AS expiry,
        price_of(seed, usd, moves, t) AS index_price, index_price * (1 + 0.05 * (ends - t) / 31536000) AS mark_price,
        (mark_price / index_price - 1) * 100 AS basis_percent, 900 AS open_interest, 900 * mark_price AS open_interest_usd, 2e7 AS volume_24h_usd,
        moment(t) AS timestamp, source, moment(t + 2) AS fetched_at, moment(t + 4) AS collected_at, historical_run(t) AS run_id
    FROM (SELECT unnest(range($first // 3, $last // 3)) * 900 AS t) JOIN coin ON rank < 2 CROSS JOIN (VALUES ('deribit'), ('binance'), ('bybit')) AS venue(source),
        LATERAL (SELECT (t // 86400 + unnest([7, 30, 120, 240])) * 86400 + 28800 AS ends)
    """,
    """
    INSERT INTO trading_fees BY NAME
    SELECT source AS exchange, 0.1 AS taker_percent, '2025-12' AS as_of, 'https://fees.example' AS docs, moment($last * 300 - 50) AS collected_at,
        historical_run($last * 300 - 900) AS run_id
    FROM future WHERE NOT EXISTS (FROM trading_fees)
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
        (VALUES ('tvl', 'ethereum', 7.1e10), ('tvl', 'solana', 9e9), ('tvl', 'base', 4.5e9), ('tvl', 'bsc', 7e9), ('stablecoin_circulating', 'USDT', 1.84e11), ('stablecoin_circulating', 'USDC', 7.5e10), ('stablecoin_circulating', 'total', 3.1e11), ('stablecoin_peg_deviation', 'USDT', 0.02), ('stablecoin_peg_deviation', 'USDC', 0.01), ('dex_volume_24h', 'all', 1.2e10)) AS of(metric_name, entity, usual)
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
