-- Which markets exchanges have given up lately
-- Markets that closed in these days: by the exchange's own date, else by when its list last had them as trading or halted, where the list
-- itself was looked at after that without them. coin_is_gone: no exchange that is asked still trades this coin. Coins are told apart by their
-- codes alone. An exchange whose list has not come since says nothing of its markets, and none of them is taken for closed.
-- set: days = 30, 1 to 365
-- none: No exchange has given up anything in these days.

WITH looked AS (
    SELECT *, max(fetched_at) OVER (PARTITION BY source, kind) AS looked_at
    FROM listings
), judged AS (
    SELECT
        *,
        CASE
            WHEN delisted_at IS NOT NULL THEN delisted_at
            WHEN status = 'delisted' THEN fetched_at
            WHEN fetched_at < looked_at - INTERVAL 1 HOUR THEN fetched_at
        END AS closed_at
    FROM looked
), known AS (
    SELECT
        *,
        bool_and(coalesce(closed_at <= now(), false)) OVER (PARTITION BY symbol) AS coin_is_gone
    FROM judged
)
SELECT closed_at, symbol, source, kind, market, quote, status, delisted_at IS NOT NULL AS exchange_says_so, coin_is_gone
FROM known
WHERE closed_at > now() - to_days($days) AND closed_at <= now() + INTERVAL 60 DAY
ORDER BY closed_at DESC, symbol, source, market
