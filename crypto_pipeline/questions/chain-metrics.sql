-- A figure of a chain, day by day
-- What one source says of one chain: active_addresses, transactions, transfer_value, fees, supply, market_cap, realised_cap, mvrv (market
-- over realised capitalisation), nvt, hash_rate, difficulty and others. A figure is of the day (UTC) that began at the time, and nobody
-- knew it before that day was over. Coin Metrics gives its figures under CC BY-NC 4.0: name it, no commerce.
-- set: metric = mvrv, a name
-- set: blockchain = bitcoin, a name
-- set: source = coinmetrics, a name
-- set: days = 365, 2 to 7000
-- chart: line timestamp value ({unit})
-- none: This source gave nothing of it in these days; 'crypto-pipeline backfill chain' brings the past.

SELECT
    timestamp,
    value,
    100 * (value / nullif(lag(value) OVER (ORDER BY timestamp), 0) - 1) AS change_percent,
    unit,
    licence
FROM chain_metrics
WHERE
    metric_name = $metric
    AND blockchain = $blockchain
    AND source = $source
    AND timestamp > now() - to_days($days) AND timestamp <= now() + INTERVAL 10 MINUTE
ORDER BY timestamp
