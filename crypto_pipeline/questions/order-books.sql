-- What a large order in a coin would cost, by exchange
-- The newest order book of each market in the last 45 minutes: spread, what stands on both sides within 1 percent of the middle, and
-- how much dearer than the middle 100,000 dollars buy at once, before fees. Basis points are hundredths of a percent. Nothing is told
-- where the exchange sends too little of its book: more may stand there.
-- set: symbol = BTC, a coin
-- chart: bars market buy_100k_bps (basis points above the middle)
-- none: No exchange gave its order book of this coin in the last 45 minutes.

SELECT
    concat(source, ' ', pair) AS market,
    best_bid,
    best_ask,
    quote,
    spread_bps,
    bid_depth_100bps AS bids_usd,
    ask_depth_100bps AS asks_usd,
    buy_100k_bps,
    sell_100k_bps,
    timestamp
FROM book_snapshots AS books
WHERE
    symbol = $symbol AND scope = 'book'
    AND books.timestamp > now() - INTERVAL 45 MINUTE AND books.timestamp <= now() + INTERVAL 10 MINUTE
QUALIFY row_number() OVER (PARTITION BY source, pair ORDER BY books.timestamp DESC) = 1
ORDER BY buy_100k_bps NULLS LAST, market
