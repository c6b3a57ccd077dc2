-- What would be left of buying a coin where it is cheap and selling it where it is dear
-- No advice, and no profit by itself. Of each coin the two exchanges that are farthest apart by the best prices of their books, told
-- within a minute of each other in the last 30 minutes: what they differ by, what both take of a trade at the first step of their
-- schedules (trading_fees), and what is left. Withdrawing, what it costs and the time that it takes, are not in it; with coins on both
-- sides beforehand nothing has to be moved. Only the amount at the best prices can be had so. More than 10 percent apart are other
-- coins of the same code, or one side lets nobody withdraw: they are left out. Exchanges without a declared fee are not asked.
-- set: least = -2, one of -2 0 0.1 0.5 1
-- chart: bars symbol left_percent (percent after fees)
-- none: No coin has best prices at two exchanges at one moment with as much left of them.

WITH newest AS (
    SELECT
        books.source,
        books.symbol,
        books.pair,
        books.best_bid * coalesce(books.usd_per_quote, 1) AS bid_usd,
        books.best_ask * coalesce(books.usd_per_quote, 1) AS ask_usd,
        books.best_bid_size,
        books.best_ask_size,
        books.timestamp,
        fees.taker_percent
    FROM book_snapshots AS books
    JOIN trading_fees AS fees ON fees.exchange = books.source
    WHERE
        books.best_bid > 0 AND books.best_ask > 0
        AND books.timestamp > now() - INTERVAL 30 MINUTE AND books.timestamp <= now() + INTERVAL 10 MINUTE
    QUALIFY row_number() OVER (PARTITION BY books.source, books.symbol, books.quote ORDER BY books.timestamp DESC) = 1
), apart AS (
    SELECT
        cheap.symbol,
        concat(cheap.source, ' ', cheap.pair) AS buy_at,
        concat(dear.source, ' ', dear.pair) AS sell_at,
        cheap.ask_usd,
        dear.bid_usd,
        (dear.bid_usd / cheap.ask_usd - 1) * 100 AS apart_percent,
        cheap.taker_percent + dear.taker_percent AS fees_percent,
        (dear.bid_usd * (1 - dear.taker_percent / 100) / (cheap.ask_usd * (1 + cheap.taker_percent / 100)) - 1) * 100 AS left_percent,
        least(cheap.best_ask_size, dear.best_bid_size) * cheap.ask_usd AS amount_usd,
        abs(epoch(cheap.timestamp) - epoch(dear.timestamp)) AS seconds_apart,
        least(cheap.timestamp, dear.timestamp) AS timestamp
    FROM newest AS cheap
    JOIN newest AS dear
        ON
            dear.symbol = cheap.symbol AND dear.source <> cheap.source
            AND abs(epoch(cheap.timestamp) - epoch(dear.timestamp)) <= 60
            AND dear.bid_usd < cheap.ask_usd * 1.1
)
SELECT
    symbol,
    left_percent,
    apart_percent,
    fees_percent,
    buy_at,
    sell_at,
    ask_usd,
    bid_usd,
    amount_usd,
    amount_usd * left_percent / 100 AS left_usd,
    seconds_apart,
    timestamp
FROM apart
WHERE left_percent >= CAST($least AS DOUBLE)
QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY left_percent DESC, buy_at, sell_at) = 1
ORDER BY left_percent DESC, symbol
