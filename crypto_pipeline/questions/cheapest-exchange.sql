-- The cheapest exchange for a coin now
-- What exchanges took for one coin in the last 15 minutes, the cheapest first, beside the median of all sources. Spot markets
-- only. A price in other money is converted with the dollar price of the same exchange where it has one, so its own premium
-- is not in it. Fees, depth and whether you can trade there are not in it either; is_outlier marks prices that are too far
-- off to be believed, and they come last.
-- set: symbol = BTC, a coin
-- chart: bars provider from_median_percent (percent from the median of all sources)
-- none: No exchange gave a price of this coin in the last 15 minutes.

WITH consensus AS (
    SELECT price_usd, outliers
    FROM consensus_prices
    WHERE symbol = $symbol AND timestamp > now() - INTERVAL 15 MINUTE AND timestamp <= now() + INTERVAL 10 MINUTE
    ORDER BY timestamp DESC
    LIMIT 1
)
SELECT
    provider,
    pair,
    price AS price_usd,
    (price / consensus.price_usd - 1) * 100 AS from_median_percent,
    quote,
    volume_24h AS volume_24h_usd,
    timestamp,
    coalesce(list_contains(string_split(outliers, ','), provider), false) AS is_outlier
FROM cached_market_data
LEFT JOIN consensus ON true
WHERE
    symbol = $symbol
    AND fetched_at > now() - INTERVAL 15 MINUTE AND fetched_at <= now() + INTERVAL 10 MINUTE
    AND timestamp > now() - INTERVAL 15 MINUTE AND timestamp <= now() + INTERVAL 10 MINUTE
    AND pair IS NOT NULL
    AND NOT contains(provider, 'perpetual')
ORDER BY is_outlier, price, provider
