-- How the collections went
-- Each run with the number of sources that answered, failed and were not asked, the newest first, and how long it took.
-- set: hours = 24, 1 to 168
-- none: Nothing was collected in these hours.

SELECT
    min(started_at) AS started_at,
    any_value(job) AS job,
    count(*) FILTER (WHERE outcome IN ('ok', 'not_modified')) AS ok,
    count(*) FILTER (
        WHERE outcome NOT IN ('ok', 'not_modified', 'not_due', 'backing_off', 'breaker_open', 'standby', 'no_budget')
    ) AS failed,
    count(*) FILTER (
        WHERE outcome IN ('not_due', 'backing_off', 'breaker_open', 'standby', 'no_budget')
    ) AS not_asked,
    CAST(sum("rows") AS BIGINT) AS "rows",
    date_diff('millisecond', min(started_at), max(finished_at)) / 1000 AS seconds,
    run_id
FROM data_collections AS collections
WHERE collections.started_at > now() - to_hours($hours) AND collections.started_at <= now() + INTERVAL 10 MINUTE
GROUP BY run_id
ORDER BY started_at DESC
