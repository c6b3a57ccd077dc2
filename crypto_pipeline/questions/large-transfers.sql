-- The largest transfers on the chains
-- Transfers by what they were worth when they were first seen; one whose worth is not known comes last. A transfer between two
-- addresses of one exchange looks like any other.
-- set: hours = 24, 1 to 720
-- none: No large transfer was seen in these hours.

SELECT timestamp, blockchain, symbol, amount, amount_usd, from_address, to_address, transaction_hash, source
FROM whale_transactions
WHERE timestamp > now() - to_hours($hours) AND timestamp <= now() + INTERVAL 10 MINUTE
ORDER BY amount_usd DESC NULLS LAST, timestamp DESC, transaction_hash, event_index
LIMIT 50
