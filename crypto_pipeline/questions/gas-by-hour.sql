-- Gas by hour of the day
-- The usual fee of a chain by hour of the day in UTC: the median over all its sources and all these days, with the range in
-- which nine of ten lie. Rows of another unit than the chain's usual one are left out.
-- set: blockchain = ethereum, a name
-- set: days = 14, 1 to 90
-- chart: bars hour_utc median_fee ({unit})
-- none: There is no fee of this chain in these days; gas_prices says which chains there are.

WITH fees AS (
    SELECT date_part('hour', timestamp AT TIME ZONE 'UTC') AS hour_utc, standard_gas_price AS fee, unit, source
    FROM gas_prices
    WHERE
        blockchain = $blockchain
        AND timestamp > now() - to_days($days) AND timestamp <= now() + INTERVAL 10 MINUTE
        AND standard_gas_price IS NOT NULL
), usual AS (
    SELECT mode(unit) AS unit FROM fees
)
SELECT
    hour_utc,
    median(fee) AS median_fee,
    quantile_cont(fee, 0.05) AS p5_fee,
    quantile_cont(fee, 0.95) AS p95_fee,
    count(*) AS answers,
    count(DISTINCT source) AS sources,
    unit
FROM fees
JOIN usual USING (unit)
GROUP BY hour_utc, unit
ORDER BY hour_utc
