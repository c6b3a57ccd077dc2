-- What exchanges have listed lately
-- Markets that opened in these days: by the exchange's own date, and where it tells none by when its list first had them, if the list
-- was looked at before. coin_is_new: no exchange that is asked had a market of this coin before these days. Coins are told apart by
-- their codes alone: two that share one are taken for one.
-- set: days = 7, 1 to 365
-- none: No exchange has listed anything in these days.

WITH known AS (
    SELECT *, min(first_seen_at) OVER (PARTITION BY source, kind) AS looked_since
    FROM listings
), dated AS (
    SELECT
        *,
        coalesce(listed_at, CASE WHEN first_seen_at > looked_since + INTERVAL 1 HOUR THEN first_seen_at END) AS opened_at
    FROM known
), judged AS (
    SELECT *, bool_and(coalesce(opened_at > now() - to_days($days), false)) OVER (PARTITION BY symbol) AS coin_is_new
    FROM dated
)
SELECT opened_at, symbol, source, kind, market, quote, status, coin_is_new
FROM judged
WHERE opened_at > now() - to_days($days) AND opened_at <= now() + INTERVAL 60 DAY
ORDER BY opened_at DESC, symbol, source, market
