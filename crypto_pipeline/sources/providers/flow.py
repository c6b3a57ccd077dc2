"""Flow, the newest sealed block from its public access node."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

flow = Provider("flow", "https://rest-mainnet.onflow.org/v1", docs="https://developers.flow.com/http-api")


@flow.endpoint(ChainStat, "/blocks", height="sealed", cadence=15)
def blocks(payload: Payload) -> Rows:
    """[{"header": {"id": "00", "height": "130000000", "timestamp": "2026-01-01T00:00:00.123456789Z", ...}, "payload": null}]"""
    return each(payload, _block)


def _block(block: Payload) -> ChainStat:
    header = block["header"]
    return ChainStat("flow", latest_block=header.get("height"), timestamp=header.get("timestamp"))
