-- Which tables are stale
-- When each table last got a row, beside the age that is usual with the schedules as they come out of the box (three collections,
-- longer where the world is slower). Nothing newer than 7 days counts as never. A table gets no row while nothing changes, so look
-- at failing-sources before you worry.
-- chart: bars table_name percent_of_usual (percent of the usual age)
-- none: There are no tables.

WITH usual (table_name, usual_minutes) AS (
    VALUES
        ('market_prices', 15),
        ('cached_market_data', 15),
        ('cached_ohlc', 45),
        ('news_articles', 720),
        ('sentiment_metrics', 2880),
        ('whale_transactions', 720),
        ('gas_prices', 15),
        ('blockchain_stats', 45),
        ('chain_metrics', 4320),
        ('consensus_prices', 15),
        ('exchange_rates', 7200),
        ('macro_series', 8640),
        ('derivatives_metrics', 45),
        ('dated_futures', 45),
        ('funding_rates', 720),
        ('liquidations', 360),
        ('option_metrics', 45),
        ('book_snapshots', 45),
        ('listings', 1080),
        ('coins', 4320),
        ('defi_metrics', 2880),
        ('market_overview', 45)
), newest AS (
    SELECT 'market_prices' AS table_name, max(collected_at) AS newest
    FROM market_prices
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'cached_market_data' AS table_name, max(collected_at) AS newest
    FROM cached_market_data
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'cached_ohlc' AS table_name, max(collected_at) AS newest
    FROM cached_ohlc
    WHERE timestamp > now() - INTERVAL 3 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'news_articles' AS table_name, max(collected_at) AS newest
    FROM news_articles
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'sentiment_metrics' AS table_name, max(collected_at) AS newest
    FROM sentiment_metrics
    WHERE timestamp > now() - INTERVAL 4 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'whale_transactions' AS table_name, max(collected_at) AS newest
    FROM whale_transactions
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'gas_prices' AS table_name, max(collected_at) AS newest
    FROM gas_prices
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'blockchain_stats' AS table_name, max(collected_at) AS newest
    FROM blockchain_stats
    WHERE timestamp > now() - INTERVAL 3 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'chain_metrics' AS table_name, max(collected_at) AS newest
    FROM chain_metrics
    WHERE timestamp > now() - INTERVAL 5 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'consensus_prices' AS table_name, max(collected_at) AS newest
    FROM consensus_prices
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'exchange_rates' AS table_name, max(collected_at) AS newest
    FROM exchange_rates
    WHERE timestamp > now() - INTERVAL 6 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'macro_series' AS table_name, max(collected_at) AS newest
    FROM macro_series
    WHERE timestamp > now() - INTERVAL 8 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'derivatives_metrics' AS table_name, max(collected_at) AS newest
    FROM derivatives_metrics
    WHERE timestamp > now() - INTERVAL 3 HOUR AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'dated_futures' AS table_name, max(collected_at) AS newest
    FROM dated_futures
    WHERE timestamp > now() - INTERVAL 3 HOUR AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'funding_rates' AS table_name, max(collected_at) AS newest
    FROM funding_rates
    WHERE funding_at > now() - INTERVAL 3 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'liquidations' AS table_name, max(collected_at) AS newest
    FROM liquidations
    WHERE liquidated_at > now() - INTERVAL 3 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'option_metrics' AS table_name, max(collected_at) AS newest
    FROM option_metrics
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'book_snapshots' AS table_name, max(collected_at) AS newest
    FROM book_snapshots
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'listings' AS table_name, max(collected_at) AS newest
    FROM listings
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'coins' AS table_name, max(collected_at) AS newest
    FROM coins
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'defi_metrics' AS table_name, max(collected_at) AS newest
    FROM defi_metrics
    WHERE timestamp > now() - INTERVAL 3 DAY AND collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
    UNION ALL
    SELECT 'market_overview' AS table_name, max(collected_at) AS newest
    FROM market_overview
    WHERE collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE
)
SELECT
    table_name,
    newest AS newest_row,
    date_diff('second', newest, now()) / 60 AS age_minutes,
    usual_minutes,
    100 * date_diff('second', newest, now()) / 60 / usual_minutes AS percent_of_usual,
    newest IS NULL OR date_diff('second', newest, now()) / 60 > usual_minutes AS is_stale
FROM usual
JOIN newest USING (table_name)
ORDER BY is_stale DESC, percent_of_usual DESC NULLS FIRST, table_name
