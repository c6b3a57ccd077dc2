-- What perpetual contracts of a coin pay, by exchange
-- The newest funding of each contract in the last 9 hours, over eight hours and as a simple yearly rate (three times a day, 365
-- days, nothing compounded). Positive: who holds long pays who holds short.
-- set: symbol = BTC, a coin
-- chart: bars market yearly_percent (percent a year)
-- none: No exchange gave the funding of this coin in the last 9 hours.

SELECT
    concat(source, ' ', contract) AS market,
    max_by(funding_rate_8h, timestamp) FILTER (WHERE funding_rate_8h IS NOT NULL) * 100 AS funding_8h_percent,
    max_by(funding_rate_8h, timestamp) FILTER (WHERE funding_rate_8h IS NOT NULL) * 3 * 365 * 100 AS yearly_percent,
    max_by(funding_interval_hours, timestamp) FILTER (WHERE funding_rate_8h IS NOT NULL) AS paid_every_hours,
    max_by(open_interest_usd, timestamp) FILTER (WHERE open_interest_usd IS NOT NULL) AS open_interest_usd,
    max_by(mark_price, timestamp) FILTER (WHERE mark_price IS NOT NULL) AS mark_price_usd,
    max(timestamp) FILTER (WHERE funding_rate_8h IS NOT NULL) AS timestamp
FROM derivatives_metrics AS metrics
WHERE symbol = $symbol AND metrics.timestamp > now() - INTERVAL 9 HOUR AND metrics.timestamp <= now() + INTERVAL 10 MINUTE
GROUP BY source, contract
HAVING yearly_percent IS NOT NULL
ORDER BY yearly_percent DESC, market
