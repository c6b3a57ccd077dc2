-- News sentiment against the price, day by day
-- Articles that name the coin, their mean sentiment by word list (-1 to 1), and how the consensus price moved on the same day
-- (UTC). Articles in languages without a word list count as articles and not in the mean. A day that goes with another is no
-- proof of a cause.
-- set: symbol = BTC, a coin
-- set: days = 30, 2 to 90
-- chart: bars day mean_sentiment (mean sentiment, -1 to 1)
-- none: No article of these days names this coin.

WITH articles AS (
    SELECT
        CAST(coalesce(published_at, first_seen_at) AT TIME ZONE 'UTC' AS DATE) AS day,
        count(*) AS articles,
        count(*) FILTER (WHERE sentiment = 'positive') AS positive,
        count(*) FILTER (WHERE sentiment = 'negative') AS negative,
        avg(sentiment_score) AS mean_sentiment
    FROM news_articles
    WHERE
        coalesce(published_at, first_seen_at) > now() - to_days($days)
        AND coalesce(published_at, first_seen_at) <= now()
        AND list_contains(string_split(tags, ','), $symbol)
    GROUP BY day
), prices AS (
    SELECT
        CAST(timestamp AT TIME ZONE 'UTC' AS DATE) AS day,
        min_by(price_usd, timestamp) AS first_usd,
        max_by(price_usd, timestamp) AS last_usd
    FROM consensus_prices
    WHERE symbol = $symbol AND timestamp > now() - to_days($days) AND timestamp <= now() + INTERVAL 10 MINUTE
    GROUP BY day
)
SELECT
    day,
    articles,
    positive,
    negative,
    mean_sentiment,
    last_usd AS price_usd,
    (last_usd / first_usd - 1) * 100 AS price_change_percent
FROM articles
LEFT JOIN prices USING (day)
ORDER BY day
