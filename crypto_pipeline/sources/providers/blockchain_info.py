"""Blockchain.com, its Bitcoin statistics and fees, and its Bitcoin Cash node. https://www.blockchain.com/explorer/api

Two hosts are one source: statistics come from api.blockchain.info, transactions from blockchain.info.
"""

from collections.abc import Iterator
from typing import NamedTuple

from crypto_pipeline.schema.rows import ChainMetric, ChainStat, Gas, Transfer
from crypto_pipeline.sources.formats.utxo import moved
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Expected,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    Whole,
    each,
    get,
    known,
    number,
    reject_unless,
    scaled,
    together,
)

_MANNERS = "The vendor asks for at most one request in ten seconds; that is kept on the average of a minute."

blockchain_info = Provider(
    "blockchain_info",
    "https://api.blockchain.info",
    docs="https://www.blockchain.com/explorer/api",
    budget=Budget(6, 60),
    quirks=_MANNERS,
)
blockchain_info_explorer = Provider(
    "blockchain_info_explorer",
    "https://blockchain.info",
    docs="https://www.blockchain.com/explorer/api/blockchain_api",
    budget=Budget(6, 60),
    source="blockchain_info",
    quirks=_MANNERS,
)


@blockchain_info.endpoint(
    Gas,
    "/mempool/fees",
    cadence=30,
    quirks=f"Every half hour: others say it every five minutes, and a minute of this host would have no room left for the past. {_MANNERS}",
)
def fees(payload: Payload) -> Rows:
    """{"limits": {"min": 2, "max": 16}, "regular": 3, "priority": 5}

    sat/vB.
    """
    yield Gas(
        "bitcoin",
        gas_price=payload.get("regular"),
        slow=(payload.get("limits") or {}).get("min"),
        standard=payload.get("regular"),
        fast=payload.get("priority"),
        unit="sat/vB",
    )


@blockchain_info.endpoint(ChainStat, "/stats", cadence=15, docs="https://www.blockchain.com/explorer/api/charts_api")
def stats(payload: Payload) -> Rows:
    """{"timestamp": 1767225600000.0, "market_price_usd": 60000.0, "hash_rate": 930000000000.0, "n_tx": 577190,
    "minutes_between_blocks": 10.1, "totalbc": 2003932187500000, "n_blocks_total": 952583, "difficulty": 130000000000000.0, ...}

    hash_rate is GH/s, totalbc satoshis, n_tx the transactions of 24 hours.
    """
    yield ChainStat(
        "bitcoin",
        latest_block=payload.get("n_blocks_total"),
        network_hashrate=scaled(payload.get("hash_rate"), 1e9),
        difficulty=payload.get("difficulty"),
        transactions_24h=payload.get("n_tx"),
        circulating_supply=scaled(payload.get("totalbc"), 1e-8),
        coin_price_usd=payload.get("market_price_usd"),
        extra=known(minutes_between_blocks=scaled(payload.get("minutes_between_blocks"), 1)),
        timestamp=payload.get("timestamp"),
    )


@blockchain_info.endpoint(
    ChainStat,
    get("/charts/hash-rate", {"timespan": "5days", "format": "json", "sampled": "false"}),
    cadence=60,
    on=False,
    answer=Expected(stale_after_minutes=3 * 24 * 60),
    docs="https://www.blockchain.com/explorer/api/charts_api",
    quirks="Off: blockchain_info.charts asks for it.",
    history=Whole({"timespan": "all"}, since="2009-01-03"),
)
def hashrate_chart(payload: Payload) -> Rows:
    """{"status": "ok", "name": "Hash Rate", "unit": "Hash Rate TH/s", "period": "day", "values": [{"x": 1767139200, "y": 930000000.0}, ...]}

    TH/s, one point a day.
    """
    reject_unless(payload, "status", "ok")
    return each(payload["values"], _hashrate)


def _hashrate(point: Payload) -> ChainStat:
    return ChainStat("bitcoin", network_hashrate=number(point["y"]) * 1e12, timestamp=point["x"])


class Chart(NamedTuple):
    """A chart of theirs, and the metric that it becomes."""

    title: str
    """What its answers call it."""
    metric_name: str
    unit: str
    factor: float = 1
    """By which its numbers are multiplied."""


CHARTS = {
    "hash-rate": Chart("Hash Rate", "hash_rate", "H/s", 1e12),
    "n-transactions": Chart("Confirmed Transactions Per Day", "transactions", "count in a day"),
    "transaction-fees": Chart("Total Transaction Fees (BTC)", "fees", "coins in a day"),
    "n-unique-addresses": Chart("Unique Addresses Used", "active_addresses", "count in a day"),
    "miners-revenue": Chart("Miners Revenue (USD)", "miners_revenue", "USD in a day"),
    "estimated-transaction-volume-usd": Chart("Estimated Transaction Value (USD)", "transfer_value", "USD in a day"),
    "avg-block-size": Chart("Average Block Size (MB)", "block_size", "bytes", 1e6),
}
CHART_CALLED = {chart.title: chart for chart in CHARTS.values()}
HOUR = 3600


