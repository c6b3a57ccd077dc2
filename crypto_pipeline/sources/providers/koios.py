"""Koios, a community's API of Cardano: the newest block, the epoch and its supply. The key is optional."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import (
    Budget,
    Key,
    Payload,
    Provider,
    Rows,
    SubRequest,
    each,
    known,
    scaled,
    together,
    whole,
)

koios = Provider(
    "koios",
    "https://api.koios.rest/api/v1",
    docs="https://api.koios.rest/",
    budget=Budget(100, 10),
    key=Key("KOIOS_TOKEN", header="Authorization", prefix="Bearer "),
)

LOVELACE_PER_ADA = 10**6


@koios.endpoint(ChainStat, "/blocks", limit=1, cadence=15)
def blocks(payload: Payload) -> Rows:
    """[{"hash": "00", "epoch_no": 600, "block_height": 12500000, "block_time": 1767225600, "tx_count": 15, ...}]"""
    return each(payload, _block)


def _block(block: Payload) -> ChainStat:
    return ChainStat(
        "cardano",
        latest_block=block.get("block_height"),
        block_transactions=block.get("tx_count"),
        epoch=block.get("epoch_no"),
        timestamp=block.get("block_time"),
    )


@koios.endpoint(
    ChainStat,
    together(SubRequest("epoch", path="/epoch_info"), SubRequest("totals", path="/totals", optional=True)),
    cadence=60,
    limit=1,
    order="epoch_no.desc",
)
def epoch(payload: Payload) -> Rows:
    """{"epoch": [{"epoch_no": 600, "tx_count": 357919, "blk_count": 17321, "last_block_time": 1767225600, "active_stake": "21000000000000000", ...}],
    "totals": [{"epoch_no": 600, "circulation": "36000000000000000", "treasury": "1600000000000000", "supply": "38300000000000000", ...}]}

    The newest epoch is still going on; the totals are those of its beginning. Lovelace as texts; a million lovelace are an ADA.
    Also reads a saved answer about the epoch alone.
    """
    answers = payload if isinstance(payload, dict) else {"epoch": payload}
    newest, totals = answers["epoch"][0], (answers.get("totals") or [{}])[0]
    yield ChainStat(
        "cardano",
        circulating_supply=_ada(totals.get("circulation")),
        total_supply=_ada(totals.get("supply")),
        epoch=newest.get("epoch_no"),
        extra=known(
            epoch_transactions=scaled(newest.get("tx_count"), 1),
            active_stake_ada=_ada(newest.get("active_stake")),
            treasury_ada=_ada(totals.get("treasury")),
        ),
        timestamp=newest.get("last_block_time"),
    )


def _ada(lovelace: str | None) -> float | None:
    return None if lovelace is None else whole(lovelace) / LOVELACE_PER_ADA
