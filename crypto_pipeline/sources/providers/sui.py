"""Sui, from the GraphQL service of its developers: the newest checkpoint and the reference price of gas."""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.formats.json_rpc import TOO_OFTEN
from crypto_pipeline.sources.kit import Payload, Provider, Rows, post, reject

sui = Provider(
    "sui", "https://graphql.mainnet.sui.io", docs="https://docs.sui.io/references/sui-graphql", too_often=TOO_OFTEN
)

QUERY = "{ checkpoint { sequenceNumber networkTotalTransactions timestamp } epoch { epochId referenceGasPrice } }"


@sui.endpoint((ChainStat, Gas), post("/graphql", {"query": QUERY}), cadence=15)
def checkpoint(payload: Payload) -> Rows:
    """{"data": {"checkpoint": {"sequenceNumber": "230000000", "networkTotalTransactions": "3000000000",
    "timestamp": "2026-01-01T00:00:00.000Z"}, "epoch": {"epochId": "1000", "referenceGasPrice": "500"}}}

    Errors come as a 200 with an errors list. The price is MIST a unit of gas; a thousand million MIST are a SUI.
    """
    reject(payload.get("errors"))
    newest, epoch = payload["data"].get("checkpoint") or {}, payload["data"].get("epoch") or {}
    yield ChainStat(
        "sui",
        latest_block=newest.get("sequenceNumber"),
        total_transactions=newest.get("networkTotalTransactions"),
        epoch=epoch.get("epochId"),
        timestamp=newest.get("timestamp"),
    )
    price = epoch.get("referenceGasPrice")
    yield Gas("sui", gas_price=price, standard=price, unit="MIST/gas", timestamp=newest.get("timestamp"))
