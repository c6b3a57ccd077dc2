"""TON Center, node of TON: the newest block of the masterchain. The key is optional."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Key, Payload, Provider, Rows, reject_unless

toncenter = Provider(
    "toncenter",
    "https://toncenter.com/api/v2",
    docs="https://docs.ton.org/ecosystem/api/toncenter/rate-limit",
    too_often=("Ratelimit exceed", '"code":429'),
    key=Key("TONCENTER_API_KEY", header="X-API-Key"),
)


@toncenter.endpoint(ChainStat, "/getMasterchainInfo", cadence=15)
def masterchain(payload: Payload) -> Rows:
    """{"ok": true, "result": {"@type": "blocks.masterchainInfo", "last": {"workchain": -1, "seqno": 60000000, ...}, ...}, ...}

    Also reads an answer of version 3, which has no envelope and says when the block was made.
    """
    reject_unless(payload, "ok", True)
    last = payload.get("result", payload)["last"]
    yield ChainStat("ton", latest_block=last.get("seqno"), timestamp=last.get("gen_utime"))
