-- What needs a person now
-- Alerts that are not over, the longest first. 'crypto-pipeline alerts' shows them with their ids.
-- none: No alert is open.

SELECT
    severity,
    condition,
    message,
    first_seen_at,
    date_diff('minute', first_seen_at, now()) / 60 AS hours,
    acknowledged_at
FROM alerts
WHERE resolved_at IS NULL
ORDER BY first_seen_at, condition
