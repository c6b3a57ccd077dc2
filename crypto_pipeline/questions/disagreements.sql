-- The coins on which sources disagree most now
-- The spread between the highest and the lowest price that counted in the newest consensus of the last 15 minutes, and who was
-- left out as too far off. A wide spread is more often a thin market or a coin of the same name than a chance to trade.
-- chart: bars symbol spread_percent (percent between the lowest and the highest price)
-- none: There is no consensus of the last 15 minutes.

SELECT symbol, spread_percent, sources, lowest_usd, price_usd, highest_usd, outliers, timestamp
FROM consensus_prices
WHERE timestamp > now() - INTERVAL 15 MINUTE AND timestamp <= now() + INTERVAL 10 MINUTE
QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY timestamp DESC) = 1
ORDER BY spread_percent DESC NULLS LAST, symbol
LIMIT 20
