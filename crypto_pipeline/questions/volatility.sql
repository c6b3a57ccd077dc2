-- How much a coin moved
-- The standard deviation of its daily returns (logarithms of close against the close before) over the days before each day, as percent
-- a year of 365 days. A day whose neighbour is missing gives no return.
-- set: symbol = BTC, a coin
-- set: days = 365, 1 to 5000
-- set: over = 30, 2 to 365
-- chart: line timestamp volatility_percent (percent a year)
-- none: There are too few days of this coin; 'crypto-pipeline backfill candles' brings more.

WITH closes AS (
    SELECT
        timestamp,
        close,
        CASE
            WHEN lag(timestamp) OVER (ORDER BY timestamp) = timestamp - INTERVAL 1 DAY
                THEN ln(close / lag(close) OVER (ORDER BY timestamp))
        END AS log_return
    FROM consensus_ohlc
    WHERE
        symbol = $symbol AND "interval" = '1d' AND close > 0
        AND timestamp > now() - to_days(CAST($days + $over AS INTEGER)) AND timestamp <= now()
), measured AS (
    SELECT
        timestamp,
        close,
        stddev_samp(log_return) OVER (
            ORDER BY timestamp RANGE BETWEEN to_days(CAST($over - 1 AS INTEGER)) PRECEDING AND CURRENT ROW
        ) AS deviation,
        count(log_return) OVER (
            ORDER BY timestamp RANGE BETWEEN to_days(CAST($over - 1 AS INTEGER)) PRECEDING AND CURRENT ROW
        ) AS returns
    FROM closes
)
SELECT timestamp, close, round(deviation * sqrt(365) * 100, 2) AS volatility_percent, returns
FROM measured
WHERE returns >= 2 AND timestamp > now() - to_days(CAST($days AS INTEGER))
ORDER BY timestamp
