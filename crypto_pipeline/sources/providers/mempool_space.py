"""mempool.space and the explorers that run its software: fees, blocks, hash rate and mempool of Bitcoin and Litecoin.

Fees are sat/vB. Below 1 sat/vB is usual now, so the precise fees are asked where they are served; the recommended
ones are rounded up to whole numbers.
"""

from crypto_pipeline.schema.rows import ChainMetric, ChainStat, Gas, Row, Transfer
from crypto_pipeline.sources.formats.utxo import moved
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Parser,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    Whole,
    each,
    is_past,
    known,
    number,
    present,
    product,
    quotient,
    scaled,
    together,
)

mempool_space = Provider(
    "mempool_space",
    "https://mempool.space/api",
    docs="https://mempool.space/docs/api/rest",
    budget=Budget(30, 300),
    quirks="Limits are enforced and not published; one request in ten seconds on average is thought to be safe.",
)
litecoinspace = Provider(
    "litecoinspace", "https://litecoinspace.org/api", docs="https://litecoinspace.org/docs/api/rest"
)
bitview = Provider("bitview", "https://bitview.space/api", docs="https://bitview.space/api")

HASHES_PER_DIFFICULTY = 2**32
SECONDS_BETWEEN_BLOCKS = {"bitcoin": 600, "litecoin": 150}


def fees_of(chain: str) -> Parser:
    """The parser of a chain's recommended or precise fees."""

    def fees(payload: Payload) -> Rows:
        """{"fastestFee": 2.023, "halfHourFee": 1.094, "hourFee": 0.502, "economyFee": 0.2, "minimumFee": 0.1}"""
        yield Gas(
            chain,
            gas_price=payload.get("halfHourFee"),
            slow=payload.get("hourFee"),
            standard=payload.get("halfHourFee"),
            fast=payload.get("fastestFee"),
            unit="sat/vB",
        )

    return fees


def blocks_of(chain: str) -> Parser:
    """The parser of a chain's newest blocks."""

    def blocks(payload: Payload) -> Rows:
        """[{"id": "00", "height": 900000, "timestamp": 1767225600, "tx_count": 3500, "difficulty": 120000000000000.0, ...}, ...]

        Newest first. The hash rate is the one that makes blocks of this difficulty come in time.
        """
        newest = payload[0]
        difficulty = scaled(newest.get("difficulty"), 1)
        yield ChainStat(
            chain,
            latest_block=newest.get("height"),
            network_hashrate=quotient(product(difficulty, HASHES_PER_DIFFICULTY), SECONDS_BETWEEN_BLOCKS[chain]),
            difficulty=difficulty,
            block_transactions=newest.get("tx_count"),
            timestamp=newest.get("timestamp"),
        )

    return blocks


def first_page(blocks: str) -> tuple[SubRequest, ...]:
    """The calls for the first 25 transactions of the newest block; ``blocks`` is the path of the newest blocks."""
    return (
        SubRequest("blocks", path=blocks),
        SubRequest("transactions", path=lambda answers: f"/block/{answers['blocks'][0]['id']}/txs/0"),
    )


def transfers_of(chain: str, symbol: str) -> Parser:
    """The parser of a page of transactions. It also reads a saved page alone."""

    def transfer(entry: Payload) -> Transfer | None:
        what = moved(
            [_part(spent["prevout"]) for spent in entry["vin"] if not spent["is_coinbase"]],
            [_part(output) for output in entry["vout"]],
        )
        return what and Transfer(
            chain,
            entry["txid"],
            symbol,
            amount=what.amount,
            from_address=what.sender,
            to_address=what.receiver,
            block_number=(entry.get("status") or {}).get("block_height"),
            timestamp=(entry.get("status") or {}).get("block_time"),
        )

    def transfers(payload: Payload) -> Rows:
        """{"blocks": [{"id": "00", "height": 900000, ...}, ...], "transactions": [{"txid": "aa", "fee": 1000,
        "vin": [{"prevout": {"scriptpubkey_address": "bc1qfrom", "value": 5000100000}, "is_coinbase": false, ...}],
        "vout": [{"scriptpubkey_address": "bc1qto", "value": 4900000000}, {"scriptpubkey_address": "bc1qfrom", "value": 100000000}],
        "status": {"confirmed": true, "block_height": 900000, "block_hash": "00", "block_time": 1767225600}, ...}]}

        Values are hundred-millionths of a coin. New coins have no prevout.
        """
        return each(payload["transactions"] if isinstance(payload, dict) else payload, transfer)

    return transfers


