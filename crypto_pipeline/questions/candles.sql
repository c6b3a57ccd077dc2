-- Candles of a coin, for CSV or a chart
-- Dollar candles of one exchange, the oldest first. 'best' is the same exchange however many days are asked for: spot before perpetual
-- contracts, then the most recent, the most complete and the busiest over the newest 200 candles; the column provider names it. Hours
-- that no exchange told are not there: nothing is filled in. is_final is false for the candle that is still open. Volume is in coins.
-- set: symbol = BTC, a coin
-- set: interval = 1h, one of 1m 5m 15m 30m 1h 4h 1d 1w
-- set: days = 7, 1 to 366
-- set: provider = best, a name
-- chart: line timestamp close (USD)
-- none: There are no dollar candles of this coin, interval and exchange in these days.

WITH wanted AS (
    SELECT provider, timestamp, open, high, low, close, volume, pair, is_final
    FROM cached_ohlc
    WHERE
        symbol = $symbol
        AND "interval" = $interval
        AND currency = 'USD'
        AND timestamp <= now() + INTERVAL 10 MINUTE
        AND provider = CASE WHEN $provider = 'best' THEN provider ELSE $provider END
), compared AS (
    SELECT max(timestamp) - 200 * CASE $interval
        WHEN '1m' THEN INTERVAL 1 MINUTE WHEN '5m' THEN INTERVAL 5 MINUTE WHEN '15m' THEN INTERVAL 15 MINUTE
        WHEN '30m' THEN INTERVAL 30 MINUTE WHEN '1h' THEN INTERVAL 1 HOUR WHEN '4h' THEN INTERVAL 4 HOUR
        WHEN '1d' THEN INTERVAL 1 DAY ELSE INTERVAL 7 DAY END AS since
    FROM wanted
), chosen AS (
    SELECT provider
    FROM wanted, compared
    WHERE timestamp > since
    GROUP BY provider
    ORDER BY contains(provider, 'perpetual'), max(timestamp) DESC, count(*) DESC, sum(volume) DESC NULLS LAST, provider
    LIMIT 1
)
SELECT timestamp, open, high, low, close, volume, is_final, provider, pair
FROM wanted
JOIN chosen USING (provider)
WHERE timestamp > now() - to_days($days)
ORDER BY timestamp
