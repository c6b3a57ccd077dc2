-- What options on a coin expect, expiry by expiry
-- The newest of each exchange in the last 2 hours, and of each expiry the middle one of them: implied volatility at the money, and
-- how much dearer a put with a delta of -0.25 is than a call with 0.25 (percentage points of volatility). Puts over calls are those
-- of all exchanges together, counted in coins; max pain is that of the exchange with most of them open.
-- set: symbol = BTC, a coin
-- set: source = all, a name
-- chart: line expiry atm_iv_percent (percent a year)
-- none: No exchange gave figures of options on this coin in the last 2 hours.

WITH newest AS (
    SELECT *
    FROM option_metrics AS metrics
    WHERE
        symbol = $symbol
        AND metrics.timestamp > now() - INTERVAL 2 HOUR AND metrics.timestamp <= now() + INTERVAL 10 MINUTE
        AND expiry > now()
        AND source = CASE WHEN $source = 'all' THEN source ELSE $source END
    QUALIFY row_number() OVER (PARTITION BY source, expiry ORDER BY metrics.timestamp DESC) = 1
)
SELECT
    expiry,
    date_diff('second', now(), expiry) / 86400 AS days_left,
    median(atm_iv) AS atm_iv_percent,
    median(skew_25d) AS skew_25d,
    sum(put_open_interest) FILTER (WHERE put_call_open_interest IS NOT NULL)
    / sum(call_open_interest) FILTER (WHERE put_call_open_interest IS NOT NULL) AS put_call_open_interest,
    sum(put_volume_24h) FILTER (WHERE put_call_volume IS NOT NULL)
    / sum(call_volume_24h) FILTER (WHERE put_call_volume IS NOT NULL) AS put_call_volume,
    max_by(max_pain, call_open_interest + put_open_interest) AS max_pain_usd,
    sum(call_open_interest + put_open_interest) AS open_interest_coins,
    median(underlying_price) AS underlying_usd,
    count(*) AS exchanges
FROM newest
GROUP BY expiry
ORDER BY expiry
