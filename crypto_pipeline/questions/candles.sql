-- Candles of a coin, for CSV or a chart
-- Dollar candles, the oldest first; the column provider names whose they are. 'best' is the consensus of all spot exchanges while it
-- is kept up with, each price a median by traded value over as many exchanges as the column providers says. Where there is no
-- consensus of this length it is one exchange, the same however many days are asked for: spot before perpetual contracts, then the
-- most recent, the most complete and the busiest over the newest 200 candles. Hours that no exchange gave are not there: nothing is
-- filled in. is_final is false for a candle that is still open, which a consensus never is. Volume is in coins.
-- set: symbol = BTC, a coin
-- set: interval = 1h, one of 1m 5m 15m 30m 1h 4h 1d 1w
-- set: days = 7, 1 to 6000
-- set: provider = best, a name
-- chart: line timestamp close (USD)
-- none: There are no dollar candles of this coin, interval and exchange in these days.

WITH length AS (
    SELECT CASE $interval
        WHEN '1m' THEN INTERVAL 1 MINUTE WHEN '5m' THEN INTERVAL 5 MINUTE WHEN '15m' THEN INTERVAL 15 MINUTE
        WHEN '30m' THEN INTERVAL 30 MINUTE WHEN '1h' THEN INTERVAL 1 HOUR WHEN '4h' THEN INTERVAL 4 HOUR
        WHEN '1d' THEN INTERVAL 1 DAY ELSE INTERVAL 7 DAY END AS one
), of_exchanges AS (
    SELECT provider, timestamp, open, high, low, close, volume, pair, is_final, 1 AS providers
    FROM cached_ohlc
    WHERE
        symbol = $symbol
        AND "interval" = $interval
        AND currency = 'USD'
        AND timestamp <= now() + INTERVAL 10 MINUTE
        AND provider = CASE WHEN $provider = 'best' THEN provider ELSE $provider END
), of_all AS (
    SELECT 'consensus' AS provider, timestamp, open, high, low, close, volume, NULL::VARCHAR AS pair, true AS is_final, providers
    FROM consensus_ohlc
    WHERE
        symbol = $symbol AND "interval" = $interval AND timestamp <= now() + INTERVAL 10 MINUTE AND $provider IN ('best', 'consensus')
), wanted AS (
    FROM of_exchanges
    UNION ALL BY NAME
    FROM of_all
), newest AS (
    SELECT max(timestamp) AS newest FROM wanted
), chosen AS (
    SELECT provider
    FROM wanted, newest, length
    WHERE timestamp > newest - 200 * one
    GROUP BY provider, newest, one
    ORDER BY
        provider = 'consensus' AND max(timestamp) >= newest - 3 * one DESC, provider = 'consensus', contains(provider, 'perpetual'),
        max(timestamp) DESC, count(*) DESC, sum(volume) DESC NULLS LAST, provider
    LIMIT 1
)
SELECT timestamp, open, high, low, close, volume, is_final, provider, pair, providers
FROM wanted
JOIN chosen USING (provider)
WHERE timestamp > now() - to_days($days)
ORDER BY timestamp
