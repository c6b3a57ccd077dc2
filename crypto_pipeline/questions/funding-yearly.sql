-- What perpetual contracts of a coin have paid, as a yearly rate
-- Settled funding of these days by contract: the sum of what was paid, divided by the time that it was paid for, over a year of 365 days
-- and nothing compounded. Positive: who held long paid who held short. Payments without an interval of their own (the first that is
-- known of a contract) are not counted. days_told says of how much time payments are there: much less than asked for is no year's rate.
-- set: symbol = BTC, a coin
-- set: days = 30, 1 to 3000
-- chart: bars market yearly_percent (percent a year)
-- none: No exchange said what contracts of this coin paid in these days.

SELECT
    concat(source, ' ', contract) AS market,
    sum(rate) / (sum(interval_hours) / 24) * 365 * 100 AS yearly_percent,
    sum(rate) * 100 AS paid_percent,
    sum(interval_hours) / 24 AS days_told,
    count(*) AS payments,
    max(funding_at) AS last_paid_at
FROM funding_rates
WHERE
    symbol = $symbol AND interval_hours > 0 AND rate IS NOT NULL
    AND funding_at > now() - to_days($days) AND funding_at <= now() + INTERVAL 10 MINUTE
GROUP BY source, contract
ORDER BY yearly_percent DESC, market
