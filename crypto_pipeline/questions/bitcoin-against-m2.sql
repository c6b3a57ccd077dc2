-- A coin against the money supply, or another economic series
-- Each observation at the moment when it was public (known_at: never earlier, so that no row knows its future), with the coin's
-- last daily close before that. Changes are over a year; correlation is that of the two changes over all rows. us_m2 is what is known
-- today: M2 and consumer prices are revised for years. Others: fed_balance_sheet, us_cpi, dollar_index, sp500, vix, us_yield_10y.
-- set: symbol = BTC, a coin
-- set: series = us_m2, a name
-- set: source = fred, a name
-- set: days = 3650, 30 to 7000
-- chart: line known_at value ({unit})
-- none: There is nothing of it; 'crypto-pipeline backfill macro' and 'backfill candles' bring the past.

WITH observed AS (
    SELECT timestamp, known_at, value, unit, is_revised
    FROM macro_series
    WHERE
        series = $series AND source = $source
        AND timestamp > now() - to_days(CAST($days + 400 AS INTEGER)) AND timestamp <= now() + INTERVAL 10 MINUTE
), closes AS (
    SELECT timestamp + INTERVAL 1 DAY AS closed_at, close
    FROM consensus_ohlc
    WHERE symbol = $symbol AND "interval" = '1d' AND timestamp > now() - to_days(CAST($days + 800 AS INTEGER)) AND timestamp <= now()
), paired AS (
    SELECT
        one.timestamp,
        one.known_at,
        one.value,
        one.unit,
        one.is_revised,
        100 * (one.value / nullif(before.value, 0) - 1) AS change_percent,
        price.close AS price_usd,
        100 * (price.close / nullif(earlier.close, 0) - 1) AS price_change_percent
    FROM observed AS one
    ASOF LEFT JOIN observed AS before ON one.timestamp - INTERVAL 1 YEAR >= before.timestamp
    ASOF LEFT JOIN closes AS price ON one.known_at >= price.closed_at
    ASOF LEFT JOIN closes AS earlier ON one.known_at - INTERVAL 1 YEAR >= earlier.closed_at
)
SELECT
    *,
    round(corr(change_percent, price_change_percent) OVER (), 3) AS correlation
FROM paired
WHERE timestamp > now() - to_days($days)
ORDER BY timestamp
