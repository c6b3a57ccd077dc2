"""Statements that fill what collections of an invented past left behind: outcomes, attempts, alerts, health.

Belongs here: one INSERT a table of the log.
Does not belong here: macros and tables of data (bench/invented/market.py), running them (bench/past.py).
"""

COLLECTIONS = """
INSERT INTO data_collections BY NAME
WITH ended AS (
    SELECT *, uniform(number, step) AS chance, uniform(number + 100000, step // 24) AS spell, CASE WHEN cadence > 15 THEN step % (cadence // 5) ELSE 0 END AS early,
        (hash(number, 17) % 200) AS kind
    FROM (SELECT n // $endpoints AS step, n % $endpoints AS number FROM range($first * $endpoints, $last * $endpoints) AS r(n)) JOIN endpoint USING (number)
    WHERE {asked}
),
outcomes AS (
    SELECT *, CASE
        WHEN kind = 0 THEN CASE WHEN step % 36 = 0 THEN 'blocked' ELSE 'backing_off' END
        WHEN kind = 1 THEN CASE WHEN step % 24 = 0 THEN 'unreachable' ELSE 'breaker_open' END
        WHEN standby THEN 'standby'
        WHEN early <> 0 THEN 'not_due'
        WHEN spell < 0.006 THEN CASE WHEN step % 24 < 5 THEN 'server_error' ELSE 'breaker_open' END
        WHEN spell < 0.009 THEN 'rate_limited'
        WHEN kind < 8 AND chance < 0.25 THEN ['timeout', 'server_error', 'unreachable'][1 + CAST(hash(step, number) % 3 AS BIGINT)]
        WHEN chance < 0.004 THEN ['timeout', 'unparseable', 'error_in_body', 'empty', 'stale', 'client_error', 'out_of_time'][1 + CAST(hash(step, number) % 7 AS BIGINT)]
        WHEN chance < 0.012 THEN 'no_budget'
        WHEN chance < 0.2 THEN 'not_modified'
        ELSE 'ok' END AS outcome
    FROM ended
)
SELECT '' AS region, id AS endpoint, provider, $job AS job, tables AS table_names, pool, moment(step * 300 + number / 300) AS started_at,
    moment(step * 300 + number / 300 + took / 1000) AS finished_at, CASE WHEN asked THEN took END AS milliseconds, CASE WHEN asked THEN 1 ELSE 0 END AS requests,
    CASE outcome WHEN 'ok' THEN 200 WHEN 'not_modified' THEN 304 WHEN 'blocked' THEN 451 WHEN 'server_error' THEN 503 WHEN 'rate_limited' THEN 429 WHEN 'client_error' THEN 404
        WHEN 'unparseable' THEN 200 WHEN 'error_in_body' THEN 200 WHEN 'empty' THEN 200 WHEN 'stale' THEN 200 END AS status_code,
    CASE WHEN outcome = 'ok' THEN 2000 + CAST(hash(number) % 60000 AS BIGINT) ELSE 0 END AS bytes, CASE WHEN outcome = 'ok' THEN 1 + CAST(hash(number) % 90 AS BIGINT) ELSE 0 END AS rows,
    CASE WHEN outcome = 'ok' AND number % 97 = 0 THEN 1 ELSE 0 END AS rejected, outcome,
    CASE outcome WHEN 'timeout' THEN host || ' did not answer within 20 s' WHEN 'unreachable' THEN host || ' refused the connection'
        WHEN 'server_error' THEN host || ' answered 503 Service Unavailable' WHEN 'rate_limited' THEN host || ' answered 429 Too Many Requests' WHEN 'blocked' THEN host || ' answered 451 Unavailable For Legal Reasons'
        WHEN 'breaker_open' THEN 'it failed 5 times in a row, the last time as server_error; not asked before its next probe' WHEN 'backing_off' THEN 'after blocked it is not asked for hours'
        WHEN 'unparseable' THEN 'its answer has no field data' WHEN 'error_in_body' THEN 'it says: maintenance' WHEN 'stale' THEN 'its newest row is 3 hours old' WHEN 'client_error' THEN host || ' answered 404 Not Found' END AS error,
    moment(step * 300 + $ends) AS collected_at, run_of($run, step // $every) AS run_id
FROM (SELECT *, outcome NOT IN ('standby', 'not_due', 'no_budget', 'breaker_open', 'backing_off') AS asked,
    CASE outcome WHEN 'timeout' THEN 20000.0 ELSE 80 + 1400 * uniform(number, step + 1) ** 3 END AS took FROM outcomes)
"""

