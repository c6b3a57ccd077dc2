-- Where each coin has the narrowest spread
-- Of each coin the newest best prices of each of its dollar markets in the last 45 minutes: how far buyers and sellers are apart in
-- the narrowest and in the middle one, in basis points (hundredths of a percent of the price). Widest coins last.
-- none: No exchange gave its best prices in the last 45 minutes.

WITH newest AS (
    SELECT *
    FROM book_snapshots AS books
    WHERE
        spread_bps IS NOT NULL
        AND books.timestamp > now() - INTERVAL 45 MINUTE AND books.timestamp <= now() + INTERVAL 10 MINUTE
    QUALIFY row_number() OVER (PARTITION BY source, symbol, quote ORDER BY books.timestamp DESC) = 1
)
SELECT
    symbol,
    min(spread_bps) AS narrowest_bps,
    min_by(concat(source, ' ', pair), spread_bps) AS narrowest_market,
    median(spread_bps) AS median_bps,
    count(*) AS markets
FROM newest
GROUP BY symbol
ORDER BY narrowest_bps, symbol
