"""xmrchain.net, an explorer of Monero that volunteers run; often slow."""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.kit import Payload, Provider, Rows, reject_unless, scaled

xmrchain = Provider(
    "xmrchain",
    "https://xmrchain.net/api",
    docs="https://github.com/moneroexamples/onion-monero-blockchain-explorer",
    quirks="Volunteers run it: often slow.",
)

PICONERO_PER_XMR = 10**12
FEES_BY_BYTE_RULES = 8
FEES_BY_BYTE_HEIGHT = 1_685_555
"""Since when a fee is one for a byte and no longer for a kilobyte: the version of the rules, and its first block."""


def _data(payload: Payload) -> Payload:
    reject_unless(payload, "status", "success")
    return payload["data"]


@xmrchain.endpoint((ChainStat, Gas), "/networkinfo", cadence=15)
def network(payload: Payload) -> Rows:
    """{"data": {"current_hf_version": 16, "difficulty": 600000000000, "fee_per_kb": 20000, "hash_rate": 5000000000, "height": 3600000,
    "tx_count": 50000000, "tx_pool_size": 50, ...}, "status": "success"}

    height counts blocks, so the newest one is one less. The fee's name is historic: nodes estimate fees for a byte since the
    rules of October 2018, and told them for a kilobyte before. current_hf_version names the rules.
    """
    data = _data(payload)
    counted = scaled(data.get("height"), 1)
    newest = None if counted is None else counted - 1
    yield ChainStat(
        "monero",
        latest_block=newest,
        total_transactions=data.get("tx_count"),
        network_hashrate=data.get("hash_rate"),
        difficulty=data.get("difficulty"),
        mempool_transactions=data.get("tx_pool_size"),
    )
    yield Gas(
        "monero",
        gas_price=data.get("fee_per_kb"),
        standard=data.get("fee_per_kb"),
        unit="piconero/byte" if _pays_by_byte(data) else "piconero/kB",
        block_number=newest,
    )


def _pays_by_byte(data: Payload) -> bool:
    """Whether fees are those of a byte, by the rules that an answer names or by its height."""
    rules = scaled(data.get("current_hf_version"), 1)
    if rules is not None:
        return rules >= FEES_BY_BYTE_RULES
    return (scaled(data.get("height"), 1) or FEES_BY_BYTE_HEIGHT) >= FEES_BY_BYTE_HEIGHT


@xmrchain.endpoint(ChainStat, "/emission", cadence=60)
def emission(payload: Payload) -> Rows:
    """{"data": {"blk_no": 3600000, "coinbase": 18450000000000000000, "fee": 100000000000000000}, "status": "success"}

    Piconero, in whole numbers that may exceed 64 bits.
    """
    data = _data(payload)
    yield ChainStat(
        "monero",
        latest_block=data.get("blk_no"),
        circulating_supply=scaled(data.get("coinbase"), 1 / PICONERO_PER_XMR),
    )
