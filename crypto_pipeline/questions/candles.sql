-- Candles of a coin, for CSV or a chart
-- Dollar candles of one exchange, the oldest first; 'best' takes the one with the most of them and, of several, the one that traded
-- most. Hours that no exchange told are not there: nothing is filled in. is_final is false for the candle that is still open. Volume
-- is in coins, volume_quote the traded value in dollars and trades their number, where the exchange says them.
-- set: symbol = BTC, a coin
-- set: interval = 1h, one of 1m 5m 15m 30m 1h 4h 1d 1w
-- set: days = 7, 1 to 366
-- set: provider = best, a name
-- chart: line timestamp close (USD)
-- none: There are no dollar candles of this coin, interval and exchange in these days.

WITH wanted AS (
    SELECT provider, timestamp, open, high, low, close, volume, pair, is_final, volume_quote, trades
    FROM cached_ohlc
    WHERE
        symbol = $symbol
        AND "interval" = $interval
        AND currency = 'USD'
        AND timestamp > now() - to_days($days) AND timestamp <= now() + INTERVAL 10 MINUTE
        AND provider = CASE WHEN $provider = 'best' THEN provider ELSE $provider END
), chosen AS (
    SELECT provider
    FROM wanted
    GROUP BY provider
    ORDER BY contains(provider, 'perpetual'), count(*) DESC, sum(volume) DESC, provider
    LIMIT 1
)
SELECT timestamp, open, high, low, close, volume, is_final, provider, pair, volume_quote, trades
FROM wanted
JOIN chosen USING (provider)
ORDER BY timestamp