def _part(output: Payload) -> tuple[str | None, object]:
    return output.get("scriptpubkey_address"), output["value"]


A_PAGE = "The first 25 transactions of the newest block: a sample. A block has a hundred such pages."

mempool_space.endpoint(Gas, "/v1/fees/precise")(fees_of("bitcoin"))
mempool_space.endpoint(
    Gas,
    "/v1/fees/recommended",
    name="recommended_fees",
    on=False,
    quirks="Rounded up to whole sat/vB: off, because the precise fees say more.",
)(fees_of("bitcoin"))
litecoinspace.endpoint(Gas, "/v1/fees/recommended")(fees_of("litecoin"))
bitview.endpoint(
    Gas,
    "/v1/fees/recommended",
    on=False,
    quirks="Rounded up to whole sat/vB: off, because mempool.space says more.",
)(fees_of("bitcoin"))

litecoinspace.endpoint(ChainStat, "/v1/blocks", cadence=15)(blocks_of("litecoin"))

mempool_space.endpoint(
    Transfer,
    together(*first_page("/v1/blocks")),
    name="block_transactions",
    cadence=15,
    on=False,
    answer=Expected(may_be_empty=True),
    docs="https://mempool.space/docs/api/rest#get-block-transactions",
    quirks=A_PAGE,
)(transfers_of("bitcoin", "BTC"))
litecoinspace.endpoint(
    Transfer,
    together(*first_page("/v1/blocks")),
    name="block_transactions",
    cadence=15,
    answer=Expected(may_be_empty=True),
    quirks=A_PAGE,
)(transfers_of("litecoin", "LTC"))


@mempool_space.endpoint(
    ChainStat,
    together(
        SubRequest("blocks", path="/v1/blocks"),
        SubRequest("hashrate", path="/v1/mining/hashrate/3d", optional=True),
        SubRequest("difficulty", path="/v1/difficulty-adjustment", optional=True),
        SubRequest("mempool", path="/mempool", optional=True),
    ),
    cadence=15,
)
def state(payload: Payload) -> Rows:
    """{"blocks": [{"height": 900000, "timestamp": 1767225600, "tx_count": 3500, "difficulty": 120000000000000.0, ...}, ...],
    "hashrate": {"currentHashrate": 9.6e+20, "currentDifficulty": 120000000000000.0, "hashrates": [...], ...},
    "difficulty": {"difficultyChange": 1.5, "estimatedRetargetDate": 1767825600000, "remainingBlocks": 1121, "nextRetargetHeight": 901152, ...},
    "mempool": {"count": 30000, "vsize": 18000000, "total_fee": 20000000, "fee_histogram": [[3.0, 50000], ...]}}

    The state after the newest block. The hash rate is measured, a number above 2**63; total_fee is satoshis. Also reads a
    saved answer of the blocks alone.
    """
    answers = payload if isinstance(payload, dict) else {"blocks": payload}
    newest = answers["blocks"][0]
    hashrate, difficulty, mempool = (answers.get(name) or {} for name in ("hashrate", "difficulty", "mempool"))
    yield ChainStat(
        "bitcoin",
        latest_block=newest.get("height"),
        network_hashrate=hashrate.get("currentHashrate"),
        difficulty=newest.get("difficulty"),
        block_transactions=newest.get("tx_count"),
        mempool_transactions=mempool.get("count"),
        extra=known(
            difficulty_change_percent=scaled(difficulty.get("difficultyChange"), 1),
            remaining_blocks=scaled(difficulty.get("remainingBlocks"), 1),
            next_retarget_height=scaled(difficulty.get("nextRetargetHeight"), 1),
            estimated_retarget_ms=scaled(difficulty.get("estimatedRetargetDate"), 1),
            mempool_vsize_vb=scaled(mempool.get("vsize"), 1),
            mempool_total_fee_btc=scaled(mempool.get("total_fee"), 1e-8),
        ),
        timestamp=newest.get("timestamp"),
    )


@mempool_space.endpoint(ChainStat, "/v1/lightning/statistics/latest", cadence=60)
def lightning(payload: Payload) -> Rows:
    """{"latest": {"added": "2026-01-01T00:00:00.000Z", "channel_count": 41000, "node_count": 13000,
    "total_capacity": 400000000000, "med_fee_rate": 100, ...}}

    total_capacity is satoshis, med_fee_rate parts per million. One row a day.
    """
    latest = payload["latest"]
    yield ChainStat(
        "bitcoin_lightning",
        extra=known(
            channels=scaled(latest.get("channel_count"), 1),
            nodes=scaled(latest.get("node_count"), 1),
            capacity_btc=scaled(latest.get("total_capacity"), 1e-8),
            median_fee_rate_ppm=scaled(latest.get("med_fee_rate"), 1),
        ),
        timestamp=latest.get("added"),
    )


