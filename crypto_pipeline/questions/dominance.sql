-- How much of the whole market bitcoin, ether and stablecoins are, day by day
-- Shares of the capitalisation of all coins, in percent, by the day (UTC): the last word of each source that counts the whole market,
-- and the middle one of them. Sources do not count the same coins: lowest and highest say how far they are apart. Stablecoins are DefiLlama's dollars of all of them over the same whole; NULL where it gave nothing within three days.
-- set: days = 90, 1 to 3000
-- chart: line day btc_percent (percent of the whole market)
-- none: No source gave figures of the whole market in these days.

WITH said AS (
    SELECT CAST(overview.timestamp AT TIME ZONE 'UTC' AS DATE) AS day, source, total_market_cap_usd, btc_dominance, eth_dominance
    FROM market_overview AS overview
    WHERE overview.timestamp > now() - to_days($days) AND overview.timestamp <= now() + INTERVAL 10 MINUTE
    QUALIFY row_number() OVER (PARTITION BY day, source ORDER BY overview.timestamp DESC) = 1
), days AS (
    SELECT
        day,
        median(btc_dominance) AS btc_percent,
        min(btc_dominance) AS lowest_btc_percent,
        max(btc_dominance) AS highest_btc_percent,
        median(eth_dominance) AS eth_percent,
        median(total_market_cap_usd) AS total_market_cap_usd,
        count(*) AS sources
    FROM said
    GROUP BY day
), stable AS (
    SELECT CAST(metrics.timestamp AT TIME ZONE 'UTC' AS DATE) AS known_on, max_by(value, metrics.timestamp) AS stablecoins_usd
    FROM defi_metrics AS metrics
    WHERE
        metric_name = 'stablecoin_circulating' AND entity = 'total'
        AND metrics.timestamp > now() - to_days(CAST($days + 4 AS INTEGER)) AND metrics.timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY known_on
)
SELECT
    days.*,
    CASE WHEN known_on >= day - 3 THEN stablecoins_usd END AS stablecoins_usd,
    CASE WHEN known_on >= day - 3 THEN stablecoins_usd / total_market_cap_usd * 100 END AS stablecoins_percent
FROM days
ASOF LEFT JOIN stable ON days.day >= stable.known_on
ORDER BY day
