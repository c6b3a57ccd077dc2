"""Hedera, from its public mirror node: blocks, supply, the price of gas, transfers. Times are seconds.nanoseconds."""

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import Budget, Expected, Payload, Provider, Rows, each, present, scaled, whole

hedera = Provider(
    "hedera",
    "https://mainnet-public.mirrornode.hedera.com/api/v1",
    docs="https://mainnet.mirrornode.hedera.com/api/v1/docs/",
    budget=Budget(50, 1),
)

TINYBARS_PER_HBAR = 10**8


@hedera.endpoint(Gas, "/network/fees", cadence=15, quirks="A fixed price: there is no slow and no fast.")
def gas(payload: Payload) -> Rows:
    """{"fees": [{"gas": 71, "transaction_type": "ContractCall"}, {"gas": 72, "transaction_type": "EthereumTransaction"}],
    "timestamp": "1767225600.000000000"}

    Tinybars a unit of gas; a hundred million tinybars are an HBAR.
    """
    prices = {fee.get("transaction_type"): fee.get("gas") for fee in present(payload["fees"])}
    price = prices["EthereumTransaction"]
    yield Gas("hedera", gas_price=price, standard=price, unit="tinybar/gas", timestamp=payload.get("timestamp"))


@hedera.endpoint(ChainStat, "/blocks", limit=1, order="desc", cadence=15)
def blocks(payload: Payload) -> Rows:
    """{"blocks": [{"count": 30, "number": 80000000, "timestamp": {"from": "1767225600.000000000", "to": "1767225601.999999999"}, ...}], ...}"""
    return each(payload["blocks"], _block)


def _block(block: Payload) -> ChainStat:
    return ChainStat(
        "hedera",
        latest_block=block.get("number"),
        block_transactions=block.get("count"),
        timestamp=(block.get("timestamp") or {}).get("to"),
    )


@hedera.endpoint(ChainStat, "/network/supply", cadence=60)
def supply(payload: Payload) -> Rows:
    """{"released_supply": "4200000000000000000", "timestamp": "1767225600.000000000", "total_supply": "5000000000000000000"}"""
    yield ChainStat(
        "hedera",
        circulating_supply=scaled(payload.get("released_supply"), 1 / TINYBARS_PER_HBAR),
        total_supply=scaled(payload.get("total_supply"), 1 / TINYBARS_PER_HBAR),
        timestamp=payload.get("timestamp"),
    )


@hedera.endpoint(
    Transfer,
    "/transactions",
    cadence=15,
    answer=Expected(may_be_empty=True),
    quirks="The newest 100 transactions are some seconds of traffic: a sample.",
    transactiontype="cryptotransfer",
    result="success",
    order="desc",
    limit=100,
)
def transfers(payload: Payload) -> Rows:
    """{"transactions": [{"transaction_id": "0.0.1-1767225600-0", "name": "CRYPTOTRANSFER", "result": "SUCCESS",
    "consensus_timestamp": "1767225600.000000001", "transfers": [{"account": "0.0.1001", "amount": -200000000000000},
    {"account": "0.0.1002", "amount": 200000000000000}], ...}], ...}

    One transaction may have many parties, fees to nodes among them: it is told as the largest loss and the largest gain.
    """
    return each(payload["transactions"], _transfer)


def _transfer(entry: Payload) -> Transfer | None:
    if entry["result"] != "SUCCESS" or not entry["transfers"]:
        return None
    parties = sorted(entry["transfers"], key=lambda party: whole(party["amount"]))
    return Transfer(
        "hedera",
        entry["transaction_id"],
        "HBAR",
        amount=parties[-1]["amount"] / TINYBARS_PER_HBAR,
        from_address=parties[0].get("account"),
        to_address=parties[-1].get("account"),
        timestamp=entry.get("consensus_timestamp"),
    )
