-- Fear and greed, day by day
-- The index of one source (0 extreme fear, 100 extreme greed) with its own word for it, and how it moved since the row before.
-- set: days = 30, 1 to 3650
-- set: source = alternative_me, a name
-- chart: line timestamp value (index, 0 to 100)
-- none: This source gave no fear and greed index in these days.

SELECT timestamp, value, value - lag(value) OVER (ORDER BY timestamp) AS change, classification
FROM sentiment_metrics
WHERE
    metric_name = 'fear_greed_index'
    AND source = $source
    AND timestamp > now() - to_days($days) AND timestamp <= now() + INTERVAL 10 MINUTE
ORDER BY timestamp
