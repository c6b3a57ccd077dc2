-- The sources that failed most, and why
-- Endpoints by how often they failed when they were asked: resting, standing by and being out of budget do not count as asked.
-- What they said last is the last failure's own words.
-- set: days = 7, 1 to 30
-- chart: bars endpoint failures (failed collections)
-- none: No source failed in these days, or none was asked.

SELECT
    endpoint,
    count(*) FILTER (WHERE failed) AS failures,
    count(*) AS asked,
    100.0 * count(*) FILTER (WHERE failed) / count(*) AS failed_percent,
    mode(outcome) FILTER (WHERE failed) AS usual_outcome,
    max(finished_at) FILTER (WHERE failed) AS last_failure,
    max(finished_at) FILTER (WHERE NOT failed) AS last_success,
    max_by(error, finished_at) FILTER (WHERE failed) AS said_last
FROM (
    SELECT endpoint, outcome, error, finished_at, outcome NOT IN ('ok', 'not_modified') AS failed
    FROM data_collections
    WHERE
        started_at > now() - to_days($days) AND started_at <= now() + INTERVAL 10 MINUTE
        AND outcome NOT IN ('not_due', 'backing_off', 'breaker_open', 'standby', 'no_budget')
)
GROUP BY endpoint
HAVING failures > 0
ORDER BY failures DESC, failed_percent DESC, endpoint
LIMIT 30