ATTEMPTS = """
INSERT INTO connection_attempts BY NAME
SELECT region, endpoint, '' AS ask, 1 AS attempt, provider, host, 'GET' AS method, 'https://' || host || '/' || endpoint AS url, started_at, milliseconds, status_code, bytes, outcome, error, collected_at, run_id
FROM data_collections JOIN (SELECT id AS endpoint, host FROM endpoint) USING (endpoint)
WHERE requests > 0 AND started_at >= moment($first * 300) AND started_at < moment($last * 300)
"""

LOGS = (
    """
    INSERT INTO failure_logs BY NAME
    SELECT region, endpoint, '' AS ask, provider, finished_at AS failed_at, outcome, status_code, error, collected_at, run_id FROM data_collections
    WHERE requests > 0 AND outcome NOT IN ('ok', 'not_modified')
    """,
    """
    INSERT INTO rejected_rows BY NAME
    SELECT endpoint, 1 AS number, string_split(table_names, ',')[1] AS table_name, 'there is no rate at hand to turn EUR into dollars' AS reason,
        '{''pair'': ''LTCEUR'', ''last'': 83.2}' AS "row", finished_at AS rejected_at, collected_at, run_id FROM data_collections WHERE rejected > 0
    """,
    """
    INSERT INTO quarantined_payloads BY NAME
    SELECT endpoint, '' AS ask, error AS reason, 'application/json' AS content_type, 5000 AS bytes, repeat('{"message": "we moved"} ', 200) AS body, finished_at AS received_at,
        collected_at, run_id FROM data_collections WHERE outcome = 'unparseable' AND started_at > moment($now - 7 * 86400)
    """,
    """
    INSERT INTO rate_limit_usage BY NAME
    SELECT host, min(started_at) AS window_start, max(finished_at) AS window_end, sum(requests)::BIGINT AS requests, 60 AS budget_requests, 60.0 AS budget_seconds,
        count(*) FILTER (outcome = 'rate_limited') AS rate_limited, any_value(collected_at) AS collected_at, run_id
    FROM data_collections JOIN (SELECT id AS endpoint, host FROM endpoint) USING (endpoint) WHERE requests > 0 AND started_at > moment($now - 2 * 86400)
    GROUP BY run_id, host
    """,
    """
    INSERT INTO rotation_history BY NAME
    SELECT pool, max(endpoint) FILTER (NOT standby) AS from_endpoint, min(endpoint) FILTER (standby) AS to_endpoint, 'failed: timeout' AS reason, max(finished_at) AS rotated_at,
        max(collected_at) AS collected_at, run_id
    FROM data_collections JOIN (SELECT id AS endpoint, standby FROM endpoint) USING (endpoint) WHERE pool IS NOT NULL AND hash(run_id, pool) % 50 = 0
    GROUP BY run_id, pool HAVING count(*) FILTER (standby) > 0
    """,
    """
    INSERT INTO rotation_state BY NAME
    SELECT '' AS region, pool, min(id) FILTER (NOT standby) AS endpoint, min(id) AS next_endpoint, moment($now) AS changed_at, moment($now) AS collected_at, historical_run($now) AS run_id
    FROM endpoint WHERE pool IS NOT NULL GROUP BY pool HAVING count(*) FILTER (NOT standby) > 0
    """,
    """
    INSERT INTO source_health BY NAME
    SELECT '' AS region, endpoint, CASE WHEN max_by(outcome, started_at) = 'breaker_open' THEN 'open' ELSE 'closed' END AS breaker_state,
        count(*) FILTER (failed AND started_at > coalesce(well, moment(0))) AS consecutive_failures, max(started_at) FILTER (requests > 0) AS asked_at,
        any_value(well) AS succeeded_at, max_by(outcome, started_at) FILTER (requests > 0) AS outcome, max_by(milliseconds, started_at) FILTER (requests > 0) AS milliseconds,
        CASE WHEN max_by(outcome, started_at) IN ('breaker_open', 'backing_off') THEN moment($now + 3600) END AS not_before, moment($now) AS collected_at, max_by(run_id, started_at) AS run_id
    FROM (
        SELECT *, max(started_at) FILTER (outcome IN ('ok', 'not_modified')) OVER (PARTITION BY endpoint) AS well,
            requests > 0 AND outcome NOT IN ('ok', 'not_modified') AS failed
        FROM data_collections WHERE started_at > moment($now - 2 * 86400)
    ) GROUP BY endpoint
    """,
    """
    INSERT INTO schedule_compliance BY NAME
    SELECT '' AS region, name AS schedule, moment(t) AS expected_at, moment(t + 1.5) AS actual_at, 1.5 AS lag_seconds, 'started' AS outcome, moment(t + 60) AS collected_at, ui_run(t) AS run_id
    FROM (VALUES ('ui_data_collection_schedule', 300), ('historical_data_collection_schedule', 900)) AS of(name, every), LATERAL (SELECT unnest(range(($now - $log_days * 86400) // every, $now // every)) * every AS t)
    """,
    """
    INSERT INTO alerts BY NAME
    SELECT region, 'source_failing.' || endpoint AS condition, 'warning' AS severity, endpoint || ' failed ' || consecutive_failures || ' times in a row (' || outcome || ')' AS message,
        coalesce(succeeded_at, moment($now - 86400)) AS first_seen_at, moment($now) AS last_seen_at, moment($now) AS collected_at FROM source_health WHERE consecutive_failures >= 3
    UNION ALL BY NAME
    SELECT '' AS region, 'run_failed.ui_data_collection' AS condition, 'error' AS severity, 'Run 4f1c2d3e of ui_data_collection failed' AS message,
        moment($now - 9 * 86400) AS first_seen_at, moment($now - 9 * 86400 + 600) AS last_seen_at, moment($now - 9 * 86400 + 600) AS collected_at
    """,
    """
    UPDATE alerts SET resolved_at = last_seen_at WHERE severity = 'error'
    """,
    """
    INSERT INTO system_metrics BY NAME
    SELECT '' AS region, metric_name, usual * (1 + 0.05 * uniform(hash(metric_name) % 1000, t)) AS value, unit, moment(t) AS timestamp, moment(t) AS collected_at, ui_run(t) AS run_id
    FROM (SELECT unnest(range(($now - $log_days * 86400) // 300, $now // 300)) * 300 AS t),
        (VALUES ('sources_online', 540, 'count'), ('sources_offline', 12, 'count'), ('alerts_open', 5, 'count')) AS of(metric_name, usual, unit)
    """,
    """
    INSERT INTO data_quality_results BY NAME
    SELECT table_name, check_name, hash(run_id, table_name, check_name) % 200 <> 0 AS passed, 'warn' AS severity, 'as it should be' AS detail, finished_at AS checked_at, finished_at AS collected_at, run_id
    FROM (SELECT run_id, max(finished_at) AS finished_at FROM data_collections GROUP BY run_id), (SELECT unnest($data_tables) AS table_name),
        (VALUES ('fresh'), ('no_duplicates'), ('enough_sources')) AS of(check_name)
    """,
    """
    INSERT INTO schema_drift BY NAME
    SELECT id AS endpoint, '$.data[].' || path AS path, change, moment($now - number * 3600) AS seen_at, moment($now - number * 3600) AS collected_at, historical_run($now - number * 3600) AS run_id
    FROM endpoint, (VALUES ('turnover', 'appeared'), ('symbol_id', 'vanished')) AS of(path, change) WHERE number % 61 = 0
    """,
)
