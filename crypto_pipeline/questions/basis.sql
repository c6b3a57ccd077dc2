-- How far perpetual contracts of a coin are from its spot price
-- The newest mark price of each contract in the last hour against the median of the spot markets, each at its price nearest to that
-- moment and within five minutes of it. Positive: the contract costs more than the coin. No advice: what a trade costs is not in it.
-- set: symbol = BTC, a coin
-- chart: bars market basis_percent (percent of the spot price)
-- none: No exchange gave the mark price of a contract of this coin in the last hour, with spot prices of the same moment beside it.

WITH marks AS (
    SELECT source, contract, max_by(mark_price, timestamp) AS mark_price_usd, max(timestamp) AS timestamp
    FROM derivatives_metrics
    WHERE
        symbol = $symbol AND mark_price > 0
        AND derivatives_metrics.timestamp > now() - INTERVAL 1 HOUR
        AND derivatives_metrics.timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY source, contract
), spot AS (
    SELECT source, price_usd, timestamp
    FROM market_prices
    WHERE
        symbol = $symbol AND pair IS NOT NULL AND NOT ends_with(source, '_perpetual')
        AND timestamp > now() - INTERVAL 2 HOUR AND timestamp <= now() + INTERVAL 10 MINUTE
), beside AS (
    SELECT
        marks.source,
        marks.contract,
        arg_min(spot.price_usd, abs(epoch(spot.timestamp) - epoch(marks.timestamp))) AS price_usd
    FROM marks
    JOIN spot
        ON spot.timestamp BETWEEN marks.timestamp - INTERVAL 5 MINUTE AND marks.timestamp + INTERVAL 5 MINUTE
    GROUP BY marks.source, marks.contract, spot.source
)
SELECT
    concat(source, ' ', contract) AS market,
    (any_value(mark_price_usd) / median(price_usd) - 1) * 100 AS basis_percent,
    any_value(mark_price_usd) AS mark_price_usd,
    median(price_usd) AS spot_price_usd,
    count(*) AS spot_markets,
    any_value(timestamp) AS timestamp
FROM marks
JOIN beside USING (source, contract)
GROUP BY source, contract
ORDER BY basis_percent DESC, market
