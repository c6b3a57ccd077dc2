"""Alephium, from its explorer: transactions so far. Off: what it answers now was not confirmed."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, SubRequest, together

alephium = Provider("alephium", "https://backend.mainnet.alephium.org/infos", docs="https://docs.alephium.org/")


@alephium.endpoint(ChainStat, together(SubRequest("transactions", path="/total-transactions")), cadence=60, on=False)
def stats(payload: Payload) -> Rows:
    """{"transactions": 90000000}

    The whole answer is one number. A call gives it a name.
    """
    yield ChainStat("alephium", total_transactions=payload.get("transactions"))
