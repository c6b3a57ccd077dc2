-- How strongly each coin follows bitcoin
-- The slope of a coin's daily returns (logarithms) on those of bitcoin over the days that both have: with a beta of 2 it moved twice as
-- far the same way. r_squared is how much of its moves that explains: near 0 a beta means nothing. volatility is a year's, in percent.
-- set: market = BTC, a coin
-- set: days = 90, 10 to 5000
-- chart: bars symbol beta (times the move of the market)
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
    own.symbol,
    regr_slope(own.log_return, market.log_return) AS beta,
    regr_r2(own.log_return, market.log_return) AS r_squared,
    stddev_samp(own.log_return) * sqrt(365) * 100 AS volatility_percent,
    count(*) AS days
FROM returns AS own
JOIN returns AS market USING (timestamp)
WHERE
    market.symbol = $market AND own.symbol <> $market AND own.log_return IS NOT NULL AND market.log_return IS NOT NULL
GROUP BY own.symbol
HAVING count(*) >= 7
ORDER BY beta DESC NULLS LAST, own.symbol
