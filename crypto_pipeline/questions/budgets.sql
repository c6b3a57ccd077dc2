-- How full the budget of each host was
-- Requests of these hours against what the host allows in them, and against its budget in the fullest single run. Answers that
-- said 'too many requests' are counted in rate_limited: a budget that is too generous shows there.
-- set: hours = 24, 1 to 720
-- chart: bars host used_percent (percent of what the host allows)
-- none: Nothing was asked in these hours.

SELECT
    host,
    CAST(sum(requests) AS BIGINT) AS requests,
    max_by(budget_requests, window_end) * $hours * 3600 / max_by(budget_seconds, window_end) AS allowed,
    100.0 * sum(requests) * max_by(budget_seconds, window_end)
        / (max_by(budget_requests, window_end) * $hours * 3600) AS used_percent,
    max(
        100.0 * requests / (budget_requests * greatest(1, (epoch(window_end) - epoch(window_start)) / budget_seconds))
    ) AS fullest_run_percent,
    CAST(sum(rate_limited) AS BIGINT) AS rate_limited
FROM rate_limit_usage
WHERE window_end > now() - to_hours($hours) AND window_end <= now() + INTERVAL 10 MINUTE
GROUP BY host
ORDER BY used_percent DESC NULLS LAST, host
LIMIT 40
