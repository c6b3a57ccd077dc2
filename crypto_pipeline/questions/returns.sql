-- What a coin returned, year by year
-- From the close of the last day before a year to that of its last day, over all spot exchanges (consensus_ohlc); the first and the
-- current year are as long as there are days of them.
-- set: symbol = BTC, a coin
-- chart: bars year return_percent (percent)
-- none: There are no days of this coin; 'crypto-pipeline backfill candles' brings them.

WITH days AS (
    SELECT timestamp, close, lag(close) OVER (ORDER BY timestamp) AS before
    FROM consensus_ohlc
    WHERE symbol = $symbol AND "interval" = '1d' AND timestamp <= now()
)
SELECT
    year(timestamp) AS year,
    round((arg_max(close, timestamp) / coalesce(arg_min(before, timestamp), arg_min(close, timestamp)) - 1) * 100, 2)
        AS return_percent,
    round(max(close), 8) AS highest_close,
    round(min(close), 8) AS lowest_close,
    count(*) AS days
FROM days
GROUP BY year(timestamp)
ORDER BY year
