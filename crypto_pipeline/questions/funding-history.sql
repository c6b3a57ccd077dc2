-- What perpetual contracts of a coin have paid, day by day
-- Settled funding by the day (UTC): what the middle one of the contracts paid, the lowest and the highest, percent of the position,
-- and what the middle ones add up to since the first day. Positive where who holds long paid who holds short. Today and the first
-- day are not whole. Payments that nobody gave are not there: payments and contracts say how many there were.
-- set: symbol = BTC, a coin
-- set: days = 30, 1 to 3000
-- set: source = all, a name
-- chart: line day sum_percent (percent since the first day)
-- none: No exchange said what contracts of this coin paid in these days.

WITH paid AS (
    SELECT
        CAST(funding_at AT TIME ZONE 'UTC' AS DATE) AS day,
        sum(rate) * 100 AS percent,
        count(*) AS payments
    FROM funding_rates
    WHERE
        symbol = $symbol
        AND funding_at > now() - to_days($days) AND funding_at <= now() + INTERVAL 10 MINUTE
        AND source = CASE WHEN $source = 'all' THEN source ELSE $source END
    GROUP BY day, source, contract
)
SELECT
    day,
    median(percent) AS paid_percent,
    min(percent) AS lowest_percent,
    max(percent) AS highest_percent,
    sum(median(percent)) OVER (ORDER BY day) AS sum_percent,
    count(*) AS contracts,
    sum(payments) AS payments
FROM paid
GROUP BY day
ORDER BY day
