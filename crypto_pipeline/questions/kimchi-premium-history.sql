-- The kimchi premium hour by hour
-- As kimchi-premium, for one coin over time: the median of the Korean exchanges' won candles, in dollars at the official rate
-- of the day, against the median of the dollar candles of the same hour.
-- set: symbol = BTC, a coin
-- set: days = 7, 1 to 90
-- chart: line hour premium_percent (percent above the rest of the world)
-- none: There is no hour of these days with candles in won, candles in dollars and an exchange rate of the won.

WITH hourly AS (
    SELECT
        timestamp AS hour,
        median(close) FILTER (WHERE currency = 'KRW') AS korea_krw,
        median(close) FILTER (WHERE currency = 'USD' AND NOT contains(provider, 'perpetual')) AS world_usd
    FROM cached_ohlc
    WHERE
        symbol = $symbol
        AND "interval" = '1h'
        AND is_final
        AND timestamp > now() - to_days($days) AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY timestamp
), won AS (
    SELECT date_trunc('day', timestamp) AS day, median(usd_per_unit) AS usd
    FROM exchange_rates
    WHERE currency = 'KRW' AND timestamp > now() - to_days($days + 7) AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY day
)
SELECT
    hour,
    korea_krw,
    1 / won.usd AS krw_per_usd,
    korea_krw * won.usd AS korea_usd,
    world_usd,
    (korea_krw * won.usd / world_usd - 1) * 100 AS premium_percent
FROM hourly
ASOF JOIN won ON hour >= won.day
WHERE korea_krw IS NOT NULL AND world_usd IS NOT NULL
ORDER BY hour
