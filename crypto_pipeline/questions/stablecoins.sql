-- How far stablecoins are from their peg
-- The largest coins that promise a dollar: what is in circulation, how far the price is from a dollar now, and how far it was at most
-- in the last 7 days, in percent. Prices are those of DefiLlama; of each coin and moment there is one.
-- chart: bars coin percent_off (percent off the dollar)
-- none: Nobody gave the price of a stablecoin in the last 7 days.

WITH pegs AS (
    SELECT
        entity,
        max_by(value, metrics.timestamp) AS percent_off,
        max(abs(value)) AS largest_7d_percent,
        max(metrics.timestamp) AS timestamp
    FROM defi_metrics AS metrics
    WHERE
        metric_name = 'stablecoin_peg_deviation'
        AND metrics.timestamp > now() - INTERVAL 7 DAY AND metrics.timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY entity
), supply AS (
    SELECT entity, max_by(value, metrics.timestamp) AS circulating_usd
    FROM defi_metrics AS metrics
    WHERE
        metric_name = 'stablecoin_circulating'
        AND metrics.timestamp > now() - INTERVAL 7 DAY AND metrics.timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY entity
)
SELECT pegs.entity AS coin, percent_off, largest_7d_percent, circulating_usd, timestamp
FROM pegs
LEFT JOIN supply USING (entity)
ORDER BY circulating_usd DESC NULLS LAST, coin
