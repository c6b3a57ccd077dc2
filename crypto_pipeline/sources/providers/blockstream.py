"""Blockstream's Esplora explorer: fees, blocks and transactions of Bitcoin."""

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import Expected, Payload, Provider, Rows, at_least, together
from crypto_pipeline.sources.providers.mempool_space import A_PAGE, blocks_of, first_page, transfers_of

blockstream = Provider(
    "blockstream",
    "https://blockstream.info/api",
    docs="https://github.com/Blockstream/esplora/blob/master/API.md",
)


@blockstream.endpoint(Gas, "/fee-estimates")
def fees(payload: Payload) -> Rows:
    """{"1": 3.1, "2": 3.0, "3": 2.5, "6": 2.0, "144": 1.0, "504": 1.0, "1008": 1.0}

    sat/vB by the number of blocks in which to be confirmed; {} while the node has no estimate. Each is estimated by itself: what a
    later block wants is at times more than an earlier one, and then the earlier one wants it too.
    """
    slow, standard, fast = payload.get("144"), payload.get("3"), payload.get("1")
    yield Gas(
        "bitcoin",
        gas_price=at_least(standard, slow),
        slow=slow,
        standard=at_least(standard, slow),
        fast=at_least(fast, standard, slow),
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
