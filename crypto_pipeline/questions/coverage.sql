-- How many sources tell of each coin
-- Sources with a price of the last hour (exchanges, perpetual contracts, aggregators), exchanges with candles of the last two
-- days, and sources of funding or open interest of the last day.
-- chart: bars symbol sources (sources with a price)
-- none: There is no price of the last hour.

WITH priced AS (
    SELECT
        symbol,
        count(*) AS sources,
        count(*) FILTER (WHERE pair IS NOT NULL AND NOT contains(provider, 'perpetual')) AS exchanges,
        count(*) FILTER (WHERE contains(provider, 'perpetual')) AS perpetuals,
        count(*) FILTER (WHERE pair IS NULL AND NOT contains(provider, 'perpetual')) AS aggregators
    FROM cached_market_data
    WHERE timestamp > now() - INTERVAL 1 HOUR AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY symbol
), candles AS (
    SELECT symbol, count(DISTINCT provider) AS candles
    FROM cached_ohlc
    WHERE timestamp > now() - INTERVAL 2 DAY AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY symbol
), derivatives AS (
    SELECT symbol, count(DISTINCT source) AS derivatives
    FROM derivatives_metrics
    WHERE timestamp > now() - INTERVAL 1 DAY AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY symbol
)
SELECT
    symbol,
    sources,
    exchanges,
    perpetuals,
    aggregators,
    coalesce(candles, 0) AS candles,
    coalesce(derivatives, 0) AS derivatives
FROM priced
LEFT JOIN candles USING (symbol)
LEFT JOIN derivatives USING (symbol)
ORDER BY sources DESC, symbol
