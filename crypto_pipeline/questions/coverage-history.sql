-- How much of the past is there
-- By source, coin and length of candle: from when to when candles are stored, how many of those that should lie between are there,
-- and why the others are missing, as far as that is known (docs/tables.md, candle_gaps).
-- set: symbol = BTC, a coin
-- set: interval = 1d, one of 1m 5m 15m 30m 1h 4h 1d 1w
-- chart: bars provider percent_there (percent of the candles between the first and the last)
-- none: No candles of this coin and length are stored.

WITH stored AS (
    SELECT provider, symbol, min(timestamp) AS first_at, max(timestamp) AS last_at, count(*) AS candles
    FROM cached_ohlc
    WHERE "interval" = $interval AND symbol = $symbol AND is_final
        AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY provider, symbol
), missing AS (
    SELECT
        provider,
        symbol,
        sum(missing) AS missing,
        sum(missing) FILTER (WHERE kind = 'halt') AS halt,
        sum(missing) FILTER (WHERE kind = 'no_trades') AS no_trades,
        sum(missing) FILTER (WHERE kind = 'refused') AS refused,
        sum(missing) FILTER (WHERE kind = 'not_asked') AS not_asked,
        sum(missing) FILTER (WHERE kind = 'unexplained') AS unexplained
    FROM candle_gaps
    WHERE "interval" = $interval AND symbol = $symbol
    GROUP BY provider, symbol
)
SELECT
    provider,
    symbol,
    first_at,
    last_at,
    candles,
    round(100 * candles / (candles + coalesce(missing, 0)), 2) AS percent_there,
    coalesce(halt, 0) AS halt,
    coalesce(no_trades, 0) AS no_trades,
    coalesce(refused, 0) AS refused,
    coalesce(not_asked, 0) AS not_asked,
    coalesce(unexplained, 0) AS unexplained
FROM stored
LEFT JOIN missing USING (provider, symbol)
ORDER BY first_at, provider
