-- How fast the hosts answer
-- Milliseconds until the whole answer was there, over all requests of these hours that got one: half were faster than p50, one
-- in twenty was slower than p95.
-- set: hours = 24, 1 to 168
-- chart: bars host p95_ms (ms, p95)
-- none: No request of these hours got an answer.

SELECT
    host,
    quantile_cont(milliseconds, 0.5) AS p50_ms,
    quantile_cont(milliseconds, 0.95) AS p95_ms,
    max(milliseconds) AS slowest_ms,
    count(*) AS answers
FROM connection_attempts
WHERE
    started_at > now() - to_hours($hours) AND started_at <= now() + INTERVAL 10 MINUTE
    AND status_code IS NOT NULL
    AND milliseconds IS NOT NULL
GROUP BY host
ORDER BY p95_ms DESC, host
LIMIT 30
