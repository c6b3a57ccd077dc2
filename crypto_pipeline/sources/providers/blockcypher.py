"""BlockCypher: fees and height of Bitcoin-like chains and of Ethereum.

The token is optional. All chains share one quota, so they are asked every quarter of an hour.
"""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.kit import Budget, Key, Parser, Payload, Provider, Rows, about, scaled

blockcypher = Provider(
    "blockcypher",
    "https://api.blockcypher.com/v1",
    docs="https://www.blockcypher.com/dev/bitcoin/#chain-endpoint",
    too_often=("Limits reached",),
    budget=Budget(3, 1),
    key=Key("BLOCKCYPHER_TOKEN", param="token"),
)

CODES = {"bitcoin": "btc", "litecoin": "ltc", "dogecoin": "doge", "dash": "dash"}


def fees_of(chain: str) -> Parser:
    """The parser of a Bitcoin-like chain."""

    def fees(payload: Payload) -> Rows:
        """{"name": "BTC.main", "height": 900000, "time": "2026-01-01T00:00:00.123456789Z", "unconfirmed_count": 9000,
        "high_fee_per_kb": 8000, "medium_fee_per_kb": 4000, "low_fee_per_kb": 2000, ...}

        Satoshis per kilobyte.
        """
        about(payload.get("name"), f"{CODES[chain]}.main")
        slow, standard, fast = (scaled(payload.get(f"{speed}_fee_per_kb"), 1e-3) for speed in ("low", "medium", "high"))
        yield Gas(
            chain,
            gas_price=standard,
            slow=slow,
            standard=standard,
            fast=fast,
            unit="sat/vB",
            block_number=payload.get("height"),
            timestamp=payload.get("time"),
        )
        yield ChainStat(
            chain,
            latest_block=payload.get("height"),
            mempool_transactions=payload.get("unconfirmed_count"),
            timestamp=payload.get("time"),
        )

    return fees


for _chain, _code in CODES.items():
    blockcypher.endpoint((Gas, ChainStat), f"/{_code}/main", name=_chain, cadence=15)(fees_of(_chain))


@blockcypher.endpoint(
    Gas,
    "/eth/main",
    cadence=15,
    docs="https://www.blockcypher.com/dev/ethereum/",
    quirks="Has been seen lagging: compare the block number with that of a node.",
)
def ethereum(payload: Payload) -> Rows:
    """{"name": "ETH.main", "height": 21000000, "time": "2026-01-01T00:00:00.1Z", "high_gas_price": 2000000000,
    "medium_gas_price": 1000000000, "low_gas_price": 500000000, "base_fee": 400000000, ...}

    Wei.
    """
    about(payload.get("name"), "eth.main")
    slow, standard, fast = (scaled(payload.get(f"{speed}_gas_price"), 1e-9) for speed in ("low", "medium", "high"))
    yield Gas(
        "ethereum",
        gas_price=standard,
        slow=slow,
        standard=standard,
        fast=fast,
        base_fee=scaled(payload.get("base_fee"), 1e-9),
        block_number=payload.get("height"),
        timestamp=payload.get("time"),
    )
