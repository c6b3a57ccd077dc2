-- How many stablecoins are on a chain, day by day
-- Dollars of all stablecoins on a chain by the day (UTC), the last figure of each, and the change since the first day.
-- set: chain = Ethereum, a name
-- set: days = 90, 1 to 3000
-- chart: line day stablecoins_usd (USD)
-- none: Nobody gave the stablecoins of this chain in these days.

SELECT
    CAST(metrics.timestamp AT TIME ZONE 'UTC' AS DATE) AS day,
    max_by(value, metrics.timestamp) AS stablecoins_usd,
    (max_by(value, metrics.timestamp) / first(max_by(value, metrics.timestamp)) OVER (ORDER BY day) - 1) * 100 AS change_percent
FROM defi_metrics AS metrics
WHERE
    metric_name = 'stablecoins_on_chain' AND lower(entity) = lower($chain)
    AND metrics.timestamp > now() - to_days($days) AND metrics.timestamp <= now() + INTERVAL 10 MINUTE
GROUP BY day
ORDER BY day
