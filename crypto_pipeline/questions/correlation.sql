-- Which coins move together
-- The correlation of daily returns (logarithms) of every coin with one, over the days that both have; 1: always together, 0: no
-- relation, -1: always apart.
-- set: symbol = BTC, a coin
-- set: days = 365, 3 to 5000
-- chart: bars other correlation (from -1 to 1)
-- none: There are too few days; 'crypto-pipeline backfill candles' brings more.

WITH returns AS (
    SELECT
        symbol,
        timestamp,
        CASE
            WHEN lag(timestamp) OVER (PARTITION BY symbol ORDER BY timestamp) = timestamp - INTERVAL 1 DAY
                THEN ln(close / lag(close) OVER (PARTITION BY symbol ORDER BY timestamp))
        END AS log_return
    FROM consensus_ohlc
    WHERE
        "interval" = '1d' AND close > 0
        AND timestamp > now() - to_days(CAST($days + 1 AS INTEGER)) AND timestamp <= now()
)
SELECT
    other.symbol AS other,
    round(corr(one.log_return, other.log_return), 3) AS correlation,
    round(regr_slope(other.log_return, one.log_return), 3) AS beta,
    count(*) AS days
FROM returns AS one
JOIN returns AS other USING (timestamp)
WHERE
    one.symbol = $symbol AND other.symbol <> $symbol AND one.log_return IS NOT NULL AND other.log_return IS NOT NULL
GROUP BY other.symbol
HAVING count(*) >= 3
ORDER BY correlation DESC NULLS LAST, other
