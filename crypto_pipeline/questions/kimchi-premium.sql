-- The kimchi premium: how much more Korea pays
-- The last hour that closed on both sides: what a coin cost in won at Korean exchanges, in dollars at the official exchange
-- rate, against the median of the dollar candles of the same hour. Taken from candles on purpose: the rows of Korean exchanges
-- in market_prices are converted with the exchange's own won price of USDT, or are of its thin dollar market, and in both the
-- premium has cancelled out. The official rate rests over weekends.
-- chart: bars market premium_percent (percent above the rest of the world)
-- none: There is no hour of the last 6 with candles in won, candles in dollars and an exchange rate of the won.

WITH world AS (
    SELECT symbol, timestamp, median(close) AS close, count(*) AS sources
    FROM cached_ohlc
    WHERE
        currency = 'USD'
        AND "interval" = '1h'
        AND is_final
        AND timestamp > now() - INTERVAL 6 HOUR AND timestamp <= now() + INTERVAL 10 MINUTE
        AND NOT contains(provider, 'perpetual')
    GROUP BY symbol, timestamp
), won AS (
    SELECT median(usd_per_unit) AS usd
    FROM (
        SELECT usd_per_unit
        FROM exchange_rates
        WHERE currency = 'KRW' AND timestamp > now() - INTERVAL 7 DAY AND timestamp <= now() + INTERVAL 10 MINUTE
        QUALIFY row_number() OVER (PARTITION BY source ORDER BY timestamp DESC) = 1
    )
)
SELECT
    concat(korea.symbol, ' ', korea.provider) AS market,
    korea.close AS price_krw,
    1 / won.usd AS krw_per_usd,
    korea.close * won.usd AS price_usd,
    world.close AS world_usd,
    (korea.close * won.usd / world.close - 1) * 100 AS premium_percent,
    world.sources AS world_sources,
    korea.timestamp AS hour
FROM cached_ohlc AS korea
JOIN world USING (symbol, timestamp)
CROSS JOIN won
WHERE
    korea.currency = 'KRW'
    AND korea."interval" = '1h'
    AND korea.is_final
    AND korea.timestamp > now() - INTERVAL 6 HOUR AND korea.timestamp <= now() + INTERVAL 10 MINUTE
    AND won.usd IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY korea.provider, korea.symbol ORDER BY korea.timestamp DESC) = 1
ORDER BY premium_percent DESC, market
