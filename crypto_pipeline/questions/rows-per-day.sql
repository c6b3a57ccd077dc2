-- How many rows each table got, day by day
-- Rows by the day (UTC) of the collection that wrote them. The first and the last day are not whole. A row that was corrected
-- later counts on the day of the correction.
-- set: days = 7, 1 to 31
-- none: No row was written in these days.

SELECT table_name, DATE '1970-01-01' + CAST(day AS INTEGER) AS day, row_count
FROM (
    SELECT 'market_prices' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM market_prices
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'cached_market_data' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM cached_market_data
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'cached_ohlc' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM cached_ohlc
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'news_articles' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM news_articles
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'sentiment_metrics' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM sentiment_metrics
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'whale_transactions' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM whale_transactions
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'gas_prices' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM gas_prices
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'blockchain_stats' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM blockchain_stats
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'chain_metrics' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM chain_metrics
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'consensus_prices' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM consensus_prices
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'exchange_rates' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM exchange_rates
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'macro_series' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM macro_series
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'derivatives_metrics' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM derivatives_metrics
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'dated_futures' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM dated_futures
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'funding_rates' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM funding_rates
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'liquidations' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM liquidations
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'option_metrics' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM option_metrics
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'book_snapshots' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM book_snapshots
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'listings' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM listings
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'coins' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM coins
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'defi_metrics' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM defi_metrics
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'market_overview' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM market_overview
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'data_collections' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM data_collections
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'connection_attempts' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM connection_attempts
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'failure_logs' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM failure_logs
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
    UNION ALL
    SELECT 'rejected_rows' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count
    FROM rejected_rows
    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE
    GROUP BY day
)
ORDER BY table_name, day
