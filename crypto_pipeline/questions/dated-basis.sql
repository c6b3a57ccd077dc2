-- How far futures that end on a day are from the price of their coin
-- The newest of each contract in the last 2 hours: its mark price over what the exchange takes the coin to cost at that moment, else
-- over the median of spot markets within five minutes of it (against says which). yearly_percent is that over the days that are left,
-- as a simple yearly rate; NULL in the last day, when it means nothing. No advice: fees and margin are not in it.
-- set: symbol = BTC, a coin
-- chart: bars market yearly_percent (percent a year)
-- none: No exchange gave the price of a future of this coin in the last 2 hours.

WITH newest AS (
    SELECT *
    FROM dated_futures AS future
    WHERE
        symbol = $symbol AND mark_price > 0
        AND future.timestamp > now() - INTERVAL 2 HOUR AND future.timestamp <= now() + INTERVAL 10 MINUTE
        AND expiry > now()
    QUALIFY row_number() OVER (PARTITION BY source, contract ORDER BY future.timestamp DESC) = 1
), spot AS (
    SELECT source AS spot_source, price_usd, timestamp AS spot_at
    FROM market_prices
    WHERE
        symbol = $symbol AND pair IS NOT NULL AND NOT ends_with(source, '_perpetual')
        AND timestamp > now() - INTERVAL 3 HOUR AND timestamp <= now() + INTERVAL 10 MINUTE
), nearest AS (
    SELECT
        newest.source,
        newest.contract,
        spot.spot_source,
        arg_min(spot.price_usd, abs(epoch(spot.spot_at) - epoch(newest.timestamp))) AS price_usd
    FROM newest
    JOIN spot ON spot.spot_at BETWEEN newest.timestamp - INTERVAL 5 MINUTE AND newest.timestamp + INTERVAL 5 MINUTE
    WHERE newest.index_price IS NULL
    GROUP BY newest.source, newest.contract, spot.spot_source
), markets AS (
    SELECT source, contract, median(price_usd) AS spot_usd
    FROM nearest
    GROUP BY source, contract
), held AS (
    SELECT
        newest.*,
        coalesce(index_price, spot_usd) AS coin_usd,
        date_diff('second', newest.timestamp, expiry) / 86400 AS days_left
    FROM newest
    LEFT JOIN markets USING (source, contract)
)
SELECT
    concat(replace(source, '_perpetual', ''), ' ', contract) AS market,
    expiry,
    days_left,
    (mark_price / coin_usd - 1) * 100 AS basis_percent,
    CASE WHEN days_left >= 1 THEN (mark_price / coin_usd - 1) * 100 * 365 / days_left END AS yearly_percent,
    mark_price AS mark_price_usd,
    coin_usd,
    CASE WHEN index_price IS NOT NULL THEN 'index' WHEN coin_usd IS NOT NULL THEN 'spot markets' END AS against,
    open_interest_usd,
    timestamp
FROM held
ORDER BY expiry, market
