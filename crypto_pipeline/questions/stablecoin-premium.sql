-- What dollar coins cost in real money, market by market
-- Spot markets of the last 15 minutes in which a dollar coin is paid for with the money of a state, in percent above a dollar. Money other
-- than dollars is converted by an exchange rate of elsewhere; markets whose own rate was taken from this very coin say nothing and are
-- not there (of Korea see kimchi-premium). Thin markets may say anything: the turnover is beside it. DefiLlama's own prices, with
-- their past, are in stablecoins.
-- set: least_volume = 0, one of 0 10000 100000 1000000
-- chart: bars market premium_percent (percent above a dollar)
-- none: No exchange said what a dollar coin costs in real money in the last 15 minutes.

SELECT
    concat(symbol, ' ', provider) AS market,
    (price - 1) * 100 AS premium_percent,
    price AS price_usd,
    quote,
    volume_24h AS volume_24h_usd,
    pair,
    timestamp
FROM cached_market_data
WHERE
    symbol IN ('USDT', 'USDC', 'DAI', 'USDE', 'USDS', 'FDUSD', 'PYUSD', 'RLUSD', 'TUSD', 'USD1', 'FRAX', 'GUSD', 'USDP')
    AND length(quote) = 3 AND quote NOT IN ('DAI', 'BTC', 'XBT', 'ETH', 'BNB', 'SOL', 'TRX')
    AND pair IS NOT NULL AND NOT contains(provider, 'perpetual')
    AND fetched_at > now() - INTERVAL 15 MINUTE AND fetched_at <= now() + INTERVAL 10 MINUTE
    AND timestamp > now() - INTERVAL 15 MINUTE AND timestamp <= now() + INTERVAL 10 MINUTE
    AND coalesce(volume_24h, 0) >= CAST($least_volume AS DOUBLE)
ORDER BY premium_percent DESC, market
