-- The price of a coin over time
-- The consensus (median over all sources) of every collection: what it was, between which prices, and how many sources counted.
-- set: symbol = BTC, a coin
-- set: hours = 24, 1 to 2160
-- chart: line timestamp price_usd (USD)
-- none: There is no consensus of this coin in these hours.

SELECT timestamp, price_usd, lowest_usd, highest_usd, spread_percent, sources
FROM consensus_prices
WHERE symbol = $symbol AND timestamp > now() - to_hours($hours) AND timestamp <= now() + INTERVAL 10 MINUTE
ORDER BY timestamp
