"""Blockstream's Esplora explorer: fees, blocks and transactions of Bitcoin."""

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows, together
from crypto_pipeline.sources.providers.mempool_space import A_PAGE, blocks_of, first_page, transfers_of

blockstream = Provider(
    "blockstream",
    "https://blockstream.info/api",
    docs="https://github.com/Blockstream/esplora/blob/master/API.md",
)


@blockstream.endpoint(Gas, "/fee-estimates")
def fees(payload: Payload) -> Rows:
    """{"1": 3.1, "2": 3.0, "3": 2.5, "6": 2.0, "144": 1.0, "504": 1.0, "1008": 1.0}

    sat/vB by the number of blocks in which to be confirmed; {} while the node has no estimate.
    """
    yield Gas(
        "bitcoin",
        gas_price=payload.get("3"),
        slow=payload.get("144"),
        standard=payload.get("3"),
        fast=payload.get("1"),
        unit="sat/vB",
    )


blockstream.endpoint(ChainStat, "/blocks", cadence=15)(blocks_of("bitcoin"))
blockstream.endpoint(
    Transfer,
    together(*first_page("/blocks")),
    name="block_transactions",
    cadence=15,
    on=False,
    answer=Expected(may_be_empty=True),
    quirks=A_PAGE,
)(transfers_of("bitcoin", "BTC"))
