-- What changed in the answers of the sources
-- Fields that came or went in the JSON of an endpoint, the newest first. A field that a parser needs and that is gone shows in
-- failing-sources as well.
-- set: days = 30, 1 to 365
-- none: No field came or went in these days.

SELECT seen_at, endpoint, change, path
FROM schema_drift
WHERE seen_at > now() - to_days($days) AND seen_at <= now() + INTERVAL 10 MINUTE
ORDER BY seen_at DESC, endpoint, path
LIMIT 200
