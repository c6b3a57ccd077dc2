-- What was closed by force, hour by hour
-- Positions on a coin that exchanges closed by force, by the full hour: dollars of long ones, which a falling price closes, and of
-- short ones, which a rising price closes, and the largest of all. Four exchanges list them one by one, and none says that its list
-- is whole: it is a floor.
-- set: symbol = BTC, a coin
-- set: hours = 24, 1 to 720
-- chart: line hour total_usd (USD)
-- none: No exchange listed a liquidation of this coin in these hours.

SELECT
    date_trunc('hour', liquidated_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS hour,
    coalesce(sum(value_usd) FILTER (WHERE side = 'long'), 0) AS longs_usd,
    coalesce(sum(value_usd) FILTER (WHERE side = 'short'), 0) AS shorts_usd,
    sum(value_usd) AS total_usd,
    max(value_usd) AS largest_usd,
    count(*) AS liquidations,
    count(DISTINCT source) AS exchanges
FROM liquidations
WHERE symbol = $symbol AND liquidated_at > now() - to_hours($hours) AND liquidated_at <= now() + INTERVAL 10 MINUTE
GROUP BY hour
ORDER BY hour