@mempool_space.endpoint(
    Transfer,
    "/mempool/recent",
    answer=Expected(may_be_empty=True),
    quirks="The ten newest unconfirmed transactions: a sample. Amounts are all outputs, change included.",
)
def recent(payload: Payload) -> Rows:
    """[{"txid": "aa", "fee": 18277, "vsize": 2585, "value": 497202900000}, ...]

    value is satoshis.
    """
    return each(payload, _recent)


def _recent(entry: Payload) -> Transfer:
    return Transfer("bitcoin", entry["txid"], "BTC", amount=number(entry["value"]) / 1e8)


DAY = 86_400
DAYS_READ = 7
"""Of an answer that always holds all years, where the past was not asked for."""


@mempool_space.endpoint(
    ChainMetric,
    "/v1/mining/hashrate/1m",
    cadence=360,
    docs="https://mempool.space/docs/api/rest#get-hashrate",
    history=Whole(
        path="/v1/mining/hashrate/all",
        since="2009-01-03",
        doubt="That all years come as days was read in its code.",
    ),
)
def hashrate(payload: Payload) -> Rows:
    """{"hashrates": [{"timestamp": 1795392000, "avgHashrate": 1.0922041183e+21}], "difficulty": [{"time": 1795000000, ...}],
    "currentHashrate": 1.1e+21, "currentDifficulty": 150000000000000.0}

    H/s, a number above 2**63, over the day that ended at the time; the very first is of the first block.
    """
    return each(payload["hashrates"], _hashrate_of_day)


def _hashrate_of_day(day: Payload) -> ChainMetric:
    began = (number(day["timestamp"]) - 1) // DAY * DAY
    return ChainMetric("bitcoin", "hash_rate", day["avgHashrate"], "H/s", began)


@mempool_space.endpoint(
    ChainMetric,
    "/v1/mining/difficulty-adjustments/1m",
    cadence=360,
    answer=Expected(stale_after_minutes=25 * 24 * 60),
    docs="https://mempool.space/docs/api/rest#get-difficulty-adjustments",
    quirks="Every 2016 blocks, about two weeks: the row is of the moment from which on the difficulty held.",
    history=Whole(
        path="/v1/mining/difficulty-adjustments/all",
        since="2009-01-03",
        doubt="That the address for all years answers was read in its code.",
    ),
)
def difficulty(payload: Payload) -> Rows:
    """[[1795000000, 972720, 150118204411337.2, 1.0182], ...]

    Time, height, difficulty, and by how much it is more than before; newest first.
    """
    return each(payload, lambda it: ChainMetric("bitcoin", "difficulty", it[2], "expected hashes / 2^32", it[0]))


@mempool_space.endpoint(
    ChainMetric,
    "/v1/mining/blocks/fee-rates/all",
    cadence=1440,
    docs="https://mempool.space/docs/api/rest#get-block-feerates",
    quirks="About a megabyte: all years, of which the newest days are read where it is not the past that was asked for.",
    history=Whole(
        since="2009-01-03",
        doubt="That all years come as days was read in its code.",
    ),
)
def fee_rates(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"avgHeight": 976320, "timestamp": 1795435180, "avgFee_0": 0, "avgFee_10": 0.3, "avgFee_25": 0.4, "avgFee_50": 0.7,
    "avgFee_75": 1.2, "avgFee_90": 2.5, "avgFee_100": 61.2}]

    sat/vB, the mean over the blocks of a day of what half and nine tenths of their transactions paid at most. The time is the mean
    of the blocks' times, about noon. Oldest first; the newest day is not over.
    """
    days = present(payload)
    return each(days if is_past(spec) else days[-DAYS_READ - 1 : -1], _fees_of_day)


def _fees_of_day(day: Payload) -> list[Row]:
    midnight = number(day["timestamp"]) // DAY * DAY
    return [
        ChainMetric("bitcoin", name, day[percentile], "sat/vB", midnight)
        for name, percentile in (("fee_rate_median", "avgFee_50"), ("fee_rate_high", "avgFee_90"))
        if day.get(percentile) is not None
    ]