def _one_chart(context: Context) -> Iterator[RequestSpec]:
    """The chart whose turn it is in this hour; all of them for somebody who wants their past."""
    names = list(CHARTS)
    turn = names[int(context.now.timestamp()) // HOUR % len(names)]
    if not context.on_purpose:
        yield RequestSpec("chart of the hour", values={"chart": turn})
        return
    for name in names:
        yield RequestSpec(name, values={"chart": name})


@blockchain_info.endpoint(
    ChainMetric,
    get("/charts/{chart}", {"timespan": "10days", "format": "json", "sampled": "false"}),
    requests=_one_chart,
    cadence=60,
    docs="https://www.blockchain.com/explorer/api/charts_api",
    quirks=f"Its charts take turns, one an hour. {_MANNERS}",
    history=Whole(
        {"timespan": "all"},
        since="2009-01-03",
        doubt="Whether a point is of the day that begins or that ends with its time is not documented.",
    ),
)
def charts(payload: Payload, spec: RequestSpec) -> Rows:
    """{"status": "ok", "name": "Unique Addresses Used", "unit": "Addresses", "period": "day", "values": [{"x": 1795392000, "y": 711820.0}]}

    One point a day. An answer says which chart it is; under a title that is not known it is the one that was asked for.
    """
    reject_unless(payload, "status", "ok")
    chart = CHART_CALLED.get(payload.get("name")) or CHARTS[spec.values["chart"]]

    def day(point: Payload) -> ChainMetric:
        return ChainMetric("bitcoin", chart.metric_name, number(point["y"]) * chart.factor, chart.unit, point["x"])

    return each(payload["values"], day)


@blockchain_info.endpoint(
    ChainStat,
    "/haskoin-store/bch/block/best",
    notx="true",
    cadence=15,
    docs="https://api.haskoin.com/",
)
def bitcoin_cash_block(payload: Payload) -> Rows:
    """{"hash": "00", "height": 900000, "mainchain": true, "time": 1767225600, "bits": 402750000, "tx": ["00"], ...}

    bits is the target in compact form: one byte of exponent, three of mantissa.
    """
    yield ChainStat(
        "bitcoin_cash",
        latest_block=payload.get("height"),
        difficulty=None if payload.get("bits") is None else _difficulty(payload["bits"]),
        timestamp=payload.get("time"),
    )


def _difficulty(bits: int) -> float:
    """The difficulty that a target in compact form stands for."""
    return (0xFFFF << 208) / ((bits & 0xFFFFFF) << 8 * ((bits >> 24) - 3))


@blockchain_info_explorer.endpoint(
    Transfer,
    get("/unconfirmed-transactions", {"format": "json"}),
    answer=Expected(may_be_empty=True),
    quirks="About a hundred unconfirmed transactions: a sample. Change is told by its address alone.",
)
def unconfirmed(payload: Payload) -> Rows:
    """{"txs": [{"hash": "aa", "time": 1767225600, "fee": 1000, "inputs": [{"prev_out": {"addr": "bc1qfrom", "value": 5000100000}}],
    "out": [{"addr": "bc1qto", "value": 4900000000}, {"addr": "bc1qfrom", "value": 100000000}]}]}

    Values are satoshis.
    """
    return each(payload["txs"], _transaction)


@blockchain_info_explorer.endpoint(
    Transfer,
    together(
        SubRequest("latest", path="/latestblock"),
        SubRequest("block", path=lambda answers: f"/rawblock/{answers['latest']['hash']}"),
    ),
    cadence=15,
    answer=Expected(may_be_empty=True),
    quirks="5 to 15 MB: the newest block whole, one or two in a quarter of an hour. Change is told by its address alone.",
)
def block(payload: Payload) -> Rows:
    """{"latest": {"hash": "00", "height": 900000, "time": 1767225600, ...}, "block": {"hash": "00", "height": 900000, "time": 1767225600,
    "n_tx": 2, "tx": [{"hash": "aa", "time": 1767225600, "fee": 1000, "inputs": [...], "out": [...]}, ...], ...}}

    Transactions are as above. New coins have no prev_out. Also reads a saved block alone.
    """
    return each(payload.get("block", payload)["tx"], _transaction)


def _transaction(entry: Payload) -> Transfer | None:
    spent = [part["prev_out"] for part in entry["inputs"]]
    what = moved([_part(output) for output in spent if output], [_part(output) for output in entry["out"]])
    return what and Transfer(
        "bitcoin",
        entry["hash"],
        "BTC",
        amount=what.amount,
        from_address=what.sender,
        to_address=what.receiver,
        block_number=entry.get("block_height"),
        timestamp=entry.get("time"),
    )


def _part(output: Payload) -> tuple[str | None, object]:
    return output.get("addr"), output["value"]
