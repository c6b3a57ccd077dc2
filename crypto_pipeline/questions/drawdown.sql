-- How far a coin is below its highest close
-- Of each day the close against the highest close up to then, over all spot exchanges. Everything before the first stored day is not
-- known.
-- set: symbol = BTC, a coin
-- set: days = 3650, 1 to 10000
-- chart: line timestamp drawdown_percent (percent below the highest close)
-- none: There are no days of this coin; 'crypto-pipeline backfill candles' brings them.

WITH highest AS (
    SELECT
        timestamp,
        close,
        max(close) OVER (ORDER BY timestamp) AS highest_close,
        arg_max(timestamp, close) OVER (ORDER BY timestamp) AS highest_at
    FROM consensus_ohlc
    WHERE symbol = $symbol AND "interval" = '1d' AND timestamp <= now()
)
SELECT timestamp, close, round((close / highest_close - 1) * 100, 2) AS drawdown_percent, highest_close, highest_at
FROM highest
WHERE timestamp > now() - to_days(CAST($days AS INTEGER))
ORDER BY timestamp
