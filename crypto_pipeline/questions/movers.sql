-- The coins that moved most in 24 hours
-- By the median of what the sources say, up or down, from the newest consensus of the last 15 minutes.
-- chart: bars symbol change_24h_percent (percent in 24 hours)
-- none: There is no consensus of the last 15 minutes.

SELECT symbol, price_change_24h AS change_24h_percent, price_usd, sources, timestamp
FROM (
    SELECT symbol, price_change_24h, price_usd, sources, timestamp
    FROM consensus_prices
    WHERE timestamp > now() - INTERVAL 15 MINUTE AND timestamp <= now() + INTERVAL 10 MINUTE
    QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY timestamp DESC) = 1
)
WHERE price_change_24h IS NOT NULL
ORDER BY abs(price_change_24h) DESC, symbol
LIMIT 20
