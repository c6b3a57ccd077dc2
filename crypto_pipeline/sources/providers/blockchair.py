"""Blockchair: the state of many chains in one answer, and large transactions with a threshold in dollars.

A key is optional; without one the day's quota is shared by everything that is asked here.
"""

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Key,
    Parser,
    Payload,
    Provider,
    Rows,
    each,
    get,
    number,
    reject_unless,
    scaled,
    whole,
)

blockchair = Provider(
    "blockchair",
    "https://api.blockchair.com",
    docs="https://blockchair.com/api/docs",
    too_often=('"code":429', '"code":430', '"code":434'),
    budget=Budget(1440, 86400),
    key=Key("BLOCKCHAIR_API_KEY", param="key"),
    quirks="Without a key 1,440 requests a day, for personal, test, non-commercial or academic use.",
)

NAMES = {"ripple": "xrpl"}
"""Chains that are called otherwise elsewhere; the others differ in hyphens only."""

SATOSHIS = frozenset({"bitcoin", "bitcoin-cash", "bitcoin-sv", "litecoin", "dogecoin", "dash", "groestlcoin", "zcash"})
"""Chains whose circulation is given in hundred-millionths of a coin."""

UTXO_WHALES: dict[str, tuple[str, str, int, int]] = {
    "bitcoin": ("bitcoin", "BTC", 10_000_000, 30),
    "litecoin": ("litecoin", "LTC", 1_000_000, 60),
    "dogecoin": ("dogecoin", "DOGE", 1_000_000, 60),
    "bitcoin-cash": ("bitcoin_cash", "BCH", 1_000_000, 60),
}
"""Chain here, chain elsewhere, coin, least dollars, minutes between requests."""


def _data(payload: Payload) -> Payload:
    """{"data": {...}, "context": {"code": 200}}; an error has data null and says why: {"code": 402, "error": "..."}"""
    context = payload.get("context") or {}
    reject_unless(context, "code", 200)
    return payload["data"]


@blockchair.endpoint(ChainStat, "/stats", cadence=15)
def stats(payload: Payload) -> Rows:
    """{"data": {"bitcoin": {"data": {"transactions": 1300000000, "best_block_height": 952583,
        "best_block_time": "2026-06-01 00:00:00", "difficulty": 130000000000000.0, "hashrate_24h": "930000000000000000000",
        "transactions_24h": 577190, "mempool_transactions": 9000, "circulation": 2003932187500000,
        "market_price_usd": 60000.0, ...}}, "ethereum": {...}, ...}, "context": {"code": 200, ...}}

    Ripple and Stellar count ledgers, not blocks. A chain that is not mined has difficulty 0.
    """
    return each(_data(payload).items(), _stat)


def _stat(chain: str, entry: Payload) -> ChainStat:
    data = entry["data"]
    return ChainStat(
        NAMES.get(chain, chain.replace("-", "_")),
        latest_block=data.get("best_block_height") or data["best_ledger_height"],
        total_transactions=data.get("transactions"),
        network_hashrate=data.get("hashrate_24h"),
        difficulty=data.get("difficulty") or None,
        transactions_24h=data.get("transactions_24h"),
        mempool_transactions=data.get("mempool_transactions"),
        circulating_supply=scaled(data.get("circulation"), 1e-8) if chain in SATOSHIS else None,
        coin_price_usd=data.get("market_price_usd"),
        timestamp=data.get("best_block_time") or data.get("best_ledger_time"),
    )


@blockchair.endpoint(
    Gas,
    "/ethereum/stats",
    cadence=15,
    docs="https://blockchair.com/api/docs#link_002",
    quirks="Suggestions in whole gwei: 1 is the least it can say, however far below the price is.",
)
def ethereum_gas(payload: Payload) -> Rows:
    """{"data": {"best_block_height": 21000000, "best_block_time": "2026-01-01 00:00:00",
    "suggested_transaction_fee_gwei_options": {"sloth": 1, "slow": 1, "normal": 2, "fast": 3, "cheetah": 5}, ...},
    "context": {"code": 200}}"""
    data = _data(payload)
    fees = data["suggested_transaction_fee_gwei_options"]
    yield Gas(
        "ethereum",
        gas_price=fees.get("normal"),
        slow=fees.get("slow"),
        standard=fees.get("normal"),
        fast=fees.get("fast"),
        block_number=data.get("best_block_height"),
        timestamp=data.get("best_block_time"),
    )


def _utxo_transactions(chain: str, symbol: str) -> Parser:
    def transaction(entry: Payload) -> Transfer:
        return Transfer(
            chain,
            entry["hash"],
            symbol,
            amount=number(entry["output_total"]) / 1e8,
            amount_usd=entry.get("output_total_usd"),
            block_number=entry.get("block_id"),
            timestamp=entry.get("time"),
        )

    def transactions(payload: Payload) -> Rows:
        """{"data": [{"block_id": 900000, "hash": "aa", "time": "2026-01-01 00:00:00", "output_total": 500000000000,
        "output_total_usd": 300000000.0, ...}], "context": {"code": 200, ...}}

        Totals are in hundred-millionths of a coin and include change.
        """
        return each(_data(payload), transaction)

    return transactions


for _path, (_chain, _symbol, _least, _minutes) in UTXO_WHALES.items():
    blockchair.endpoint(
        Transfer,
        get(f"/{_path}/transactions", {"q": f"output_total_usd({_least}..)", "s": "time(desc)", "limit": "10"}),
        name=f"{_chain}_transactions",
        cadence=_minutes,
        answer=Expected(may_be_empty=True),
        docs="https://blockchair.com/api/docs#link_203",
        quirks="Amounts include change, so an exchange that tidies its own coins shows up.",
    )(_utxo_transactions(_chain, _symbol))


@blockchair.endpoint(
    Transfer,
    get("/ethereum/transactions", {"q": "value_usd(1000000..)", "s": "time(desc)", "limit": "10"}),
    cadence=30,
    answer=Expected(may_be_empty=True),
    docs="https://blockchair.com/api/docs#link_206",
)
def ethereum_transactions(payload: Payload) -> Rows:
    """{"data": [{"block_id": 21000000, "hash": "0xaa", "time": "2026-01-01 00:00:00", "failed": false, "sender": "0xfrom",
    "recipient": "0xto", "value": "1000000000000000000000", "value_usd": 2500000.0, ...}], "context": {"code": 200}}

    value is wei.
    """
    return each(_data(payload), _ethereum_transaction)


def _ethereum_transaction(entry: Payload) -> Transfer | None:
    if entry["failed"]:
        return None
    return Transfer(
        "ethereum",
        entry["hash"],
        "ETH",
        amount=whole(entry["value"]) / 1e18,
        from_address=entry.get("sender"),
        to_address=entry.get("recipient"),
        amount_usd=entry.get("value_usd"),
        block_number=entry.get("block_id"),
        timestamp=entry.get("time"),
    )
